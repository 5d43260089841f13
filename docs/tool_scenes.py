"""Images that the examples look at: the simulated line, and drawn ones."""

import time
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vision.cameras.settings import SimulatedSettings
from vision.cameras.simulated import SimulatedCamera
from vision.frame import Shot

Picture = NDArray[np.uint8]


@cache
def bracket(number: int = 0, defect_rate: float = 0.0) -> Picture:
    """A part of the simulated line, 1280 x 960 grey, where it is drawn: neither moved nor turned."""
    settings = SimulatedSettings(seed=1, defect_rate=defect_rate, jitter_px=0, rotation_deg=0)
    camera = SimulatedCamera(settings)
    camera.open()
    for _ in range(number + 1):
        acquisition = camera.acquire([Shot()], time.monotonic_ns() + 60 * 10**9)
    return np.asarray(next(iter(acquisition.frames.values())).image, np.uint8)
