"""Images that the examples look at: the simulated line, and drawn ones."""

import math
import time
from functools import cache

import cv2
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


def lot_code() -> Picture:
    """A carton with two printed lines."""
    image = np.full((240, 640), 196, np.uint8)
    for y, line in ((100, "LOT B4711"), (180, "EXP 24/08/2027")):
        cv2.putText(image, line, (60, y), cv2.FONT_HERSHEY_SIMPLEX, 1.9, 50, 4, cv2.LINE_AA)
    return _photographed(image, 1)


def counter() -> Picture:
    """A display of lit segments that shows 25.08."""
    bars = {"a": (10, 0, 50, 8), "b": (52, 8, 60, 48), "c": (52, 56, 60, 96), "d": (10, 96, 50, 104)}
    bars |= {"e": (0, 56, 8, 96), "f": (0, 8, 8, 48), "g": (10, 48, 50, 56)}
    image = np.full((240, 640), 38, np.uint8)
    for x, lit in ((140, "abdeg"), (230, "acdfg"), (345, "abcdef"), (435, "abcdefg")):
        for name, (left, top, right, bottom) in bars.items():
            image[70 + top : 70 + bottom, x + left : x + right] = 220 if name in lit else 52
    image[164:174, 312:322] = 220
    return _photographed(image, 2)


def dial(angle_deg: float = 110.0) -> Picture:
    """A dial gauge with its needle in a direction, counter-clockwise from the right."""
    image = np.full((480, 640), 214, np.uint8)

    def at(radius: float, turn_deg: float) -> tuple[int, int]:
        turn = math.radians(turn_deg)
        return round(320 + radius * math.cos(turn)), round(260 - radius * math.sin(turn))

    for mark in range(-45, 226, 27):
        cv2.line(image, at(165, mark), at(190, mark), 60, 3, cv2.LINE_AA)
    needle = np.array([at(10, angle_deg + 90), at(155, angle_deg), at(10, angle_deg - 90), at(40, angle_deg + 180)])
    cv2.fillConvexPoly(image, needle, 40, cv2.LINE_AA)
    cv2.circle(image, (320, 260), 20, 40, -1, cv2.LINE_AA)
    return _photographed(image, 3)


def _photographed(image: Picture, seed: int) -> Picture:
    noise = np.random.default_rng(seed).normal(0, 3, image.shape)
    return np.clip(cv2.GaussianBlur(image, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)
