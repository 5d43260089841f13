"""What a model found, as the findings of a step: placed on the frame, counted, named and drawn."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .imaging.model_input import Fitted
from .imaging.model_output import Task
from .result import MOST_OBJECTS, Object, Objects, Point, Reading, Shape
from .roi import moved
from .tool import Findings, Region, View

WITH_AREA: tuple[Task, ...] = ("segment", "instances")  # their pixels were looked at under the region's masks already
Seen = tuple[Region, Fitted, list["Item"]]


@dataclass(frozen=True, slots=True)
class Item:
    """A class of the whole input, a box or an area, in the input's pixels counted from its corner."""

    label: str
    score: float
    outline: NDArray[np.float64] | None = None  # None: the whole region is meant
    area: float = 0.0  # in the input's pixels, where pixels were found


@dataclass(frozen=True, slots=True)
class _Placed:
    item: Item
    outline: NDArray[np.float64]  # ``(n, 2)`` frame px
    pixels: float  # of the frame, that are it

    @property
    def place(self) -> Point:
        """The middle of its box."""
        return Point(*((self.outline.min(axis=0) + self.outline.max(axis=0)) / 2).tolist())


def findings(view: View, seen: Sequence[Seen], task: Task, least: Callable[[str], float], min_area_px: int) -> Findings:
    """Of all regions; `seen` has at least one.

    Args:
        least: The probability from which on a class is sure, by its name.
        min_area_px: Of the areas of a segmentation and of masks.
    """
    placed = [[_placed(region, fitted, item) for item in items] for region, fitted, items in seen]
    kept = [
        [one for one in of if _counts(one, region, task, least, min_area_px)]
        for (region, _, _), of in zip(seen, placed, strict=True)
    ]
    every = sorted((one for of in kept for one in of), key=lambda one: -one.item.score)
    surest = placed if task == "classify" else kept
    areas = [view.pixel_area(one.pixels) for one in every]
    return Findings(
        score=tuple(max((one.item.score for one in of), default=0.0) for of in surest),
        count=len(every),
        area=sum(areas) if task in WITH_AREA else None,
        readings=_readings(placed, kept, task),
        features={"best": every[0].place} if every else {},
        objects=Objects(len(every), tuple(map(_object, every[:MOST_OBJECTS], areas))),
        overlay=[_shape(one) for one in every[:MOST_OBJECTS]],
        reason=_reason(placed, kept) if task == "classify" else "",
    )


def _placed(region: Region, fitted: Fitted, item: Item) -> _Placed:
    if item.outline is None:
        return _Placed(item, region.outline, 0.0)
    inside = fitted.back(item.outline)
    low, high = np.array([-0.5, -0.5]), np.array(region.upright_size) - 0.5
    outline = moved(np.clip(inside, low, high), region.transform)
    return _Placed(item, outline, item.area / (fitted.scale[0] * fitted.scale[1]))


def _counts(one: _Placed, region: Region, task: Task, least: Callable[[str], float], min_area_px: int) -> bool:
    """Sure enough, large enough, and its middle in the region and outside of its masks."""
    if task == "classify":
        return one.item.score >= least(one.item.label)
    x, y = round(one.place.x) - region.box[0], round(one.place.y) - region.box[1]
    rows, columns = region.mask.shape
    inside = 0 <= y < rows and 0 <= x < columns and (task in WITH_AREA or region.mask[y, x] > 0)
    return inside and (task == "detect" or one.pixels >= min_area_px)


def _readings(placed: Sequence[Sequence[_Placed]], kept: Sequence[Sequence[_Placed]], task: Task) -> list[Reading]:
    """The class of each region, empty where none is sure, or that of each object; and how many of each class."""
    if task == "classify":
        found = [_label(of[0].item, of[0] in sure) for of, sure in zip(placed, kept, strict=True)]
    else:
        found = [_label(one.item, True) for of in kept for one in of[:MOST_OBJECTS]]
    counts = Counter(one.item.label for of in kept for one in of)
    text = ", ".join(f"{label} {count}" for label, count in sorted(counts.items()))
    return [*found[:MOST_OBJECTS], Reading("counts", text, text.encode())]


def _label(item: Item, sure: bool) -> Reading:
    text = item.label if sure else ""
    return Reading("label", text, text.encode(), item.score)


def _object(one: _Placed, area: float) -> Object:
    width, height = np.ptp(one.outline, axis=0).tolist()
    values = {"score": one.item.score, "width": width, "height": height}
    return Object(one.place, values | ({"area": area} if one.pixels else {}), one.item.label)


def _shape(one: _Placed) -> Shape:
    label = f"{one.item.label} {one.item.score:.2f}"
    return Shape(tuple((float(x), float(y)) for x, y in one.outline), role="feature", label=label)


def _reason(placed: Sequence[Sequence[_Placed]], kept: Sequence[Sequence[_Placed]]) -> str:
    for number, (of, sure) in enumerate(zip(placed, kept, strict=True), 1):
        if not sure:
            where = f"region {number}" if len(placed) > 1 else "it"
            return f"{where} has no sure class: {of[0].item.label!r} has {of[0].item.score:.2f}"
    return ""
