"""What one picture says of exposure and focus, for who sets a camera up."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..frame import Frame, Image

LEVELS = 256
_WIDEST = 1280  # px: focus is measured on a picture no wider, so that the time does not grow with the sensor


@dataclass(frozen=True, slots=True)
class Lighting:
    """Of grey levels 0-255, where 255 is the camera's white."""

    histogram: tuple[int, ...]  # pixels by grey level, 256 of them
    mean_grey: float
    dark: float  # share of pixels at black, 0-1
    bright: float  # share of pixels at white in any channel, 0-1
    focus: float  # the higher the sharper, 0 = nothing to see


def lighting(frame: Frame) -> Lighting:
    """Histogram, clipped shares and sharpness.

    The sharpness is the standard deviation of the Laplacian after a 3 x 3 Gaussian, in percent of the mean grey level:
    twice the light does not change it (variance of the Laplacian: Pech-Pacheco et al., 2000). It compares pictures of
    one scene only. It is measured in the middle of the picture, at full resolution.
    """
    grey = _grey(frame.image, frame.full_scale)
    counts = np.bincount(grey.ravel(), minlength=LEVELS)
    mean = float(counts @ np.arange(LEVELS)) / grey.size
    white = frame.image >= frame.full_scale
    bright = white.any(axis=2) if white.ndim == 3 else white
    return Lighting(
        histogram=tuple(counts.tolist()),
        mean_grey=mean,
        dark=float(counts[0]) / grey.size,
        bright=float(np.count_nonzero(bright)) / grey.size,
        focus=_focus(_middle(grey), mean),
    )


def _grey(image: Image, full_scale: int) -> NDArray[np.uint8]:
    if image.dtype != np.uint8:
        image = np.clip(image * (255 / full_scale) + 0.5, 0, 255).astype(np.uint8)
    if image.ndim == 3:
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    return np.asarray(image, np.uint8)


def _middle(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = grey.shape
    y, x = max(0, (height - _WIDEST) // 2), max(0, (width - _WIDEST) // 2)
    return grey[y : y + _WIDEST, x : x + _WIDEST]


def _focus(grey: NDArray[np.uint8], mean: float) -> float:
    if mean == 0:
        return 0.0
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (3, 3), 0)
    bent = cv2.Laplacian(smooth, cv2.CV_32F)
    return 100 * float(np.std(bent)) / mean
