"""Compare a part with a good one and list what is different."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging import difference, register
from ..imaging.light import as_lit
from ..imaging.relation import Relation, relation
from ..imaging.second_look import is_shifted
from ..imaging.spots import Spot, grown
from ..imaging.warp import inverse, pose_at, pull
from ..result import MOST_OBJECTS, Object, Objects, Point, Shape
from ..roi import Pose, mask_of, moved
from ..tool import Findings, Measure, Prepared, Sample, Taught, Tool, View

Grey = NDArray[np.uint8]
Outline = tuple[tuple[float, float], ...]
SEEN_AT_LEAST = 0.75  # of the region must lie in the frame, or the part cannot be judged
MIN_SIDE_PX = 8
LEAST_SURE_PX = 5  # of a defect beyond what edges may move
FURTHER_PX = 6  # so far beyond the registration an edge may lie, where all round it does
MOST_LOOKS = 100  # at differences a second time
CORNERS = np.array([(0, 0), (1, 0), (0, 1), (1, 1)])


class GoldenTemplate(Tool):
    """Lay the region onto a master taught from one good part, and find differences that no shift of edges explains."""

    type: Literal["golden_template"] = "golden_template"
    version: ClassVar[int] = 1
    learns: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("defect_count", help="Differences of at least the smallest area", main=True, int16="count"),
        Measure("defect_area", unit="area", help="Of all defects together"),
        Measure("largest", unit="area", help="Area of the largest defect"),
        Measure("shift", unit="length", help="How far the part lay from the master, at most, before it was laid on it"),
        Measure("seen", unit="%", help="Share of the region that could be compared"),
    )
    features: ClassVar[Mapping[str, Any]] = {"largest": Point}
    layers: ClassVar[tuple[str, ...]] = ("registered", "difference")

    threshold_grey: Annotated[int, Field(ge=1, le=254)] = 40
    """Smaller differences are taken for light and noise (grey levels, 0-255)"""
    edge_tolerance_px: Annotated[int, Field(ge=0, le=20)] = 2
    """So far an edge may lie from where the master has it (px)"""
    min_area_px: Annotated[int, Field(ge=1)] = 15
    """Smaller differences are taken for dirt and not counted (px)"""
    join_px: Annotated[int, Field(ge=0, le=100)] = 4
    """Differences of one kind at most this far apart are one defect (px)"""
    max_shift_px: Annotated[int, Field(ge=0, le=100)] = 10
    """So far the part may lie from the master, beyond what the fixture step found (px)"""
    light: Literal["as_is", "offset", "gain"] = "gain"
    """Before comparing, fit the frame's brightness (offset), or brightness and contrast (gain), to the master's"""

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Take the first good sample's region as the master.

        Raises:
            TeachError: No good sample, or its region is too small or outside the frame.
        """
        good = [s.view for s in samples if s.labels[:1] == ("good",)]
        if not good:
            raise TeachError("golden_template learns from one good image: none of the samples is labelled good")
        view = good[0]
        back = inverse(view.pose)
        outline = moved(view.region.outline, back)
        low, high = (np.round(f(outline, axis=0) + 0.5).astype(int) for f in (np.min, np.max))
        if (high - low).min() < MIN_SIDE_PX:
            size = "{}x{}".format(*(high - low))
            raise TeachError(f"the region is {size} px; at least {MIN_SIDE_PX}x{MIN_SIDE_PX} px are needed")
        margin = self.max_shift_px + self.edge_tolerance_px + 2  # so that what moves into the region is seen
        x, y = (low - margin).tolist()
        w, h = (high - low + 2 * margin).tolist()
        pose = pose_at(view.pose, (x, y))
        inside = cv2.bitwise_and(mask_of(outline - (x, y), (h, w)), pull(_region_mask(view), pose, (w, h), 0))
        if np.count_nonzero(inside) < MIN_SIDE_PX**2:
            raise TeachError("nothing of the region lies inside the frame and outside its masks")
        image = pull(view.frame_grey, pose, (w, h))
        return Taught(arrays={"master": image, "mask": inside, "origin": np.array([x, y], np.int64)})

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Make the master's extremes and gradients.

        Raises:
            ToolError: Taught data is missing or does not fit.
        """
        _warm_up()
        return _Ready(self, taught)

    def measure(self, view: View) -> Findings:
        """Raise ToolError: a master is needed, so this works only when prepared."""
        raise ToolError("not taught: golden_template needs a master; teach this step")


@functools.cache
def _warm_up() -> None:
    """OpenCV makes its tables at the first call of each function: once for all masters."""
    dark, light = (np.full((96, 96), level, np.uint8) for level in (0, 200))
    _Ready(GoldenTemplate(), Taught({"master": dark, "mask": light, "origin": np.zeros(2)})).compare(light, light)


class _Ready:
    """A master ready to be compared with."""

    def __init__(self, tool: GoldenTemplate, taught: Taught) -> None:
        self.tool = tool
        self.master, self.mask, self.origin = _checked(taught)
        self.registration = register.Master.of(self.master, self.mask)
        self.difference = difference.Master(self.master, tool.edge_tolerance_px, tool.threshold_grey)
        self.border = difference.disc(tool.edge_tolerance_px + 1)
        self.area = np.count_nonzero(self.mask)
        margin = tool.max_shift_px + tool.edge_tolerance_px + 2
        self.sheltered = np.count_nonzero(self.mask[margin:-margin, margin:-margin]) == self.area

    def measure(self, view: View) -> Findings:
        h, w = self.master.shape
        pose = pose_at(view.pose, self.origin)
        image = pull(view.frame_grey, pose, (w, h))
        view.check_time()
        seen = self.compare(image, self._in_frame(view.frame_grey.shape, pose))
        if seen.share < SEEN_AT_LEAST:
            raise ToolError(
                f"only {seen.share:.0%} of the region could be seen, {SEEN_AT_LEAST:.0%} needed: it leaves the frame"
            )
        view.check_time()
        return _findings(view, pose, seen, self._defects(view, seen))

    def _defects(self, view: View, seen: "_Comparison") -> list["_Defect"]:
        """The largest first, without those that are edges a little further off."""
        whole = self.difference.brighter_darker_at_all(seen.registered)
        found = [(spot, True) for spot in self._spots(seen.brighter, whole[0], seen.seen)]
        found += [(spot, False) for spot in self._spots(seen.darker, whole[1], seen.seen)]
        found.sort(key=lambda one: (-one[0].area, one[0].box))
        reach = min(FURTHER_PX, self.tool.max_shift_px)
        kept = []
        for number, (spot, brighter) in enumerate(found):
            view.check_time()
            if number < MOST_LOOKS and is_shifted(
                self.difference, seen.registered, seen.seen, spot, brighter, reach, LEAST_SURE_PX
            ):
                continue
            kept.append(self._defect(seen, spot, brighter))
        return kept

    def _defect(self, seen: "_Comparison", spot: Spot, brighter: bool) -> "_Defect":
        x, y, w, h = spot.box
        here = np.s_[y : y + h, x : x + w]
        contrast = float((seen.registered[here][spot.mask].astype(float) - self.master[here][spot.mask]).mean())
        how = relation(self.master, seen.registered, spot, brighter)
        return _Defect("brighter" if brighter else "darker", how, contrast, spot)

    def _in_frame(self, shape: tuple[int, int], pose: Pose) -> Grey | None:
        """255 where the master's pixels show the frame; None: nothing of the region can miss it."""
        h, w = self.master.shape
        low, high = (f(moved(CORNERS * (w - 1, h - 1), pose), axis=0) for f in (np.min, np.max))
        if self.sheltered and low.min() >= 0 and high[0] <= shape[1] - 1 and high[1] <= shape[0] - 1:
            return None
        return pull(np.full(shape, 255, np.uint8), pose, (w, h), outside=0)

    def compare(self, image: Grey, in_frame: Grey | None) -> "_Comparison":
        """Lay `image` on the master; `in_frame` is 255 where it shows the frame, None = everywhere."""
        shifts = register.register(self.registration, image, self.tool.max_shift_px)
        sure = None if in_frame is None else self._sure(in_frame)
        laid, shown = self.registration.full.lay(shifts.field, image, sure, outside=0)
        seen = self.mask if shown is None else cast("Grey", cv2.bitwise_and(shown, self.mask))
        registered = self._fit_light(laid)
        brighter, darker = (cast("Grey", cv2.bitwise_and(m, seen)) for m in self.difference.brighter_darker(registered))
        return _Comparison(registered, brighter, darker, seen, shifts, np.count_nonzero(seen) / self.area)

    def _sure(self, in_frame: Grey) -> Grey:
        """Where all that a pixel is held against is wholly shown."""
        eroded = cv2.erode(in_frame, self.border, borderValue=255)
        return cast("Grey", cv2.threshold(eroded, 254, 255, cv2.THRESH_BINARY)[1])

    def _fit_light(self, image: Grey) -> Grey:
        """`image` with gain and offset that fit most of its pixels to the master's."""
        if self.tool.light == "as_is":
            return image
        return as_lit(image, self.master, self.mask, self.tool.light == "gain")

    def _spots(self, sure: Grey, whole: Grey, seen: Grey) -> list[Spot]:
        tool = self.tool
        counts = cast("Grey", cv2.bitwise_and(whole, seen))
        return grown(sure, counts, LEAST_SURE_PX, tool.min_area_px, tool.join_px, tool.edge_tolerance_px + 1)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A part laid on the master; images of the master's size."""

    registered: Grey
    brighter: Grey  # 255 where the part is
    darker: Grey
    seen: Grey  # 255 where it could be compared
    shifts: register.Shifts
    share: float  # of the region that could be compared

    def in_frame(self, points: NDArray[np.float64], pose: Pose) -> NDArray[np.float64]:
        """Points of the master to where they lie in the frame."""
        return moved(self.shifts.carry(points), pose)


@dataclass(frozen=True, slots=True)
class _Defect:
    polarity: str  # brighter or darker than the master
    relation: Relation
    contrast: float  # grey levels, mean of its pixels against the master
    spot: Spot


def _findings(view: View, pose: Pose, seen: _Comparison, defects: list[_Defect]) -> Findings:
    per_px = abs(float(np.linalg.det(pose[:, :2])))  # the part may be larger or smaller than the master
    areas = [view.pixel_area(d.spot.area * per_px) for d in defects]
    overlay, objects = [], []
    for defect, area, (centre, outline) in zip(
        defects, areas, _placed(defects[:MOST_OBJECTS], seen, pose), strict=False
    ):
        overlay.append(Shape(outline, label=f"{defect.polarity} {area:.3g}", role="defect"))
        values = {"area": area, "contrast": defect.contrast}
        objects.append(Object(centre, values, f"{defect.polarity}, {defect.relation}"))
    largest = objects[0].place if objects else None
    layers = {"registered": seen.registered, "difference": seen.brighter | seen.darker}
    return Findings(
        defect_count=len(defects),
        defect_area=sum(areas),
        largest=max(areas, default=0.0),
        shift=view.length((0.0, 0.0), (seen.shifts.largest, 0.0)),
        seen=100 * min(1.0, seen.share),
        objects=Objects(len(defects), tuple(objects)),
        features={"largest": largest} if largest else {},
        overlay=overlay,
        layers={name: layers[name] for name in view.layers & layers.keys()},
        reason=_reason(defects, largest),
    )


def _placed(defects: list[_Defect], seen: _Comparison, pose: Pose) -> Iterator[tuple[Point, Outline]]:
    """Centre and outline of each in the frame."""
    points = [np.vstack([d.spot.centre, d.spot.outline()]) for d in defects]
    moved_all = seen.in_frame(np.concatenate([*points, np.zeros((0, 2))]), pose).tolist()
    first = 0
    for one in points:
        centre, *outline = moved_all[first : first + len(one)]
        first += len(one)
        yield Point(*centre), tuple(map(tuple, outline))


def _reason(defects: list[_Defect], largest: Point | None) -> str:
    if largest is None:
        return ""
    many = "1 difference" if len(defects) == 1 else f"{len(defects)} differences, the largest"
    at = f"{defects[0].spot.area} px at ({largest.x:.0f}, {largest.y:.0f})"
    return f"{many} {defects[0].polarity} than the master, {at}"


def _checked(taught: Taught) -> tuple[Grey, Grey, tuple[int, int]]:
    master, mask, origin = taught.array("master"), taught.array("mask"), taught.array("origin")
    if master.ndim != 2 or master.dtype != np.uint8 or min(master.shape) < MIN_SIDE_PX:
        raise ToolError(
            f"taught data does not fit: the master is {master.dtype} {master.shape}, not a grey uint8 image"
        )
    if mask.shape != master.shape or mask.dtype != np.uint8 or not mask.any():
        raise ToolError(f"taught data does not fit: a mask of {mask.shape} for a master of {master.shape}")
    if origin.shape != (2,) or not np.isfinite(origin).all():
        raise ToolError("taught data does not fit: the master's place is not one x and one y")
    return master, mask, (int(origin[0]), int(origin[1]))


def _region_mask(view: View) -> Grey:
    mask = np.zeros(view.raw.shape[:2], np.uint8)
    x, y, w, h = view.region.box
    mask[y : y + h, x : x + w] = view.region.mask
    return mask
