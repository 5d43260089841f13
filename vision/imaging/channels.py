"""One number a pixel, of grey or colour."""

from typing import Literal

import numpy as np

from ..frame import Image
from .levels import Levels, levels

Channel = Literal["grey", "red", "green", "blue", "saturation", "value"]
PLANES = {"blue": 0, "green": 1, "red": 2}


def channel(image: Image, name: Channel, full_scale: int) -> Levels:
    """``(height, width)``, 0-255. A grey image is its own red, green, blue and value, and has no saturation."""
    if name == "grey":
        return levels(image, full_scale)
    if image.ndim == 2:
        return np.zeros(image.shape, np.float32) if name == "saturation" else levels(image, full_scale)
    if name in PLANES:
        return levels(image[..., PLANES[name]], full_scale)
    high = levels(image.max(axis=2), full_scale)
    if name == "value":
        return high
    low = levels(image.min(axis=2), full_scale)
    return np.asarray(255 * (high - low) / np.maximum(high, np.float32(1e-6)), np.float32)
