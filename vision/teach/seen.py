"""What is measured of parts, each with what other parts have taught."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import TeachError
from ..pipeline import PreparedRecipe, Run, make_ready
from ..recipe import Recipe
from ..result import Judgement, Measurement, StepResult
from ..tool import Sample, Taught, Tool
from .examples import Example, means_bad, needed, samples
from .lesson import sharing, teaching_order, with_lesson

FOLDS = 10

Key = tuple[str, str]
"""Step and measure."""
Extremes = tuple[float, float]
"""Least and greatest of one part, of all regions and instances."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured of one part."""

    values: Mapping[Key, Extremes]
    failed: str  # the first step that it does not pass, whatever limits are proposed; "" = none
    blamed: frozenset[str] = frozenset()  # steps that it is said to be bad for


def see(
    recipe: Recipe,
    folder: Path,
    good: Sequence[Example],
    bad: Sequence[Example] = (),
    steps: Sequence[str] = (),
    others: Sequence[Example] = (),
) -> list[Seen]:
    """Of the good parts, then of the bad ones. Bad parts that have labels for a step teach as well, and so do `others`.

    With `steps` only these, and those that they need, are run; nothing else has to be taught by then.

    In `FOLDS` portions, or part by part where there are no more: what measures a part was taught by the other portions.
    What locates stays as it is on the disk: it says where all regions lie; and so does what was taught names, where
    it is known that these parts have none.

    Raises:
        TeachError: The others do not do.
        RecipeError: The recipe cannot be prepared.
    """
    every = [*good, *bad]
    only = frozenset(steps).union(*(needed(recipe, recipe.step(name)) for name in steps)) if steps else None
    teachers = [i for i, one in enumerate(every) if i < len(good) or one.labels]
    shown = [*(every[i] for i in teachers), *others]
    asked = {recipe.step(name).taught for name in steps}
    learners = [
        name
        for name in teaching_order(recipe)
        if (not steps or recipe.step(name).taught in asked) and not _stays(recipe, name, shown)
    ]
    if not learners:
        ready = make_ready(recipe, folder, only)
        return [_seen(ready, one) for one in every]
    views = {name: _views(recipe, folder, name, shown) for name in learners}
    portions = min(FOLDS, len(good))
    found: dict[int, Seen] = {}
    for portion in range(portions):
        chosen = [place for place, i in enumerate(teachers) if i % portions != portion]
        chosen += range(len(teachers), len(shown))
        ready = _taught(recipe, folder, {name: [seen[place] for place in chosen] for name, seen in views.items()}, only)
        found |= {i: _seen(ready, every[i]) for i in range(portion, len(every), portions)}
    return [found[i] for i in range(len(every))]


def _stays(recipe: Recipe, name: str, shown: Sequence[Example]) -> bool:
    learner = recipe.step(name)
    if learner.tool.locates:
        return True
    silent = all(one.silent(step.name) for one in shown for step in sharing(recipe, learner))
    return learner.tool.by_label and learner.taught in recipe.taught and silent


def _views(recipe: Recipe, folder: Path, name: str, teachers: Sequence[Example]) -> list[list[Sample]]:
    together = sharing(recipe, recipe.step(name))
    return [samples(recipe, folder, together, [one]) for one in teachers]


def _taught(
    recipe: Recipe, folder: Path, views: Mapping[str, Sequence[Sequence[Sample]]], only: frozenset[str] | None
) -> PreparedRecipe:
    lessons: dict[str, Taught] = {}
    for name, shown in views.items():
        learner = recipe.step(name)
        if learner.taught is None:
            raise TeachError(f"step {name!r} has no name for its taught data; set its field taught")
        taught = learner.tool.teach([sample for part in shown for sample in part])
        recipe = with_lesson(recipe, name, taught)
        lessons[learner.taught] = taught
    return make_ready(recipe, folder, only, lessons)


def _seen(ready: PreparedRecipe, example: Example) -> Seen:
    run = Run(example.acquisition, ready, example.inputs)
    for one in ready.steps:
        run.run(one)
    results = [result for one in ready.steps for result in run.results_of(one.step.name)]
    values: dict[Key, Extremes] = {}
    blamed = example.blamed(ready.recipe)
    for result in results:
        for measurement in _told_of(result, example, ready.recipe.step(result.step).tool, result.step in blamed):
            key = result.step, measurement.name.partition("[")[0]
            low, high = values.get(key, (math.inf, -math.inf))
            values[key] = min(low, measurement.value), max(high, measurement.value)
    return Seen(values, next((one.name for one in results if _fails(one)), ""), blamed)


def _told_of(result: StepResult, example: Example, tool: Tool, blamed: bool) -> Iterator[Measurement]:
    """Of a step that the part is said to be bad for only what was measured where it is bad."""
    labels = example.labels_of(result.step, result.instance)
    for measurement in result.measurements:
        _, _, number = measurement.name.rstrip("]").partition("[")
        here = labels[int(number) - 1 : int(number)] if number else labels
        if math.isfinite(measurement.value) and (not blamed or any(means_bad(tool, label) for label in here)):
            yield measurement


def _fails(result: StepResult) -> bool:
    return result.counts and result.judgement is not Judgement.PASS
