"""Grey levels as the operator reads them: 0-255, fractions allowed, whatever the frame's depth."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ..frame import Image

Levels = NDArray[np.float32]
"""``(height, width)`` ``float32``; 0 is black, 255 is white."""


def levels(image: Image | Levels, full_scale: int = 255) -> Levels:
    """Grey levels of `image`, grey or BGR, whose white is `full_scale`. Always a copy."""
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    out: Levels = grey.astype(np.float32)
    if full_scale != 255:
        out *= np.float32(255.0 / full_scale)
    return out


def cut_levels(image: Image, box: tuple[int, int, int, int], full_scale: int = 255) -> Levels:
    """`levels` of the part of `image` inside `box` (x, y, width, height)."""
    x, y, w, h = box
    return levels(image[y : y + h, x : x + w], full_scale)


def levels_at(
    image: Image, box: tuple[int, int, int, int], pixels: NDArray[np.int64], full_scale: int = 255
) -> NDArray[np.float64]:
    """`levels` of some pixels of the part of `image` inside `box`, counted row by row."""
    x, y, w, h = box
    part = image[y : y + h, x : x + w]
    grey = part if part.ndim == 2 else cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    out = grey.ravel().take(pixels).astype(np.float64)
    if full_scale != 255:
        out *= 255.0 / full_scale
    return out
