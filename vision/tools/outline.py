"""Hold a part's outline against a taught one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging.levels import cut_levels
from ..imaging.outline import Freedom, outline, registered
from ..imaging.outline import Outline as Contour
from ..imaging.runs import runs
from ..imaging.warp import inverse
from ..result import MOST_OBJECTS, Object, Objects, Point, Shape
from ..roi import moved
from ..tool import Findings, Measure, Prepared, Sample, Taught, Tool, View

Floats = NDArray[np.float64]
MOST_POINTS = 60_000  # of an outline: noise under a bad threshold has more
STRAY_PX = 3.0  # farther from the first one a good part's outline does not count where it is taught
FEWEST_POINTS = 8


class Outline(Tool):
    """Find a part's outline by its brightness, lay it onto the one taught from good parts, and measure where it is off.

    The region has to show the whole part with some background round it. What is outside of the taught outline is too
    much (a burr, a bulge), what is inside is missing (a chip, a broken tip). Outlines where they leave the region do
    not count.
    """

    type: Literal["outline"] = "outline"
    learns: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "largest", unit="length", help="The largest distance from the taught outline, to either side", main=True
        ),
        Measure("outside", unit="length", help="How far the part reaches beyond the taught outline at most"),
        Measure("inside", unit="length", help="How far the part stays behind the taught outline at most"),
        Measure("mean", unit="length", help="Mean distance from the taught outline"),
        Measure("defects", help="Stretches of outline that are farther off than the tolerance", int16="count"),
        Measure("shift", unit="length", help="How far the part was shifted to lie on the taught one"),
        Measure("turn_deg", unit="deg", help="How far it was turned for that, counter-clockwise"),
    )
    features: ClassVar[Mapping[str, Any]] = {"worst": Point}

    part: Literal["bright", "dark"] = "bright"
    """Brighter or darker than the background"""
    threshold: Annotated[float, Field(ge=0, le=255)] | None = None
    """Level that parts it from the background (grey levels); left out: halfway between both, of each image anew"""
    min_contrast_grey: Annotated[float, Field(gt=0, le=255)] = 20.0
    """With less between part and background there is nothing to see (grey levels)"""
    holes: bool = True
    """Holes have an outline as well"""
    min_area_px: Annotated[int, Field(ge=10)] = 100
    """Smaller parts and holes are dirt and have no outline (px)"""
    tolerance_px: Annotated[float, Field(ge=0, le=1000)] = 2.0
    """What is farther from the taught outline is a defect (px)"""
    max_shift_px: Annotated[float, Field(ge=0, le=200)] = 10.0
    """So far the part may lie from the taught one, beyond what the fixture step found; 0 = held as it is (px)"""
    max_turn_deg: Annotated[float, Field(ge=0, le=45)] = 5.0
    """So far the part may be turned against the taught one; 0 = not at all (deg)"""

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """The mean outline of the good samples, each laid onto the first.

        Raises:
            TeachError: No good sample, or one of them shows no outline.
        """
        good = [s.view for s in samples if s.labels[:1] == ("good",)]
        if not good:
            raise TeachError("outline learns from good images: none of the samples is labelled good")
        seen = [self._taught_px(view, number) for number, view in enumerate(good, 1)]
        first = seen[0]
        offsets = [np.zeros(len(first)), *(self._offset(first, other) for other in seen[1:])]
        points = first.points + np.mean(offsets, axis=0)[:, None] * first.normals
        arrays = {"points": points, "normals": first.normals, "after": first.after, "sure": first.sure}
        return Taught(arrays)

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Map the way to the taught outline.

        Raises:
            ToolError: Taught data is missing or does not fit.
        """
        ready = _Ready(self, _checked(taught))
        ready.taught.away(np.zeros((1, 2)))  # makes the map before the line runs
        return ready

    def measure(self, view: View) -> Findings:
        """Raise ToolError: an outline is needed, so this works only when prepared."""
        raise ToolError("not taught: outline needs a taught one; teach this step")

    def seen(self, view: View) -> tuple[Contour, str]:
        """In frame px, and why it is empty."""
        region = view.region
        levels = cut_levels(view.raw, region.box, view.full_scale)
        threshold, contrast = self._threshold(levels[region.mask > 0])
        if contrast < self.min_contrast_grey:
            return Contour.of([]), f"contrast of {contrast:.0f} grey levels, {self.min_contrast_grey:.0f} needed"
        found = outline(levels, region.mask, threshold, self.part == "bright", self.min_area_px, self.holes)
        view.check_time()
        if len(found) > MOST_POINTS:
            raise ToolError(f"the outline has {len(found)} points, more than {MOST_POINTS}: the threshold does not fit")
        if not found.sure.any():
            return Contour.of([]), f"no {self.part} part of {self.min_area_px} px"
        return replace(found, points=found.points + region.box[:2]), ""

    def _threshold(self, pixels: NDArray[np.float32]) -> tuple[float, float]:
        """Threshold, and the difference of the mean levels that it parts."""
        level = self.threshold
        if level is None:
            level = float(cv2.threshold(np.rint(pixels).astype(np.uint8)[None], 0, 255, cv2.THRESH_OTSU)[0]) + 0.5
        above = pixels >= level
        if above.all() or not above.any():
            return level, 0.0
        low, high = float(pixels[~above].mean()), float(pixels[above].mean())
        return (low + high) / 2 if self.threshold is None else level, high - low

    def _taught_px(self, view: View, number: int) -> Contour:
        found, reason = self.seen(view)
        if reason:
            raise TeachError(f"good image {number} shows no outline: {reason}")
        return found.moved(inverse(view.pose))

    def _offset(self, first: Contour, other: Contour) -> Floats:
        laid = other.moved(registered(first, other, self.freedom, lambda: None))
        away = -laid.away(first.points)[0]
        return np.where(np.abs(away) <= STRAY_PX, away, 0.0)

    @property
    def freedom(self) -> Freedom:
        """How the part may lie."""
        return Freedom(self.max_shift_px, self.max_turn_deg)


@dataclass(frozen=True, slots=True)
class _Off:
    """Places on either outline and how far they are off, in frame px and the recipe's unit."""

    places: Floats  # ``(n, 2)``
    feet: Floats  # ``(n, 2)`` on the other outline
    px: Floats  # ``(n,)`` px, positive = the part is outside of the taught outline
    away: Floats  # ``(n,)`` the same in the recipe's unit
    rows: Sequence[NDArray[np.intp]]  # closed lines of them
    sure: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Ready:
    tool: Outline
    taught: Contour

    def measure(self, view: View) -> Findings:
        tool = self.tool
        found, reason = tool.seen(view)
        if reason:
            return Findings(found=False, reason=f"outline not found: {reason}")
        seen = found.moved(inverse(view.pose))
        pose = registered(self.taught, seen, tool.freedom, view.check_time)
        view.check_time()
        laid = seen.moved(pose)
        centre = self.taught.points.mean(axis=0)
        shift = float(np.hypot(*(moved(centre[None], pose)[0] - centre)))
        turn = math.degrees(math.atan2(-pose[1, 0], pose[0, 0]))
        if shift > tool.max_shift_px or abs(turn) > max(tool.max_turn_deg, 1e-9):
            far = f"{shift:.1f} px and {abs(turn):.1f} degrees from the taught one"
            return Findings(
                found=False, reason=f"part lies {far}, {tool.max_shift_px:g} px and {tool.max_turn_deg:g} are allowed"
            )
        back = _after(inverse(pose), view.pose)
        excess, lack = self._excess(view, laid, back), self._lack(view, laid, back)
        view.check_time()
        return self._findings(view, excess, lack, shift * view.length((0.0, 0.0), (1.0, 0.0)), turn)

    def _excess(self, view: View, laid: Contour, back: Floats) -> _Off:
        """The part's outline against the taught one."""
        px, feet = self.taught.away(laid.points)
        return _off(view, laid, px, feet, back)

    def _lack(self, view: View, laid: Contour, back: Floats) -> _Off:
        """The taught outline against the part's: what is missing altogether has none of its own."""
        px, feet = laid.away(self.taught.points)
        off = _off(view, self.taught, -px, feet, back)
        return replace(off, sure=off.sure & _within(view, off.places))

    def _findings(self, view: View, excess: _Off, lack: _Off, shift: float, turn: float) -> Findings:
        both = np.concatenate([excess.away[excess.sure], lack.away[lack.sure]])
        places = np.concatenate([excess.places[excess.sure], lack.places[lack.sure]])
        outside, inside = max(float(both.max()), 0.0), max(float(-both.min()), 0.0)
        worst = Point(*places[int(np.abs(both).argmax())].tolist())
        defects = self._defects(excess, lack)
        shown = [Shape(tuple(map(tuple, excess.places[row].tolist())), role="feature") for row in excess.rows]
        return Findings(
            largest=max(outside, inside),
            outside=outside,
            inside=inside,
            mean=float(np.abs(excess.away[excess.sure]).mean()) if excess.sure.any() else 0.0,
            defects=len(defects),
            shift=shift,
            turn_deg=turn,
            features={"worst": worst},
            objects=Objects(len(defects), tuple(one[0] for one in defects[:MOST_OBJECTS])),
            overlay=[*shown[:MOST_OBJECTS], *(one[1] for one in defects[:MOST_OBJECTS])],
            reason=_said([one[0] for one in defects]),
        )

    def _defects(self, excess: _Off, lack: _Off) -> list[tuple[Object, Shape]]:
        """The largest first. What is missing altogether is told only where the part's own outline does not tell it."""
        found: list[tuple[Object, Shape]] = []
        for sign, kind in ((1.0, "outside"), (-1.0, "inside")):
            told = np.zeros((0, 2))
            for off in (excess, lack):
                for numbers in _stretches(off, sign, self.tool.tolerance_px):
                    worst = numbers[int(np.abs(off.px[numbers]).argmax())]
                    reach = abs(float(off.px[worst])) + STRAY_PX
                    if off is lack and len(told) and np.hypot(*(told - off.places[worst]).T).min() <= reach:
                        continue
                    if off is excess:
                        told = np.concatenate([told, off.places[numbers], off.feet[numbers]])
                    found.append(_defect(off, numbers, int(worst), kind))
        return sorted(found, key=lambda one: -one[0].values["size"])


def _off(view: View, of: Contour, px: Floats, feet: Floats, back: Floats) -> _Off:
    places, feet = moved(of.points, back), moved(feet, back)
    real = np.hypot(*(view.calibration.points(places) - view.calibration.points(feet)).T)
    return _Off(places, feet, px, np.copysign(real, px), of.loops(), of.sure)


def _within(view: View, places: Floats) -> NDArray[np.bool_]:
    """Whether they lie in the region, where the part could have been seen."""
    x, y, w, h = view.region.box
    columns, rows = (np.rint(places).astype(np.intp) - (x, y)).T
    inside = (columns >= 0) & (columns < w) & (rows >= 0) & (rows < h)
    out = np.zeros(len(places), np.bool_)
    out[inside] = view.region.mask[rows[inside], columns[inside]] > 0
    return out


def _stretches(off: _Off, sign: float, tolerance: float) -> list[NDArray[np.intp]]:
    over = off.sure & (sign * off.px > tolerance)
    return [row[run.numbers] for row in off.rows for run in runs(over[row], 1, closed=True)]


def _defect(off: _Off, numbers: NDArray[np.intp], worst: int, kind: str) -> tuple[Object, Shape]:
    size = abs(float(off.away[worst]))
    points = np.concatenate([off.places[numbers], off.feet[numbers][::-1]])
    shape = Shape(tuple(map(tuple, points.tolist())), label=f"{kind} {size:.3g}", role="defect")
    return Object(Point(*off.places[worst].tolist()), {"size": size}, kind), shape


def _after(first: Floats, then: Floats) -> Floats:
    return np.column_stack([then[:, :2] @ first[:, :2], then[:, :2] @ first[:, 2] + then[:, 2]])


def _said(defects: Sequence[Object]) -> str:
    if not defects:
        return ""
    first = defects[0]
    many = "1 place" if len(defects) == 1 else f"{len(defects)} places, the farthest"
    at = f"({first.place.x:.0f}, {first.place.y:.0f})"
    return f"{many} {first.values['size']:.3g} {first.label} of the taught outline at {at}"


def _checked(taught: Taught) -> Contour:
    points, normals, after, sure = (taught.array(name) for name in ("points", "normals", "after", "sure"))
    n = len(points)
    fits = points.shape == normals.shape == (n, 2) and after.shape == sure.shape == (n,)
    if not fits or not FEWEST_POINTS <= n <= MOST_POINTS or not np.isfinite([points, normals]).all():
        raise ToolError("taught data does not fit: it is no outline; teach this step")
    if not np.array_equal(np.sort(after), np.arange(n)) or not sure.any() or np.abs(points).max() > 65535:
        raise ToolError("taught data does not fit: its outline has no order; teach this step")
    return Contour(points.astype(np.float64), normals.astype(np.float64), after.astype(np.intp), sure.astype(np.bool_))
