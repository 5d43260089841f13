"""Pixels on edges, one px thin.

J. Canny, *A computational approach to edge detection*, 1986.
"""

import functools
import math

import cv2
import numpy as np
from numpy.typing import NDArray

from ..frame import Image
from .levels import Levels, cut_levels

FINE = 8  # slopes are whole numbers of an eighth of Sobel's grey levels
FOLLOWED = 0.5  # of the contrast needed: so faint an edge may become where it began strong enough
ROUNDING = 2.0  # in the unit of slopes

Box = tuple[int, int, int, int]


def edge_pixels(
    image: Image, box: Box, full_scale: int, smoothing_px: float, min_contrast_grey: float
) -> NDArray[np.bool_]:
    """``(height, width)`` of `box` (x, y, width, height): edges of what was a sharp step of at least the contrast.

    What lies round the box is looked at as well, so that its border is no edge and hides none.
    """
    x, y, w, h = box
    reach = math.ceil(3 * smoothing_px) + 3
    left, top = max(0, x - reach), max(0, y - reach)
    right, bottom = min(image.shape[1], x + w + reach), min(image.shape[0], y + h + reach)
    dx, dy = _slopes(cut_levels(image, (left, top, right - left, bottom - top), full_scale), smoothing_px)
    strong = max(1.0, min_contrast_grey * _of_a_step(smoothing_px) - ROUNDING)
    edges = cv2.Canny(dx, dy, FOLLOWED * strong, strong, L2gradient=True)
    return np.asarray(edges[y - top : y - top + h, x - left : x - left + w] > 0)


def _slopes(levels: Levels, smoothing_px: float) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    if smoothing_px > 0:
        levels = np.asarray(cv2.GaussianBlur(levels, (0, 0), smoothing_px), np.float32)
    slopes = (cv2.Sobel(levels, cv2.CV_32F, *along, scale=FINE) for along in ((1, 0), (0, 1)))
    dx, dy = (np.rint(slope).astype(np.int16) for slope in slopes)
    return dx, dy


@functools.cache
def _of_a_step(smoothing_px: float) -> float:
    """The slope that a sharp step of one grey level comes to."""
    side = 2 * math.ceil(4 * smoothing_px) + 8
    step = np.zeros((5, side), np.float32)
    step[:, side // 2 :] = 100
    return float(np.abs(_slopes(step, smoothing_px)[0]).max()) / 100
