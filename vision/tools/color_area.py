"""How much of a region has a taught colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..calibration import Calibration
from ..errors import TeachError
from ..frame import Image
from ..result import MOST_OBJECTS, Shape
from ..tool import NOT_TAUGHT, Findings, Measure, Prepared, Region, Sample, Taught, Tool, View

Colours = NDArray[np.float32]
"""``(n, 3)`` CIELAB: L 0-100, a and b about -128 to 127."""

CELL = 4.0  # colours closer than this are looked at together when teaching
REST = 0.02  # share of the pixels that teaching may leave unexplained
MOST_COLOURS = 12


class ColorArea(Tool):
    """Measure the area that has one of the taught colours."""

    type: Literal["color_area"] = "color_area"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("area", unit="area", help="Area with a taught colour", main=True, each_region=True),
        Measure("share", unit="%", help="Share of the region, masks taken away", each_region=True),
    )
    layers: ClassVar[tuple[str, ...]] = ("colour",)
    regions: ClassVar[tuple[int, int]] = (0, 64)
    learns: ClassVar[bool] = True

    tolerance_de: Annotated[float, Field(gt=0, le=100)] = 10.0
    """Largest distance from a taught colour, CIE 1976 (ΔE)"""

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        return _Colours(taught.array("colours"), taught.arrays.get("others", _none()), self.tolerance_de)

    def measure(self, view: View) -> Findings:
        return self.prepare(NOT_TAUGHT, view.calibration).measure(view)

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn the colours of the regions labelled good.

        What lies nearer to a colour of a region labelled bad is not counted. Proposes `tolerance_de`
        from the spread of the good colours.
        """
        good, bad = _pixels(samples, "good"), _pixels(samples, "bad")
        if not len(good) and taught is None:
            raise TeachError("no region is labelled good; draw one over the colour to be found")
        before = taught or NOT_TAUGHT
        colours = np.concatenate([before.arrays.get("colours", _none()), _colours(good)])
        others = np.concatenate([before.arrays.get("others", _none()), _colours(bad)])
        return Taught(arrays={"colours": colours, "others": others}, parameters=_proposed(good, colours))


@dataclass(frozen=True, slots=True)
class _Colours:
    colours: Colours
    others: Colours
    tolerance_de: float

    def measure(self, view: View) -> Findings:
        found = []
        for region in view.areas:
            view.check_time()
            lab = to_lab(region.cut(view.raw), view.full_scale)
            found.append(self._matching(lab, view) & (region.mask > 0))
        sizes = [int(np.count_nonzero(one)) for one in found]
        inside = [int(np.count_nonzero(region.mask)) for region in view.areas]
        return Findings(
            area=tuple(view.pixel_area(size) for size in sizes),
            share=tuple(100.0 * size / whole for size, whole in zip(sizes, inside, strict=True)),
            overlay=_outlines(found, view.areas),
            layers={"colour": _layer(found, view)} if "colour" in view.layers else {},
        )

    def _matching(self, lab: Colours, view: View) -> NDArray[np.bool_]:
        nearest = _nearest(lab, self.colours, view)
        near = nearest <= np.float32(self.tolerance_de) ** 2 + 1e-4
        return np.asarray(near & (nearest <= _nearest(lab, self.others, view)))


def to_lab(image: Image, full_scale: int) -> Colours:
    """``(height, width, 3)`` CIELAB of a grey or BGR image; sRGB, D65."""
    unit = image.astype(np.float32) / np.float32(full_scale)
    bgr = cv2.cvtColor(unit, cv2.COLOR_GRAY2BGR) if unit.ndim == 2 else unit
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2Lab), np.float32)


def _nearest(lab: Colours, colours: Colours, view: View | None = None) -> NDArray[np.float32]:
    """Squared distance of every pixel to the nearest of `colours`; infinite if there is none."""
    nearest = np.full(lab.shape[:-1], np.inf, np.float32)
    if not len(colours):
        return nearest
    planes = [np.ascontiguousarray(lab[..., i]) for i in range(3)]  # six times as fast as sums along the last axis
    off, distance = np.empty_like(nearest), np.empty_like(nearest)
    for colour in colours:
        if view is not None:
            view.check_time()
        distance.fill(0)
        for plane, level in zip(planes, colour, strict=True):
            np.subtract(plane, level, out=off)
            np.multiply(off, off, out=off)
            np.add(distance, off, out=distance)
        np.minimum(nearest, distance, out=nearest)
    return nearest


def _none() -> Colours:
    return np.zeros((0, 3), np.float32)


def _pixels(samples: Sequence[Sample], label: str) -> Colours:
    found = [_none()]
    for sample in samples:
        view = sample.view
        if len(sample.labels) != len(view.areas):
            raise TeachError(f"{len(sample.labels)} labels for {len(view.areas)} regions")
        for region, given in zip(view.areas, sample.labels, strict=True):
            if given not in ("good", "bad"):
                raise TeachError(f"label {given!r} is neither good nor bad")
            if given == label:
                found.append(to_lab(region.cut(view.raw), view.full_scale)[region.mask > 0])
    return np.concatenate(found)


def _colours(pixels: Colours) -> Colours:
    """The colours that explain nearly all of `pixels`, the most frequent first."""
    chosen: list[NDArray[np.float32]] = []
    rest = pixels
    while len(rest) > REST * len(pixels) and len(chosen) < MOST_COLOURS:
        cells = np.round(rest / CELL).astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
        _, where, counts = np.unique(cells, return_inverse=True, return_counts=True)
        colour = rest[where == int(np.argmax(counts))].mean(axis=0, dtype=np.float64).astype(np.float32)
        chosen.append(colour)
        rest = rest[np.square(rest - colour).sum(axis=-1) > (2 * CELL) ** 2]
    return np.stack(chosen) if chosen else _none()


def _proposed(good: Colours, colours: Colours) -> dict[str, float]:
    if not len(good):
        return {}
    spread = float(np.sqrt(np.quantile(_nearest(good, colours), 1 - REST)))
    return {"tolerance_de": round(min(max(1.5 * spread, 5.0), 30.0), 1)}


def _outlines(found: Sequence[NDArray[np.bool_]], regions: Sequence[Region]) -> tuple[Shape, ...]:
    """The outlines of the largest pieces."""
    contours = []
    for one, region in zip(found, regions, strict=True):
        pieces, _ = cv2.findContours(
            one.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=region.box[:2]
        )
        contours += [piece for piece in pieces if len(piece) > 2]
    contours.sort(key=cv2.contourArea, reverse=True)
    return tuple(
        Shape(tuple((float(x), float(y)) for x, y in contour[:, 0]), role="feature")
        for contour in contours[:MOST_OBJECTS]
    )


def _layer(found: Sequence[NDArray[np.bool_]], view: View) -> NDArray[np.uint8]:
    layer = np.zeros(view.raw.shape[:2], np.uint8)
    for one, region in zip(found, view.areas, strict=True):
        region.cut(layer)[one] = 255
    return layer
