"""From a picture to a frame: pose, light, lens, dust and the sensor's noise."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .geometry import HEIGHT_PX, WIDTH_PX
from .parts import Placement
from .shapes import Field, Window

REFERENCE_EXPOSURE_US = 4000
"""At this exposure and 0 dB the light table is at about 230 grey levels of 255."""

_BLACK = 2.0  # the sensor's grey without light
_NOISE_MARGIN = 64


class Sensor:
    """A monochrome 8-bit camera over one light table; its dust is always in the same places."""

    def __init__(self, seed: int, noise_grey: float) -> None:
        rng = np.random.default_rng((seed, 7))
        self._field = _light_field(rng)
        self._noise_grey = noise_grey
        shape = HEIGHT_PX + _NOISE_MARGIN, WIDTH_PX + _NOISE_MARGIN
        self._pool = rng.standard_normal(shape, np.float32) if noise_grey else np.zeros(shape, np.float32)
        self._seen = np.empty((HEIGHT_PX, WIDTH_PX), np.float32)  # kept: fresh pages cost more than the arithmetic
        self._noise = np.empty((HEIGHT_PX, WIDTH_PX), np.float32)

    def expose(
        self, picture: Field, placement: Placement, brightness: float, gain_db: float, rng: np.random.Generator
    ) -> NDArray[np.uint8]:
        """Return ``uint8`` of ``(960, 1280)``.

        Args:
            brightness: Light times exposure, 1.0 = the reference; the gain comes on top.
        """
        seen, size = self._seen, (WIDTH_PX, HEIGHT_PX)
        cv2.warpAffine(picture, placement.matrix, size, dst=seen, borderMode=cv2.BORDER_REPLICATE)
        cv2.multiply(seen, self._field, dst=seen)
        for _ in range(4):
            _speck(seen, rng)
        factor = math.pow(10, gain_db / 20)
        self._turn_noise(rng)
        out = cv2.addWeighted(
            seen, 255 * brightness * factor, self._noise, self._noise_grey * factor, _BLACK, dtype=cv2.CV_8U
        )
        return np.asarray(out, np.uint8)

    def _turn_noise(self, rng: np.random.Generator) -> None:
        """The same noise never twice in a row: a window anywhere in a larger field, turned about."""
        y, x = rng.integers(0, _NOISE_MARGIN, 2)
        cv2.flip(self._pool[y : y + HEIGHT_PX, x : x + WIDTH_PX], int(rng.integers(-1, 2)), dst=self._noise)


def _light_field(rng: np.random.Generator) -> Field:
    """How bright each place of the frame is: the table's fall-off, its unevenness, the lens, and dust on it."""
    x, y = Window(0, 0, WIDTH_PX, HEIGHT_PX).grid()
    even = 1 - 0.06 * (((x - 660) / 900) ** 2 + ((y - 460) / 720) ** 2)
    even = even * (1 - 0.20 * (((x - WIDTH_PX / 2) / WIDTH_PX) ** 2 + ((y - HEIGHT_PX / 2) / HEIGHT_PX) ** 2))
    coarse = rng.standard_normal((9, 12), np.float32)
    even = even * (1 + 0.006 * cv2.resize(coarse, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC))
    field: Field = even.astype(np.float32)
    for _ in range(9):
        _speck(field, rng)
    return field


def _speck(field: Field, rng: np.random.Generator) -> None:
    """A grain of dust, one or two px, a little darker than what it lies on."""
    x, y = rng.uniform((8, 8), (WIDTH_PX - 9, HEIGHT_PX - 9))
    radius, depth = rng.uniform(0.6, 1.3), rng.uniform(0.12, 0.4)
    window = Window(int(x) - 4, int(y) - 4, 9, 9)
    u, v = window.grid()
    field[window.slices] *= 1 - depth * np.exp(-((u - x) ** 2 + (v - y) ** 2) / (2 * radius * radius))
