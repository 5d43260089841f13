"""Find scratches: thin marks, brighter or darker than both sides, in any direction."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ..imaging.levels import cut_levels
from ..imaging.marks import Mark, answer, marks
from ..result import MOST_OBJECTS, Object, Objects, Point, Shape
from ..tool import Findings, Measure, Region, Tool, View

Placed = tuple[Mark, tuple[int, int]]


class Scratch(Tool):
    """Look in all directions for line-like marks: scratches, cracks, hairs.

    A mark differs from both of its sides; an edge does not. Marks are seen that lie inside the region by their width.
    """

    type: Literal["scratch"] = "scratch"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("count", help="Marks of at least the smallest length", main=True, int16="count"),
        Measure("longest", unit="length", help="Length of the longest one; 0 = there is none"),
        Measure("total", unit="length", help="Length of all together"),
        Measure("contrast", unit="grey", help="Of the strongest one against its sides; 0 = there is none"),
    )
    features: ClassVar[Mapping[str, Any]] = {"longest": Point}
    layers: ClassVar[tuple[str, ...]] = ("marks",)
    regions: ClassVar[tuple[int, int]] = (0, 64)

    polarity: Literal["any", "bright", "dark"] = "any"
    """Brighter or darker than what lies beside them"""
    min_contrast_grey: Annotated[float, Field(ge=1, le=255)] = 10.0
    """Fainter marks are not seen (grey levels, mean along the mark; of one a pixel wide about half is left)"""
    min_length_px: Annotated[float, Field(ge=5, le=10000)] = 20.0
    """Shorter ones are not counted (px)"""
    max_width_px: Annotated[float, Field(ge=1, le=30)] = 4.0
    """Broader ones are no scratches (px)"""
    straight_px: Annotated[float, Field(ge=7, le=31)] = 15.0
    """So far a mark has to be about straight (px): longer finds fainter ones, shorter those that bend more"""
    join_px: Annotated[int, Field(ge=0, le=50)] = 5
    """Pieces of a mark at most so far apart are one (px)"""

    def measure(self, view: View) -> Findings:
        found: list[Placed] = []
        layer = np.zeros(view.raw.shape[:2], np.uint8) if "marks" in view.layers else None
        for region in view.areas:
            found += self._in(view, region, layer)
        found.sort(key=lambda one: -one[0].length)
        lengths = [mark.length * _unit(view, mark, at) for mark, at in found]
        shown = list(zip(found[:MOST_OBJECTS], lengths, strict=False))
        return Findings(
            count=len(found),
            longest=max(lengths, default=0.0),
            total=sum(lengths),
            contrast=max((abs(mark.contrast) for mark, _ in found), default=0.0),
            features={"longest": _place(*found[0])} if found else {},
            objects=Objects(len(found), tuple(_object(mark, at, length) for (mark, at), length in shown)),
            overlay=[_drawn(mark, at, length) for (mark, at), length in shown],
            layers={} if layer is None else {"marks": layer},
            reason=_said(found, lengths, view.calibration.unit),
        )

    def _in(self, view: View, region: Region, layer: "np.ndarray[Any, Any] | None") -> list[Placed]:
        levels = cut_levels(view.raw, region.box, view.full_scale)
        seen = answer(levels, region.mask, self.max_width_px, self.straight_px, view.check_time)
        if self.polarity != "any":
            wrong = seen.contrast < 0 if self.polarity == "bright" else seen.contrast > 0
            seen.contrast[wrong] = 0.0
        x, y, w, h = region.box
        if layer is not None:
            here = layer[y : y + h, x : x + w]
            np.maximum(here, np.clip(np.abs(seen.contrast), 0, 255).astype(np.uint8), out=here)
        view.check_time()
        return [(mark, (x, y)) for mark in marks(seen, self.min_contrast_grey, self.min_length_px, self.join_px)]


def _place(mark: Mark, at: tuple[int, int]) -> Point:
    x, y = mark.middle
    return Point(x + at[0], y + at[1], mark.angle_deg)


def _unit(view: View, mark: Mark, at: tuple[int, int]) -> float:
    """The size of a pixel there, in the recipe's unit."""
    place = _place(mark, at)
    return view.length((place.x, place.y), (place.x + 1, place.y))


def _object(mark: Mark, at: tuple[int, int], length: float) -> Object:
    values = {"length": length, "contrast": mark.contrast, "angle_deg": mark.angle_deg}
    return Object(_place(mark, at), values, "bright" if mark.contrast > 0 else "dark")


def _drawn(mark: Mark, at: tuple[int, int], length: float) -> Shape:
    corners = cv2.boxPoints(cv2.minAreaRect((mark.points + at).astype(np.float32)))
    return Shape(tuple(map(tuple, np.asarray(corners).tolist())), label=f"scratch {length:.3g}", role="defect")


def _said(found: list[Placed], lengths: list[float], unit: str) -> str:
    if not found:
        return ""
    many = "1 mark" if len(found) == 1 else f"{len(found)} marks, the longest"
    mark, place = found[0][0], _place(*found[0])
    return f"{many} {lengths[0]:.3g} {unit}, {mark.contrast:+.0f} grey levels, at ({place.x:.0f}, {place.y:.0f})"
