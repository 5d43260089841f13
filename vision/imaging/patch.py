"""A region as an image of a fixed size, wherever it lies in its frame and however large it is there."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Image8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Patch:
    """What a model looks at."""

    image: Image8  # ``(h, w)`` grey or ``(h, w, 3)`` BGR
    inside: Image8  # ``(h, w)``: 255 = belongs to the region
    scale: tuple[float, float]  # region px for one of its own, in x and y
    shift: tuple[float, float] = (0.0, 0.0)  # of its first pixel from the region's, region px

    def in_region(self, points: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
        """Points ``(n, 2)`` of an image of `size` (width, height) made of this one, in px of the upright region."""
        h, w = self.inside.shape
        steps = self.scale[0] * w / size[0], self.scale[1] * h / size[1]
        return np.asarray((points + 0.5) * steps - 0.5 + self.shift, np.float64)


def patch(upright: Image8, mask: Image8 | None, size: tuple[int, int], shift: tuple[float, float] = (0, 0)) -> Patch:
    """Scale an upright region to `size` (width, height); what does not belong to it gets its mean colour.

    Args:
        mask: 255 = belongs to it; None = all does.
    """
    h, w = upright.shape[:2]
    shrinks = size[0] <= w and size[1] <= h
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    image = np.asarray(cv2.resize(upright, size, interpolation=way), np.uint8)
    inside = np.full(size[::-1], 255, np.uint8)
    if mask is not None and not mask.all():
        inside = np.where(cv2.resize(mask, size, interpolation=way) > 127, 255, 0).astype(np.uint8)
        if inside.any():
            image[inside == 0] = image[inside > 0].mean(axis=0).round()
    return Patch(image, inside, (w / size[0], h / size[1]), shift)


def without(seen: Patch, in_frame: Image8) -> Patch:
    """Less where `in_frame`, of the upright region's size, is 0: there the edge of the frame was repeated."""
    h, w = seen.inside.shape
    there = cv2.resize(in_frame, (w, h), interpolation=cv2.INTER_AREA) > 250
    return replace(seen, inside=np.where(there, seen.inside, 0).astype(np.uint8))


def grey_half(image: Image8) -> Image8:
    """In grey at half the size: to align by."""
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    h, w = grey.shape
    return np.asarray(cv2.resize(grey, (w // 2, h // 2), interpolation=cv2.INTER_AREA), np.uint8)
