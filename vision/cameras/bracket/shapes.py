"""Shapes as signed distances: negative inside, in px, so that an edge lies where it should to a fraction of a px."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .geometry import Box, Circle

Field = NDArray[np.float32]
"""``(height, width)`` float32, a value for every pixel of a window."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the frame: columns ``x <= column < x + width``, rows alike."""

    x: int
    y: int
    width: int
    height: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """To index a frame with."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    def grid(self) -> tuple[Field, Field]:
        """x as one row, y as one column: the coordinates of the pixel centres."""
        x = np.arange(self.x, self.x + self.width, dtype=np.float32)[None, :]
        y = np.arange(self.y, self.y + self.height, dtype=np.float32)[:, None]
        return x, y

    def grown(self, margin: int) -> "Window":
        return Window(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)


def distance(x: Field, y: Field, cx: float, cy: float) -> Field:
    """From a point; faster than `np.hypot`."""
    return np.sqrt((x - np.float32(cx)) ** 2 + (y - np.float32(cy)) ** 2)


def disc(x: Field, y: Field, circle: Circle) -> Field:
    return distance(x, y, circle.x, circle.y) - np.float32(circle.radius)


def box(x: Field, y: Field, b: Box) -> Field:
    half_w, half_h = (b.right - b.left) / 2 - b.corner, (b.bottom - b.top) / 2 - b.corner
    qx = np.abs(x - np.float32((b.left + b.right) / 2)) - np.float32(half_w)
    qy = np.abs(y - np.float32((b.top + b.bottom) / 2)) - np.float32(half_h)
    outside = np.sqrt(np.maximum(qx, 0) ** 2 + np.maximum(qy, 0) ** 2)
    signed: Field = outside + np.minimum(np.maximum(qx, qy), 0) - np.float32(b.corner)
    return signed


def coverage(signed: Field) -> Field:
    """0 to 1: how much of each pixel lies inside."""
    return np.asarray(np.clip(np.float32(0.5) - signed, 0, 1), np.float32)


def blur(field: NDArray[np.floating], sigma: float) -> Field:
    """Gaussian, `sigma` in px."""
    return np.asarray(cv2.GaussianBlur(field.astype(np.float32, copy=False), (0, 0), sigma), np.float32)
