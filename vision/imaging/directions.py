"""Gradient directions as complex fields: what correlates is where edges run, not how bright they are."""

from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .edges import Floats32, gradient
from .levels import Levels

Field = NDArray[np.complex64]


def direction_fields(image: Levels, faint: float) -> tuple[Field, Field]:
    """Two fields of half the size of `image`.

    The first holds directions (dark to light), the second directions of lines, the same for either polarity.
    Lengths go from 0 (flat) to 1; a slope of `faint` grey levels a px gets 0.7.
    """
    g = gradient(image, blur=0)
    gx, gy, length = g[..., 0], g[..., 1], g[..., 2]
    sure = 1.0 / np.sqrt(length * length + faint * faint)
    c, s = gx * sure, gy * sure
    norm = np.maximum(length * sure, 1e-6)
    pair = cv2.merge([c, s, (c * c - s * s) / norm, 2 * c * s / norm])
    h, w = image.shape
    pooled = cv2.resize(pair, (max(1, w // 2), max(1, h // 2)), interpolation=cv2.INTER_AREA)
    one, two = np.ascontiguousarray(pooled[..., :2]), np.ascontiguousarray(pooled[..., 2:])
    return one.view(np.complex64)[..., 0], two.view(np.complex64)[..., 0]


def reduced(image: NDArray[Any], factor: int) -> Levels:
    """`image` smaller by `factor`, each pixel the mean of ``factor x factor``; what is left over is cut off."""
    h, w = image.shape[0] // factor, image.shape[1] // factor
    part = image[: h * factor, : w * factor]
    small = part if factor == 1 else cv2.resize(part, (w, h), interpolation=cv2.INTER_AREA)
    return cast("Floats32", np.asarray(small, np.float32))
