"""The light that makes one image as bright as another of the same thing."""

import math
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .order import quantile

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]

SAMPLES = 4000  # pixels that are compared, about
FLAT = 4.0  # variance below which nothing is said of contrast


def as_lit(image: Grey, master: Grey, mask: Grey, with_gain: bool) -> Grey:
    """`image` with the offset, and the gain if asked for, that fit most of it to `master`, where `mask` is not 0."""
    step = max(1, round(math.sqrt(cv2.countNonZero(mask) / SAMPLES)))
    use = mask[::step, ::step] > 0
    x, y = (i[::step, ::step][use].astype(np.float64) for i in (image, master))
    gain, offset = _fit(x, y, with_gain)
    if abs(gain - 1) < 0.005 and abs(offset) < 0.5:
        return image
    levels = np.clip(np.round(np.arange(256) * gain + offset), 0, 255).astype(np.uint8)
    return cast("Grey", cv2.LUT(image, levels))


def _fit(x: Floats, y: Floats, with_gain: bool) -> tuple[float, float]:
    """Gain and offset from `x` to `y`, twice, the second time without the tenth that fits worst."""
    gain, offset, keep = 1.0, 0.0, np.ones(len(x), bool)
    for _ in range(2):
        a, b = x[keep], y[keep]
        spread = float(a.var())
        gain = 1.0
        if with_gain and spread > FLAT:
            gain = float(np.clip(((a - a.mean()) * (b - b.mean())).mean() / spread, 0.25, 4.0))
        offset = float(b.mean() - gain * a.mean())
        off = np.abs(x * gain + offset - y)
        keep = off <= quantile(off, 0.9)
    return gain, offset
