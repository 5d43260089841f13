"""What a step measures on many images: worked out a few at a time, and kept for as long as nothing changes it."""

import re
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from service.evaluation.part_image import acquisition_of
from vision.errors import VisionError
from vision.frame import Acquisition
from vision.pipeline import Bench, Tried
from vision.recipe import Recipe, Step, references
from vision.result import StepResult
from vision.teach import load_reference

MOST = 16  # steps whose values are kept
SLICE_S = 0.25
"""So long other requests wait for some more of the images."""
REGION = re.compile(r"\[\d+\]$")
Found = dict[str, Any]
"""`values` by measure, one number a place or region; `message`: why there are none."""


class Values:
    """By what the step depends on, and by image."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, dict[str, Found]] = OrderedDict()

    def of(
        self, bench: Bench, recipe: Recipe, folder: Path, step: Step, images: Sequence[Mapping[str, str]]
    ) -> list[Found | None]:
        """For each image, a path or the name of a reference; None = not yet, ask again."""
        kept = self._place(_depends_on(recipe, step))
        ends = time.monotonic() + SLICE_S
        found: list[Found | None] = []
        for image in images:
            key = _key(image, recipe)
            if key not in kept and time.monotonic() < ends:
                kept[key] = _found(bench, recipe, folder, step, image)
            found.append(kept.get(key))
        return found

    def _place(self, key: str) -> dict[str, Found]:
        kept = self._kept.setdefault(key, {})
        self._kept.move_to_end(key)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return kept


def _depends_on(recipe: Recipe, step: Step) -> str:
    """Everything that its values hang on; its limits do not belong to that."""
    names, waiting = [step.name], [step]
    while waiting:
        for name in dict.fromkeys(one.step for one in references(waiting.pop(), recipe.groups)):
            if name not in names:
                names.append(name)
                waiting.append(recipe.step(name))
    gauges = {name: (limit.gain, limit.offset) for name, limit in step.limits.items()}
    scales = {name: gauge for name, gauge in sorted(gauges.items()) if gauge != (1, 0)}
    own = step.model_copy(update={"limits": {}, "slot": None, "reject_class": 0}).model_dump_json()
    others = [recipe.step(name) for name in names[1:]]
    common = recipe.model_copy(update={"steps": (), "references": (), "name": "", "description": "", "version": 1})
    taught = {one: entry.sha256 for one, entry in recipe.taught.items() if one in _taught([step, *others], recipe)}
    plain = common.model_copy(update={"taught": {}}).model_dump_json()
    return "\n".join([own, repr(scales), *(one.model_dump_json() for one in others), repr(taught), plain])


def _taught(steps: Sequence[Step], recipe: Recipe) -> set[str | None]:
    return {*(step.taught for step in steps), recipe.calibration.taught}


def _key(image: Mapping[str, str], recipe: Recipe) -> str:
    name = image.get("reference")
    if name is None:
        return image["path"]
    entry = recipe.taught.get(name)
    return f"{name} {entry.sha256 if entry is not None else ''}"


def _found(bench: Bench, recipe: Recipe, folder: Path, step: Step, image: Mapping[str, str]) -> Found:
    try:
        acquisition = _acquisition(image, recipe, folder)
        tried = bench.attempt(recipe, folder, acquisition, [step.name], remember=False)
    except (VisionError, OSError, KeyError) as exc:
        return {"values": {}, "message": str(exc)}
    results = [] if tried.refused else [result for result in tried.steps if result.step == step.name]
    values: dict[str, list[float]] = {}
    for result in results:
        for one in result.measurements:
            values.setdefault(REGION.sub("", one.name), []).append(one.value)
    return {"values": values, "message": "" if values else _why(results, tried, step)}


def _why(results: Sequence[StepResult], tried: Tried, step: Step) -> str:
    said = [result.message for result in results if result.message]
    return tried.failed.get(step.name) or tried.refused or (said[0] if said else "nothing was measured")


def _acquisition(image: Mapping[str, str], recipe: Recipe, folder: Path) -> Acquisition:
    if (name := image.get("reference")) is not None:
        return load_reference(recipe, folder, name)[0]
    return acquisition_of(Path(image["path"]), recipe)
