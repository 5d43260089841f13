"""Colours as people see them apart: CIELAB, and distances in it.

CIEDE2000: Sharma, Wu and Dalal, *The CIEDE2000 color-difference formula: implementation notes, supplementary test data,
and mathematical observations*, Color Research and Application 30 (2005).
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..frame import Image

Colours = NDArray[np.float32]
"""``(n, 3)`` CIELAB: L 0-100, a and b about -128 to 127."""

Floats = NDArray[np.float64]
FAR = 25.0**7


def to_lab(image: Image, full_scale: int) -> Colours:
    """``(height, width, 3)`` CIELAB of a grey or BGR image; sRGB, D65."""
    unit = image.astype(np.float32) / np.float32(full_scale)
    bgr = cv2.cvtColor(unit, cv2.COLOR_GRAY2BGR) if unit.ndim == 2 else unit
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2Lab), np.float32)


def nearest_de76(lab: Colours, colours: Colours, keep_time: Callable[[], None] = lambda: None) -> NDArray[np.float32]:
    """Squared distance (CIE 1976) of every pixel to the nearest of `colours`; infinite if there is none.

    `keep_time` is called between colours and ends it by raising.
    """
    nearest = np.full(lab.shape[:-1], np.inf, np.float32)
    if not len(colours):
        return nearest
    planes = [np.ascontiguousarray(lab[..., i]) for i in range(3)]  # six times as fast as sums along the last axis
    off, distance = np.empty_like(nearest), np.empty_like(nearest)
    for colour in colours:
        keep_time()
        distance.fill(0)
        for plane, level in zip(planes, colour, strict=True):
            np.subtract(plane, level, out=off)
            np.multiply(off, off, out=off)
            np.add(distance, off, out=distance)
        np.minimum(nearest, distance, out=nearest)
    return nearest


def ciede2000(one: NDArray[Any], other: NDArray[Any]) -> Floats:
    """Difference of colours whose last axis is L, a, b; about 1 is just seen. Broadcasts."""
    one, other = np.broadcast_arrays(np.asarray(one, np.float64), np.asarray(other, np.float64))
    mean_c = (np.hypot(one[..., 1], one[..., 2]) + np.hypot(other[..., 1], other[..., 2])) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean_c**7 / (mean_c**7 + FAR))
    c1, h1 = _polar(one[..., 1] * stretch, one[..., 2])
    c2, h2 = _polar(other[..., 1] * stretch, other[..., 2])
    turn = np.where(c1 * c2 > 0, (h2 - h1 + 180) % 360 - 180, 0.0)
    turn = np.where((turn == -180) & (h2 > h1), 180.0, turn)  # opposite hues: the sign is that of the difference
    dl, dc = other[..., 0] - one[..., 0], c2 - c1
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, chroma = (one[..., 0] + other[..., 0]) / 2, (c1 + c2) / 2
    hue = _mean_hue(h1, h2, c1 * c2 > 0)
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * _weight(hue)
    across = -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    across *= 2 * np.sqrt(chroma**7 / (chroma**7 + FAR))
    squares = (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + across * (dc / sc) * (dh / sh)
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


def _polar(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Chroma, and hue in degrees, 0 to 360."""
    return np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360


def _mean_hue(h1: Floats, h2: Floats, coloured: NDArray[np.bool_]) -> Floats:
    """In degrees, on the shorter way between the two."""
    total = h1 + h2
    far = np.abs(h1 - h2) > 180
    mean = np.where(far, np.where(total < 360, total + 360, total - 360), total) / 2
    return np.where(coloured, mean, total)


def _weight(hue: Floats) -> Floats:
    t = np.radians(hue)
    return np.asarray(
        1
        - 0.17 * np.cos(t - np.radians(30))
        + 0.24 * np.cos(2 * t)
        + 0.32 * np.cos(3 * t + np.radians(6))
        - 0.20 * np.cos(4 * t - np.radians(63))
    )
