"""Limits from parts that are known to be good or bad."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, pstdev

from ..pipeline import Run, make_ready
from ..recipe import Limit, Recipe, Step
from .examples import Example, needed

SPREAD = 4.0  # standard deviations of good parts that still pass
LEAST = 0.02  # of the mean, where few good parts happen to be alike


def propose_limits(recipe: Recipe, folder: Path, step: str, examples: Sequence[Example]) -> dict[str, Limit]:
    """Limits of the step's measures round the values of good examples, between them and bad ones where those part.

    An example is bad if any of its labels for the step is. Measures in which nothing was found get no limits.
    Gain and offset stay as they are.

    Raises:
        RecipeError: The step, or one before it, cannot be prepared.
    """
    learner = recipe.step(step)
    open_step = learner.model_copy(update={"limits": _open(learner)})
    steps = tuple(open_step if one.name == step else one for one in recipe.steps)
    ready = make_ready(recipe.model_copy(update={"steps": steps}), folder, needed(recipe, learner) | {step})
    good: dict[str, list[float]] = defaultdict(list)
    bad: dict[str, list[float]] = defaultdict(list)
    for example in examples:
        run = Run(example.acquisition, ready, example.inputs)
        for one in ready.steps:
            run.run(one)
        group = bad if "bad" in example.labels.get(step, ()) else good
        for measurement in run.outcomes[step].result.measurements:
            group[measurement.name.split("[")[0]].append(measurement.value)
    return {name: _limit(values, bad[name], learner.limits.get(name, Limit())) for name, values in good.items()}


def _open(step: Step) -> dict[str, Limit]:
    """Gains and offsets alone."""
    return {name: Limit(gain=limit.gain, offset=limit.offset) for name, limit in step.limits.items()}


def _limit(good: list[float], bad: list[float], before: Limit) -> Limit:
    mean = fmean(good)
    margin = max(SPREAD * pstdev(good), LEAST * abs(mean))
    low, high = min(good) - margin / 2, max(good) + margin / 2
    if below := [value for value in bad if value < min(good)]:
        low = (max(below) + min(good)) / 2
    if above := [value for value in bad if value > max(good)]:
        high = (min(above) + max(good)) / 2
    return Limit(low=_rounded(low), high=_rounded(high), nominal=_rounded(mean), gain=before.gain, offset=before.offset)


def _rounded(value: float) -> float:
    """Five digits: what a person can read and change."""
    return float(f"{value:.5g}")
