"""Limits from parts that are known to be good or bad."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, pstdev

from ..pipeline import Run, make_ready
from ..recipe import Limit, Recipe, Step
from ..tool import Taught
from .examples import Example, needed, samples
from .lesson import sharing

SPREAD = 4.0  # standard deviations of good parts that still pass
LEAST = 0.02  # of the mean, where few good parts happen to be alike
FEWEST = 3  # good examples from which each can be judged by what the others taught


def propose_limits(recipe: Recipe, folder: Path, step: str, examples: Sequence[Example]) -> dict[str, Limit]:
    """Limits of the step's measures round the values of good examples, between them and bad ones where those part.

    A step that learns is cross-validated from three good examples on: each is measured with what the others
    taught, since no part differs from itself. A number of one region is bad if the region's label is, a number of
    the whole step if any label is, of a step that repeats each instance by its own labels. Measures that no good
    example gave get no limits. Gain and offset stay as they are.

    Raises:
        RecipeError: The step, or one before it, cannot be prepared.
        TeachError: The examples do not do.
    """
    learner = recipe.step(step)
    steps = tuple(_open(one) if one.name == step else one for one in recipe.steps)
    open_recipe = recipe.model_copy(update={"steps": steps})
    good: dict[str, list[float]] = defaultdict(list)
    bad: dict[str, list[float]] = defaultdict(list)
    for example, lessons in _lessons(open_recipe, folder, learner, examples):
        for name, labels, value in _measured(open_recipe, folder, learner, example, lessons):
            (bad if "bad" in labels else good)[name].append(value)
    return {name: _limit(values, bad[name], learner.limits.get(name, Limit())) for name, values in good.items()}


def _lessons(
    recipe: Recipe, folder: Path, learner: Step, examples: Sequence[Example]
) -> Iterator[tuple[Example, Mapping[str, Taught]]]:
    """Each example with the taught data to measure it by; none = as it is on disk."""
    good = sum(not _is_bad(example, learner.name) for example in examples)
    learns = learner.tool.learns and not learner.tool.brings
    name = learner.taught if learns and good >= FEWEST else None
    together = sharing(recipe, learner) if name is not None else []
    for example in examples:
        others = [one for one in examples if one is not example]
        if name is not None and not _is_bad(example, learner.name):
            yield example, {name: learner.tool.teach(samples(recipe, folder, together, others))}
        else:
            yield example, {}


def _measured(
    recipe: Recipe, folder: Path, learner: Step, example: Example, lessons: Mapping[str, Taught]
) -> Iterator[tuple[str, tuple[str, ...], float]]:
    """Name of each number, the labels of what it was measured on, and its value."""
    ready = make_ready(recipe, folder, needed(recipe, learner) | {learner.name}, lessons)
    run = Run(example.acquisition, ready, example.inputs)
    for one in ready.steps:
        run.run(one)
    regional = {measure.name for measure in learner.tool.measures if measure.each_region}
    for result in run.results_of(learner.name):
        labels = example.labels_of(learner.name, result.instance)
        for measurement in result.measurements:
            name, _, number = measurement.name.rstrip("]").partition("[")
            region = int(number or 1) - 1
            yield name, labels[region : region + 1] if name in regional else labels, measurement.value


def _is_bad(example: Example, step: str) -> bool:
    """Whether any label for the step is, or for one of its instances."""
    return any(
        "bad" in labels for name, labels in example.labels.items() if name == step or name.startswith(f"{step}[")
    )


def _open(step: Step) -> Step:
    """Without limits that could fail or be missed; gains and offsets stay."""
    limits = {name: Limit(gain=limit.gain, offset=limit.offset) for name, limit in step.limits.items()}
    return step.model_copy(update={"limits": limits})


def _limit(good: list[float], bad: list[float], before: Limit) -> Limit:
    mean = fmean(good)
    margin = max(SPREAD * pstdev(good), LEAST * abs(mean))
    low, high = min(*good, mean - margin), max(*good, mean + margin)
    if below := [value for value in bad if value < min(good)]:
        low = (max(below) + min(good)) / 2
    if above := [value for value in bad if value > max(good)]:
        high = (min(above) + max(good)) / 2
    return Limit(low=_rounded(low), high=_rounded(high), nominal=_rounded(mean), gain=before.gain, offset=before.offset)


def _rounded(value: float) -> float:
    """Five digits: what a person can read and change."""
    return float(f"{value:.5g}")
