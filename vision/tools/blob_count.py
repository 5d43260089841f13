"""Count things that stand out by their brightness."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..imaging.threshold import otsu
from ..result import MOST_OBJECTS, Object, Objects, Point, Shape
from ..tool import Findings, Measure, Region, Tool, View

Mask = NDArray[np.uint8]


class BlobCount(Tool):
    """Count 8-connected areas that are brighter or darker than a threshold."""

    type: Literal["blob_count"] = "blob_count"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("count", help="Blobs found, all regions together", main=True, int16="count"),
        Measure("largest", unit="area", help="Area of the largest blob, 0 if there is none"),
        Measure("total", unit="area", help="Area of all blobs together"),
        Measure("threshold", unit="grey", help="The threshold that was used"),
    )
    layers: ClassVar[tuple[str, ...]] = ("blobs",)
    regions: ClassVar[tuple[int, int]] = (0, 64)

    polarity: Literal["bright", "dark"] = "bright"
    """bright: a blob is at or above the threshold; dark: below it"""
    method: Literal["fixed", "otsu"] = "fixed"
    """otsu: the threshold that parts the levels of this very image best"""
    threshold: Annotated[float, Field(ge=0, le=255)] = 128
    """For fixed (grey levels)"""
    min_contrast: Annotated[float, Field(ge=0, le=255)] = 20
    """For otsu: with less between bright and dark there is nothing to count (grey levels)"""
    min_area_px: Annotated[int, Field(ge=1)] = 20
    """Smaller blobs are taken for dirt and not counted (px²)"""
    max_area_px: Annotated[int, Field(ge=1)] | None = None
    """Larger blobs are not counted; left out: any size (px²)"""
    fill_holes: bool = False
    """Holes belong to the blob around them"""
    at_border: Literal["count", "ignore"] = "count"
    """Blobs that touch the edge of a region, of a mask or of the frame"""

    @model_validator(mode="after")
    def _areas_in_order(self) -> Self:
        if self.max_area_px is not None and self.max_area_px < self.min_area_px:
            raise ValueError(f"max_area_px {self.max_area_px} is less than min_area_px {self.min_area_px}")
        return self

    def measure(self, view: View) -> Findings:
        field, (x, y) = _field(view.areas)
        grey = view.frame_grey[y : y + field.shape[0], x : x + field.shape[1]]
        threshold, contrast = self._threshold(grey, field)
        blobs = self._mask(grey, field, threshold) if contrast >= self.min_contrast else np.zeros_like(field)
        view.check_time()
        labels, stats, centres = _components(blobs)
        view.check_time()
        kept = self._kept(labels, stats, field)
        areas = stats[kept, cv2.CC_STAT_AREA]
        return Findings(
            count=len(kept),
            largest=view.pixel_area(float(areas.max(initial=0))),
            total=view.pixel_area(float(areas.sum())),
            threshold=threshold,
            objects=Objects(len(kept), tuple(_objects(stats, centres, kept[:MOST_OBJECTS], (x, y), view))),
            overlay=tuple(_outlines(labels, stats, kept[:MOST_OBJECTS], (x, y), view)),
            layers={"blobs": blobs} if "blobs" in view.layers else {},
            reason="" if contrast >= self.min_contrast else f"contrast of {contrast:.1f} grey levels is too low",
        )

    def _threshold(self, grey: Mask, field: Mask) -> tuple[float, float]:
        """Threshold, and the contrast of what it parts (fixed: always enough)."""
        if self.method == "fixed":
            return self.threshold, 255.0
        return otsu(np.bincount(grey[field > 0], minlength=256))

    def _mask(self, grey: Mask, field: Mask, threshold: float) -> Mask:
        over = grey >= threshold
        blobs = np.where(over if self.polarity == "bright" else ~over, field, 0).astype(np.uint8)
        if self.fill_holes:
            outer, _ = cv2.findContours(blobs, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(blobs, outer, -1, 255, cv2.FILLED)
            blobs &= field
        return blobs

    def _kept(self, labels: NDArray[np.int32], stats: NDArray[np.int32], field: Mask) -> NDArray[np.intp]:
        """Labels of the blobs that count, from top to bottom."""
        areas = stats[:, cv2.CC_STAT_AREA]
        good = areas >= self.min_area_px
        if self.max_area_px is not None:
            good &= areas <= self.max_area_px
        if self.at_border == "ignore":
            good[np.unique(labels[_rim(field)])] = False
        good[0] = False  # the background
        return np.flatnonzero(good)


def _field(regions: tuple[Region, ...]) -> tuple[Mask, tuple[int, int]]:
    """The regions' masks as one, and where it begins in the frame."""
    left, top = min(r.box[0] for r in regions), min(r.box[1] for r in regions)
    right, bottom = max(r.box[0] + r.box[2] for r in regions), max(r.box[1] + r.box[3] for r in regions)
    field = np.zeros((bottom - top, right - left), np.uint8)
    for region in regions:
        x, y, w, h = region.box
        field[y - top : y - top + h, x - left : x - left + w] |= region.mask
    return field, (left, top)


def _components(blobs: Mask) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """8-connected labels, 0 the background, and a row of statistics and a centre each."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(blobs, connectivity=8, ltype=cv2.CV_32S)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32), np.asarray(centres, np.float64)


def _rim(field: Mask) -> NDArray[np.bool_]:
    """Pixels inside the field with a neighbour outside of it."""
    padded = cv2.copyMakeBorder(field, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inner = cv2.erode(padded, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    return np.asarray((field > 0) & (inner == 0))


def _objects(
    stats: NDArray[np.int32],
    centres: NDArray[np.float64],
    kept: NDArray[np.intp],
    origin: tuple[int, int],
    view: View,
) -> Iterator[Object]:
    for label in kept:
        x, y = centres[label].tolist()
        area = view.pixel_area(float(stats[label, cv2.CC_STAT_AREA]))
        yield Object(Point(x + origin[0], y + origin[1]), {"area": area})


def _outlines(
    labels: NDArray[np.int32], stats: NDArray[np.int32], kept: NDArray[np.intp], origin: tuple[int, int], view: View
) -> Iterator[Shape]:
    for label in kept:
        view.check_time()
        x, y, w, h = stats[label, :4]
        one = (labels[y : y + h, x : x + w] == label).astype(np.uint8)
        (contour, *_), _ = cv2.findContours(
            one, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=(int(x) + origin[0], int(y) + origin[1])
        )
        points = tuple((float(px), float(py)) for px, py in contour[:, 0])
        yield Shape(points, role="feature")
