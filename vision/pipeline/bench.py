"""Try a recipe that changes a little from one time to the next: what did not change is not done again."""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from ..calibration import Calibration
from ..errors import RecipeError, ToolError
from ..frame import Acquisition, Inputs
from ..recipe import Recipe, Step, references, run_order
from ..result import InspectionResult, StepResult
from ..taught import load_taught
from ..tool import NOT_TAUGHT, Prepared, Taught
from .inspection import conclude, refusal
from .prepared import PreparedRecipe, PreparedStep, calibration_in, part_of
from .repeat import repeats
from .run import Run

MOST_TOOLS, MOST_TAUGHT = 128, 64
LONGEST_MS = 10_000
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it."""

    run: Run
    steps: tuple[StepResult, ...]  # those that were tried, as the recipe has them
    result: InspectionResult | None  # None = not every step of the recipe was tried
    reused: frozenset[str]  # steps that found what they found the last time
    failed: Mapping[str, str]  # steps that could not be made ready, and why
    refused: str = ""  # why no tool is to look at the frames


class Bench:
    """Keeps tools that were made ready, and the last run."""

    def __init__(self) -> None:
        self._tools: _Kept[Prepared] = _Kept(MOST_TOOLS)
        self._taught: _Kept[Taught] = _Kept(MOST_TAUGHT)
        self._scales: _Kept[Calibration] = _Kept(1)
        self._last: Run | None = None

    def attempt(
        self,
        recipe: Recipe,
        folder: Path,
        acquisition: Acquisition,
        only: Collection[str] | None = None,
        layer: str = "",
        remember: bool = True,
    ) -> Tried:
        """Judge one part by a recipe without problems, as far as its steps can be made ready.

        Args:
            folder: With the taught data.
            acquisition: The very object of the last time where the frames are the same.
            only: Names of steps, which are tried with all that they need; None = all.
            layer: As ``step.layer``, an intermediate image that is wanted.
            remember: Reuse what this run finds the next time; False: that stays the run before.

        Raises:
            RecipeError: Its calibration cannot be read.
        """
        began = time.monotonic_ns()
        wanted = _with_needed(recipe, only)
        ready, failed = self._ready(recipe, folder, wanted)
        steps = [step for step in recipe.steps if step.name in (ready if step.enabled else wanted)]
        whole = len(steps) == len(recipe.steps)
        part = recipe if whole else recipe.model_copy(update=part_of(recipe, steps))
        run = Run(acquisition, self._prepared(part, folder, ready), Inputs(), _ends(recipe, began), _layers(layer))
        if (refused := refusal(run, began)) is not None:
            return Tried(run, refused.steps, refused if whole else None, frozenset(), failed, refused.message)
        reused: set[str] = set()
        for one in run.recipe.steps:
            if self._last is not None and self._as_before(one, run, self._last, reused, layer):
                run.recall(one, self._last)
                reused.add(one.step.name)
            else:
                run.run(one)
        if remember:
            self._last = run
        return Tried(run, run.results(), conclude(run, began) if whole else None, frozenset(reused), failed)

    def _ready(
        self, recipe: Recipe, folder: Path, wanted: Collection[str]
    ) -> tuple[dict[str, PreparedStep], dict[str, str]]:
        ready: dict[str, PreparedStep] = {}
        failed: dict[str, str] = {}
        for i in run_order(recipe.steps, recipe.groups):
            step = recipe.steps[i]
            if step.name not in wanted or not step.enabled:
                continue
            mentioned = tuple(references(step, recipe.groups))
            missing = next((one.step for one in mentioned if one.step not in ready), None)
            if missing is not None:
                failed[step.name] = f"it needs step {missing!r}, which cannot be tried"
                continue
            try:
                tool = self._tool(step, recipe, folder)
            except (RecipeError, ToolError, OSError) as exc:
                failed[step.name] = str(exc)
                continue
            ready[step.name] = PreparedStep(step, tool, step.shot or recipe.shots[0].name, mentioned)
        return ready, failed

    def _tool(self, step: Step, recipe: Recipe, folder: Path) -> Prepared:
        entry = recipe.taught.get(step.taught) if step.taught is not None else None
        data, sha256 = NOT_TAUGHT, ""
        if entry is not None and step.taught is not None:
            name, sha256 = step.taught, entry.sha256
            known = entry.tool, entry.tool_version
            data = self._taught.get((folder, name, sha256), lambda: load_taught(folder, name, sha256, *known))
        key = (folder, step.tool.model_dump_json(), sha256, recipe.calibration.model_dump_json())
        return self._tools.get(key, lambda: step.tool.prepare(data, self._scale(recipe, folder)))

    def _scale(self, recipe: Recipe, folder: Path) -> Calibration:
        entry = recipe.taught.get(recipe.calibration.taught or "")
        key = (folder, recipe.calibration.model_dump_json(), "" if entry is None else entry.sha256)
        return self._scales.get(key, lambda: calibration_in(recipe, folder))

    def _prepared(self, part: Recipe, folder: Path, ready: Mapping[str, PreparedStep]) -> PreparedRecipe:
        repeated = repeats(part)
        instances = {one.step.name: one for repeat in repeated.values() for one in repeat.instances}
        return PreparedRecipe(part, tuple(ready.values()), self._scale(part, folder), repeated, instances)

    def _as_before(self, one: PreparedStep, run: Run, last: Run, reused: Collection[str], layer: str) -> bool:
        """The step, its tool, its frames and all that it needs are those of the last run."""
        name = one.step.name
        before = next((other for other in last.recipe.steps if other.step.name == name), None)
        return (
            before is not None
            and run.acquisition is last.acquisition
            and (before.step is one.step or before.step == one.step)
            and before.tool is one.tool
            and _common(run.recipe.recipe) == _common(last.recipe.recipe)
            and all(mentioned.step in reused for mentioned in one.references)
            and not last.outcomes[name].result.timed_out
            and layer.partition(".")[0].partition("[")[0] != name
        )


class _Kept(Generic[V]):
    """The newest so many values by their keys."""

    def __init__(self, most: int) -> None:
        self._most, self._values = most, OrderedDict[object, V]()

    def get(self, key: object, make: Callable[[], V]) -> V:
        value = self._values.pop(key) if key in self._values else make()
        self._values[key] = value
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value


def _with_needed(recipe: Recipe, only: Collection[str] | None) -> set[str]:
    """These steps, and whatever they mention."""
    if only is None:
        return {step.name for step in recipe.steps}
    needs = {step.name: {one.step for one in references(step, recipe.groups)} for step in recipe.steps}
    found: set[str] = set()
    waiting: list[str] = [name for name in only if name in needs]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, ())
    return found


def _common(recipe: Recipe) -> Sequence[object]:
    """What every step depends on."""
    return recipe.calibration, recipe.image, recipe.shots, recipe.parameters, recipe.groups


def _ends(recipe: Recipe, began: int) -> int:
    return began + min(recipe.time_limit_ms, LONGEST_MS) * 1_000_000


def _layers(layer: str) -> frozenset[str]:
    wanted: Iterable[str] = (layer,) if layer else ()
    return frozenset(wanted)
