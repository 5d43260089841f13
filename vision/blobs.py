"""Things that stand out by their brightness: what the tools share that look for them."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from .imaging.blobs import Blobs, Form, form
from .imaging.threshold import otsu
from .imaging.watershed import parted
from .result import Object, Point, Shape
from .tool import Tool
from .view import Region, View

Mask = NDArray[np.uint8]
Origin = tuple[int, int]
"""Where in the frame a field begins, px."""


class BlobTool(Tool):
    """The parameters by which blobs are found."""

    type: str = ""

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
    max_neck: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Touching parts are cut apart (watershed) where the neck between them has at most this share of the narrower one's
    width; 0: they are one blob; 0.7 is a good start"""
    min_roundness: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Blobs less round are not counted: a disc has about 1, a square 0.79, a line 0"""
    min_elongation: Annotated[float, Field(ge=1)] = 1.0
    """Blobs less long for their width are not counted"""
    max_elongation: Annotated[float, Field(ge=1)] | None = None
    """Blobs longer for their width are not counted; left out: any"""
    min_holes: Annotated[int, Field(ge=0)] = 0
    """Blobs with fewer holes are not counted"""
    max_holes: Annotated[int, Field(ge=0)] | None = None
    """Blobs with more holes are not counted; left out: any number"""
    min_mean_grey: Annotated[float, Field(ge=0, le=255)] = 0.0
    """Blobs that are darker on average are not counted (grey levels)"""
    max_mean_grey: Annotated[float, Field(ge=0, le=255)] = 255.0
    """Blobs that are brighter on average are not counted (grey levels)"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for what in ("area_px", "elongation", "holes", "mean_grey"):
            low, high = getattr(self, f"min_{what}"), getattr(self, f"max_{what}")
            if high is not None and high < low:
                raise ValueError(f"max_{what} {high:g} is less than min_{what} {low:g}")
        return self

    def found(self, view: View) -> "FoundBlobs":
        """The blobs that count, of all regions together."""
        field, (x, y) = _field(view.areas)
        grey = view.frame_grey[y : y + field.shape[0], x : x + field.shape[1]]
        threshold, contrast = self._threshold(grey, field)
        mask = self._mask(grey, field, threshold) if contrast >= self.min_contrast else np.zeros_like(field)
        view.check_time()
        cut = Blobs.of(parted(mask, self.max_neck, view.check_time)) if self.max_neck else Blobs.connected(mask)
        view.check_time()
        reason = "" if contrast >= self.min_contrast else f"contrast of {contrast:.1f} grey levels is too low"
        return FoundBlobs(view, cut, self._kept(cut, field, grey, view), (x, y), mask, threshold, reason)

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

    def _kept(self, blobs: Blobs, field: Mask, grey: Mask, view: View) -> NDArray[np.intp]:
        """Labels of the blobs that count, from top to bottom."""
        good = blobs.areas >= self.min_area_px
        if self.max_area_px is not None:
            good &= blobs.areas <= self.max_area_px
        if self.at_border == "ignore":
            good[np.unique(blobs.labels[_rim(field)])] = False
        good[0] = False  # the background
        if self._forms_matter:
            for label in np.flatnonzero(good).tolist():
                view.check_time()
                good[label] = self._well_formed(blobs, label, grey)
        return np.flatnonzero(good)

    @property
    def _forms_matter(self) -> bool:
        limits = self.min_roundness, self.min_elongation, self.min_holes, self.min_mean_grey, self.max_mean_grey
        return limits != (0, 1, 0, 0, 255) or self.max_elongation is not None or self.max_holes is not None

    def _well_formed(self, blobs: Blobs, label: int, grey: Mask) -> bool:
        one, box = blobs.one(label)
        it, (x, y, w, h) = form(one, box), box
        level, *_ = cv2.mean(grey[y : y + h, x : x + w], one)
        return (
            it.roundness >= self.min_roundness
            and self.min_elongation <= it.elongation <= (self.max_elongation or np.inf)
            and self.min_holes <= it.holes <= (np.inf if self.max_holes is None else self.max_holes)
            and self.min_mean_grey <= level <= self.max_mean_grey
        )


class FoundBlobs:
    """What a tool found, in the frame's px; `kept` are the labels that count, from top to bottom."""

    def __init__(
        self,
        view: View,
        blobs: Blobs,
        kept: NDArray[np.intp],
        origin: Origin,
        mask: Mask,
        threshold: float,
        reason: str,
    ) -> None:
        self.view, self.origin, self.mask, self.threshold, self.reason = view, origin, mask, threshold, reason
        self.blobs, self.kept = blobs, kept
        self.areas: NDArray[np.int64] = blobs.areas[kept]  # px

    def forms(self, labels: NDArray[np.intp]) -> Iterator[Form]:
        """Of each of `labels`."""
        for label in labels.tolist():
            self.view.check_time()
            one, (x, y, w, h) = self.blobs.one(label)
            yield form(one, (x + self.origin[0], y + self.origin[1], w, h))

    def object(self, label: int, it: Form) -> Object:
        values = {"area": self.view.pixel_area(float(self.blobs.areas[label]))}
        values |= {"roundness": it.roundness, "elongation": it.elongation, "holes": float(it.holes)}
        return Object(Point(*it.centre, it.angle_deg), values)


def outlined(it: Form) -> Shape:
    """Its outline."""
    return Shape(tuple(map(tuple, it.outline.astype(float).tolist())), role="feature")


def _field(regions: tuple[Region, ...]) -> tuple[Mask, Origin]:
    """The regions' masks as one, and where it begins in the frame."""
    left, top = min(r.box[0] for r in regions), min(r.box[1] for r in regions)
    right, bottom = max(r.box[0] + r.box[2] for r in regions), max(r.box[1] + r.box[3] for r in regions)
    field = np.zeros((bottom - top, right - left), np.uint8)
    for region in regions:
        x, y, w, h = region.box
        field[y - top : y - top + h, x - left : x - left + w] |= region.mask
    return field, (left, top)


def _rim(field: Mask) -> NDArray[np.bool_]:
    """Pixels inside the field with a neighbour outside of it."""
    padded = cv2.copyMakeBorder(field, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inner = cv2.erode(padded, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    return np.asarray((field > 0) & (inner == 0))
