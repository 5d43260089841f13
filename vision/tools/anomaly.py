"""Find what good parts do not have, taught from good parts alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging.align import shift_of
from ..imaging.bank import Bank, Lesson, lesson_of, stored
from ..imaging.feature_maps import working_size
from ..imaging.good_parts import FEWEST, Model, maps_of
from ..imaging.patch import Patch, grey_half, patch, without
from ..imaging.spots import Spot, spots
from ..imaging.warp import pose_at, pull
from ..result import MOST_OBJECTS, Object, Objects, Point, Shape
from ..roi import moved
from ..tool import Findings, Measure, Prepared, Region, Sample, Taught, Tool, View

Floats = NDArray[np.float32]
SMALLEST_PX = 16  # side of a region
HALF_WHITE = 3.0  # score that is mid grey in the heat map; so the limit is 63, and nothing is too hot to be told
SEEN_AT_LEAST = 0.75  # of the region must lie in the frame, or the part cannot be judged


class Anomaly(Tool):
    """Show where a part is unlike the good ones: scratches, pits, dirt, wrong parts, whatever nobody thought of.

    It learns from good parts alone (three at least, better twenty), each region by itself. The limit 1.0 comes of their
    own spread: each is looked at by what the others taught, and of further good parts one or two in a hundred lie
    beyond the limit. With fewer parts it lies further out, so that this holds as well. The trial of teaching counts
    what is rejected. Teach more good parts on top where good ones are rejected.
    """

    type: Literal["anomaly"] = "anomaly"
    learns: ClassVar[bool] = True
    by_region: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "score",
            help="Of the most unlike place: 1 is the limit that the good parts' own spread gives",
            main=True,
            each_region=True,
        ),
        Measure("defect_count", help="Places beyond the limit, of at least the smallest area", int16="count"),
        Measure("defect_area", unit="area", help="Of all of them together"),
        Measure("largest", unit="area", help="Area of the largest one"),
    )
    features: ClassVar[Mapping[str, Any]] = {"worst": Point}
    layers: ClassVar[tuple[str, ...]] = ("heat",)
    regions: ClassVar[tuple[int, int]] = (0, 8)

    model: Model = "strong"
    """What is compared: filtered pixels (fast, for parts that look alike to the pixel) or what a small network sees
    (strong, for textures and parts that vary); takes effect when taught"""
    sensitivity: Annotated[float, Field(ge=0.1, le=10)] = 1.0
    """The score is multiplied by it: higher finds fainter defects, and rejects more good parts"""
    min_area_px: Annotated[int, Field(ge=0)] = 0
    """Smaller places beyond the limit are not counted as defects (px); the score knows no smallest area"""
    max_shift_px: Annotated[int, Field(ge=0, le=50)] = 4
    """So far the part may lie from where the first good one lay, beyond what the fixture step found (px); 0 = do not
    align"""
    detail_kpx: Annotated[int, Field(ge=8, le=2000)] = 112
    """The region is scaled down to about so many thousand pixels; more shows smaller defects and takes longer, with the
    network in proportion; takes effect when taught (kpx)"""
    width_px: Annotated[int, Field(ge=0, le=4096)] = 0
    """So wide the region is made, where defects want more detail across than down; the height follows from
    `detail_kpx`; 0 = its proportions are kept; takes effect when taught (px)"""

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn from the good regions of the samples.

        Raises:
            TeachError: Too few are good, or what was taught before was by another model or of another size.
        """
        counts = {len(sample.view.areas) for sample in samples}
        if len(counts) > 1 or any(len(s.labels) != len(s.view.areas) for s in samples):
            raise TeachError("anomaly needs one label a region, and the same regions in every sample")
        lessons = [self._lesson(samples, number, taught) for number in range(max(counts, default=0))]
        if not lessons:
            raise TeachError("anomaly learns from good parts: there is no sample")
        arrays = {key: array for number, one in enumerate(lessons) for key, array in stored(one, number).items()}
        return Taught(arrays, texts={"model": self.model})

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Load what is known of each region; the strong model is warmed up.

        Raises:
            ToolError: Taught data is missing or does not fit.
        """
        taught.array("inside_0")
        if (model := taught.texts.get("model")) != self.model:
            raise ToolError(f"it was taught with model {model!r}, not {self.model!r}; teach this step")
        found: list[Lesson] = []
        while f"inside_{len(found)}" in taught.arrays:
            found.append(lesson_of(taught.arrays, len(found), self.model))
        maps_of(self.model, np.zeros(found[0].inside.shape, np.uint8))
        return _Ready(self, tuple(found))

    def measure(self, view: View) -> Findings:
        raise ToolError("not taught: anomaly needs good parts; teach this step")

    def _lesson(self, samples: Sequence[Sample], number: int, taught: Taught | None) -> Lesson:
        bank = Bank.of(taught.arrays, number) if taught is not None else None
        if taught is not None and taught.texts.get("model") != self.model:
            raise TeachError(f"it was taught with model {taught.texts.get('model')!r} before: teach it afresh")
        for sample in samples:
            if sample.labels[number] != "good":
                continue
            region = sample.view.areas[number]
            try:
                _check_size(region, number)
                seen = self.look(sample.view, region, bank)
            except ToolError as exc:
                raise TeachError(str(exc)) from exc
            maps = maps_of(self.model, seen.image)
            bank = bank.more(maps) if bank else Bank.first(grey_half(seen.image), seen.inside, maps)
        if bank is None or len(bank) < FEWEST:
            have = 0 if bank is None else len(bank)
            raise TeachError(f"region {number + 1}: {have} good parts: it needs at least {FEWEST}, better 20")
        return bank.lesson(self.model)

    def look(self, view: View, region: Region, known: "Bank | Lesson | None") -> Patch:
        """The region as the model sees it, aligned with the first good part."""
        frame = view.frame_grey if view.raw.ndim == 2 else view.frame_colour
        width, height = region.upright_size
        size = known.inside.shape[::-1] if known else working_size(width, height, self.detail_kpx, self.width_px)
        mask = view.upright_mask(region) if not _is_whole(region) else None
        seen = patch(np.asarray(view.upright(region, frame), np.uint8), mask, size)
        if known is None or not self.max_shift_px:
            return seen
        most = tuple(max(1, round(self.max_shift_px / (2 * step))) for step in seen.scale)
        dx, dy = shift_of(known.master, grey_half(seen.image), (most[0], most[1]))
        shift = 2 * dx * seen.scale[0], 2 * dy * seen.scale[1]
        if abs(dx) < 0.25 and abs(dy) < 0.25:
            return seen
        there, upright = pose_at(region.transform, shift), (width, height)
        in_frame = np.asarray(pull(np.full(frame.shape[:2], 255, np.uint8), there, upright, outside=0), np.uint8)
        return without(patch(np.asarray(pull(frame, there, upright), np.uint8), mask, size, shift), in_frame)


@dataclass(frozen=True, slots=True)
class _Ready:
    tool: Anomaly
    lessons: tuple[Lesson, ...]

    def measure(self, view: View) -> Findings:
        if len(view.areas) != len(self.lessons):
            raise ToolError(f"{len(self.lessons)} regions were taught, there are {len(view.areas)}; teach this step")
        seen = [
            self._seen(view, region, lesson, number)
            for number, (region, lesson) in enumerate(zip(view.areas, self.lessons, strict=True))
        ]
        return _findings(view, seen, self.tool.min_area_px)

    def _seen(self, view: View, region: Region, lesson: Lesson, number: int) -> "_Seen":
        view.check_time()
        _check_size(region, number)
        looked = self.tool.look(view, region, lesson)
        share = np.count_nonzero(looked.inside) / np.count_nonzero(lesson.inside)
        if share < SEEN_AT_LEAST:
            needed = f"{SEEN_AT_LEAST:.0%} are needed: it leaves the frame"
            raise ToolError(f"only {share:.0%} of region {number + 1} could be seen, {needed}")
        heat = lesson.parts.heat(maps_of(self.tool.model, looked.image, view.deadline_ns))
        heat[_missing(lesson.inside, looked.inside, heat.shape)] = 0
        return _Seen(region, looked, heat * np.float32(self.tool.sensitivity))


@dataclass(frozen=True, slots=True)
class _Seen:
    region: Region
    patch: Patch
    heat: Floats  # 1 = the limit

    @property
    def pixels(self) -> float:
        """Frame pixels of one place of the heat map."""
        return self.region.size[0] * self.region.size[1] / self.heat.size

    def in_frame(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the heat map, ``(n, 2)``."""
        return moved(self.patch.in_region(points, (self.heat.shape[1], self.heat.shape[0])), self.region.transform)

    def hottest(self, spot: Spot | None = None) -> tuple[float, Point]:
        """How hot and where, of all or of one spot."""
        x, y, w, h = (0, 0, *self.heat.shape[::-1]) if spot is None else spot.box
        part = self.heat[y : y + h, x : x + w]
        part = part if spot is None else np.where(spot.mask, part, -np.inf)
        row, column = np.unravel_index(int(part.argmax()), part.shape)
        at = self.in_frame(np.array([[x + column, y + row]], np.float64))[0]
        return float(part[row, column]), Point(*at.tolist())


@dataclass(frozen=True, slots=True)
class _Defect:
    score: float
    place: Point
    area: float  # mm² or px²
    outline: NDArray[np.float64]


def _missing(wanted: NDArray[np.uint8], there: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Places, and those beside them, of which something could not be seen this time."""
    lost = cv2.resize(cv2.bitwise_and(wanted, cv2.bitwise_not(there)), shape[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.dilate(lost, np.ones((3, 3), np.uint8)) > 0)


def _findings(view: View, seen: Sequence[_Seen], min_area_px: int) -> Findings:
    defects = sorted((d for one in seen for d in _defects(view, one, min_area_px)), key=lambda d: -d.score)
    areas = [defect.area for defect in defects]
    tops = [one.hottest() for one in seen]
    shown = defects[:MOST_OBJECTS]
    return Findings(
        score=tuple(score for score, _ in tops),
        defect_count=len(defects),
        defect_area=sum(areas),
        largest=max(areas, default=0.0),
        features={"worst": max(tops, key=lambda top: top[0])[1]},
        objects=Objects(
            len(defects), tuple(Object(d.place, {"score": d.score, "area": d.area}, "unlike") for d in shown)
        ),
        overlay=[Shape(tuple(map(tuple, d.outline.tolist())), label=f"{d.score:.2f}", role="defect") for d in shown],
        layers={"heat": _heat_of_frame(view, seen)} if "heat" in view.layers else {},
        reason=_reason(defects),
    )


def _defects(view: View, seen: _Seen, min_area_px: int) -> list[_Defect]:
    hot = np.where(seen.heat > 1, 255, 0).astype(np.uint8)
    found = []
    for spot in spots(hot, max(1, round(min_area_px / seen.pixels))):
        view.check_time()
        score, place = seen.hottest(spot)
        found.append(_Defect(score, place, view.pixel_area(spot.area * seen.pixels), seen.in_frame(spot.outline())))
    return found


def _reason(defects: Sequence[_Defect]) -> str:
    if not defects:
        return ""
    many = "1 place is" if len(defects) == 1 else f"{len(defects)} places are"
    worst = defects[0]
    return f"{many} unlike the good parts, most at ({worst.place.x:.0f}, {worst.place.y:.0f}): score {worst.score:.2f}"


def _heat_of_frame(view: View, seen: Sequence[_Seen]) -> NDArray[np.uint8]:
    """Of the frame's size; 63 is the limit, 0 outside of the regions."""
    h, w = view.raw.shape[:2]
    out = np.zeros((h, w), np.uint8)
    for one in seen:
        levels = np.asarray(255 * one.heat / (one.heat + HALF_WHITE), np.uint8)
        corners = np.array([(0, 0), (1, 0), (0, 1)], np.float64)
        to_frame = cv2.getAffineTransform(corners.astype(np.float32), one.in_frame(corners).astype(np.float32))
        out = np.maximum(out, cv2.warpAffine(levels, to_frame, (w, h), flags=cv2.INTER_LINEAR))
    return out


def _is_whole(region: Region) -> bool:
    return bool(region.mask.all()) and region.box[2:] == region.upright_size


def _check_size(region: Region, number: int) -> None:
    if min(region.size) < SMALLEST_PX:
        size = " x ".join(f"{side:.0f}" for side in region.size)
        raise ToolError(f"region {number + 1} is {size} px, at least {SMALLEST_PX} x {SMALLEST_PX} are needed")
