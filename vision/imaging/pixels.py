"""A frame in 8 bits, grey and colour, made only when asked for."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ..frame import Image


@dataclass
class Pixels:
    """Raw levels seen through a fixed window of levels."""

    raw: Image
    full_scale: int
    window: tuple[float, float] | None = None  # raw levels shown as 0 and 255; None = 0 and `full_scale`

    @cached_property
    def grey(self) -> NDArray[np.uint8]:
        """``(height, width)``; colour by its luminance."""
        image = self._eight_bits
        return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)

    @cached_property
    def colour(self) -> NDArray[np.uint8]:
        """``(height, width, 3)`` BGR."""
        image = self._eight_bits
        return image if image.ndim == 3 else np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8)

    @cached_property
    def _eight_bits(self) -> NDArray[np.uint8]:
        low, high = self.window or (0.0, float(self.full_scale))
        if self.raw.dtype == np.uint8 and (low, high) == (0.0, 255.0):
            return np.asarray(self.raw, np.uint8)
        scale = 255.0 / (high - low)
        shown = self.raw.astype(np.float32) * np.float32(scale) - np.float32(low * scale)
        return np.asarray(np.clip(np.rint(shown), 0, 255), np.uint8)
