"""A recipe made ready for the line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..calibration import Calibration
from ..errors import RecipeError, ToolError
from ..frame import Acquisition, Frame, Shot
from ..recipe import AllSteps, Recipe, Reference, Step, TaughtEntry, problems_of, references, run_order
from ..roi import IDENTITY, Pose
from ..taught import load_taught
from ..tool import NOT_TAUGHT, Prepared, Region, Taught
from .calibrated import calibration_of
from .judge import NO_LIMIT, unit_of
from .regions import place_regions
from .repeat import Instance, Repeated, repeats


@dataclass(frozen=True, slots=True)
class PreparedStep:
    """A step with its tool ready, and what it asks of other steps."""

    step: Step
    tool: Prepared
    shot: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Limited:
    """Unit and limits of a number; None = no limit on this side."""

    unit: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class PreparedRecipe:
    """A recipe whose tools are ready; `steps` in the order in which they run."""

    recipe: Recipe
    steps: tuple[PreparedStep, ...]
    calibration: Calibration
    repeats: Mapping[str, Repeated] = field(default_factory=dict)  # by step
    instances: Mapping[str, Instance] = field(default_factory=dict)  # by name, step[i]
    _placed: dict[str, tuple[Step, tuple[int, int], tuple[Region, ...]]] = field(default_factory=dict, compare=False)

    @property
    def job(self) -> int:
        return self.recipe.job

    @property
    def mains(self) -> dict[int, Limited]:
        """By PLC slot what its value is held to; slots without a step or a main measure are left out."""
        return {
            step.slot: Limited(unit_of(step, measure, self.calibration), *limit.bounds)
            for step in self.recipe.steps
            for measure in step.tool.measures
            if step.slot is not None and measure.main
            for limit in (step.limits.get(measure.name, NO_LIMIT),)
        }

    def placed(self, step: Step, shape: tuple[int, int], pose: Pose) -> tuple[Region, ...]:
        """The regions of `step` on a frame of this shape; those that lie still are placed once.

        Raises:
            ToolError: A region lies wholly outside of the frame, or nothing of it is left.
        """
        kept = self._placed.get(step.name)
        if pose is IDENTITY and kept is not None and kept[0] is step and kept[1] == shape:
            return kept[2]
        own = step.regions[:1] if step.tool.searches else step.regions
        regions = tuple(place_regions(own, step.masks, pose, shape))
        regions += tuple(place_regions(step.regions[len(own) :], (), pose, shape)) if own != step.regions else ()
        if pose is IDENTITY:
            self._placed[step.name] = step, shape, regions
        return regions

    @property
    def shots(self) -> tuple[Shot, ...]:
        """What a camera has to take for it."""
        return self.recipe.exposures


def make_ready(
    recipe: Recipe, folder: Path, only: frozenset[str] | None = None, lessons: Mapping[str, Taught] | None = None
) -> PreparedRecipe:
    """Load taught data and prepare every tool.

    Args:
        folder: The recipe's own, with its taught data.
        only: Names of steps; None = all. The others, and those that are switched off, are left out, also if they were
            never taught.
        lessons: Taught data by name that takes the place of what is on disk.

    Raises:
        RecipeError: With every problem.
    """
    wanted = [step for step in recipe.steps if step.enabled and (only is None or step.name in only)]
    lessons = lessons or {}
    # Fewer steps may be fewer than the rule for combining them wants: that is no fault here.
    part = {} if only is None else part_of(recipe, wanted)
    known = dict(recipe.taught) | {step.taught: _entry(step) for step in wanted if step.taught in lessons}
    found = list(problems_of(recipe.model_copy(update={**part, "taught": known})))
    taught, missing = _taught(recipe, folder, wanted, lessons) if not found else ({}, [])
    found += missing
    calibration = recipe.scale
    try:
        calibration = calibration if found else calibration_in(recipe, folder)
    except (RecipeError, OSError) as exc:
        found.append(f"calibration.taught: {exc}")
    ready: list[PreparedStep] = []
    for i in run_order(wanted, recipe.groups) if not found else ():
        try:
            ready.append(_prepared(wanted[i], recipe, taught, calibration))
        except ToolError as exc:
            found.append(f"step {wanted[i].name!r}: {exc}")
    if found:
        raise RecipeError(f"recipe {recipe.name!r} (job {recipe.job}): {found[0]}", tuple(found))
    repeated = repeats(recipe)
    instances = {one.step.name: one for repeat in repeated.values() for one in repeat.instances}
    return PreparedRecipe(recipe, tuple(ready), calibration, repeated, instances)


def blank(recipe: Recipe) -> Acquisition:
    """Grey frames of the size that the recipe was made for, or large enough for its regions, to warm tools up."""
    width, height = recipe.image.width or _reach(recipe, 0), recipe.image.height or _reach(recipe, 1)
    shape = (height, width, 3) if recipe.image.channels == 3 else (height, width)
    bits = recipe.image.bits or 8
    level = 1 << (bits - 1)
    image = np.full(shape, level, np.uint8) if bits == 8 else np.full(shape, level, np.uint16)
    frame = Frame(image, 0, 0, 0, full_scale=(1 << bits) - 1, label="blank")
    return Acquisition({shot.name: frame for shot in recipe.shots})


def part_of(recipe: Recipe, steps: Sequence[Step]) -> dict[str, Any]:
    """What changes in a recipe of which these steps alone are run."""
    groups = tuple(group for group in recipe.groups if any(step.group == group.name for step in steps))
    return {"steps": tuple(steps), "combine": AllSteps(), "groups": groups}


def calibration_in(recipe: Recipe, folder: Path) -> Calibration:
    """As it lies beside the recipe. Raises RecipeError, OSError."""
    name, scale = recipe.calibration.taught, recipe.calibration.mm_per_px
    if name is None or scale is None:
        return recipe.scale
    entry = recipe.taught[name]
    return calibration_of(load_taught(folder, name, entry.sha256, entry.tool, entry.tool_version), scale)


def _prepared(step: Step, recipe: Recipe, taught: Mapping[str, Taught], calibration: Calibration) -> PreparedStep:
    data = taught[step.taught] if step.taught is not None else NOT_TAUGHT
    tool = step.tool.prepare(data, calibration)
    return PreparedStep(step, tool, step.shot or recipe.shots[0].name, tuple(references(step, recipe.groups)))


def _entry(step: Step) -> TaughtEntry:
    return TaughtEntry(tool=step.tool.type, tool_version=step.tool.version, sha256="0" * 64)


def _taught(
    recipe: Recipe, folder: Path, steps: list[Step], lessons: Mapping[str, Taught]
) -> tuple[dict[str, Taught], list[str]]:
    taught = dict(lessons)
    problems: list[str] = []
    for name in sorted({step.taught for step in steps if step.taught is not None} - set(lessons)):
        entry = recipe.taught[name]
        try:
            taught[name] = load_taught(folder, name, entry.sha256, entry.tool, entry.tool_version)
        except (RecipeError, OSError) as exc:
            problems.append(f"taught.{name}: {exc}")
    return taught, problems


def _reach(recipe: Recipe, axis: int) -> int:
    ends = [float(region.outline()[:, axis].max()) for step in recipe.steps for region in step.regions]
    return min(4096, max([640, *(math.ceil(end) + 1 for end in ends)]))
