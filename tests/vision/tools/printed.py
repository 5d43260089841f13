"""A printed mark, by a formula in its own coordinates, so that its place is exact."""

import numpy as np

from vision.roi import Rectangle

SIZE = (200, 160)  # width, height
HOME = (80.0, 70.0)
REGION = Rectangle(x=56, y=46, width=49, height=49)
Place = tuple[float, float, float]


def marks(
    *places: Place, low: float = 60, high: float = 180, noise: float = 2, seed: int = 0, size: tuple[int, int] = SIZE
) -> np.ndarray:
    """An L with a dot at each `x, y, angle_deg` (counter-clockwise), light on dark, about 40 px wide."""
    row, column = np.mgrid[0 : size[1], 0 : size[0]].astype(float)
    shown = np.zeros(row.shape)
    for x, y, angle in places:
        t = np.radians(angle)
        u, v = np.cos(t) * (column - x) - np.sin(t) * (row - y), np.sin(t) * (column - x) + np.cos(t) * (row - y)
        bar = _inside(6 - abs(u + 14)) * _inside(17 - abs(v))
        foot = _inside(18 - abs(u)) * _inside(5 - abs(v - 12))
        shown = np.maximum(shown, 1 - (1 - bar) * (1 - foot) * (1 - _inside(7 - np.hypot(u - 8, v + 6))))
    image = low + (high - low) * shown + np.random.default_rng(seed).normal(0, noise, shown.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def _inside(distance: np.ndarray) -> np.ndarray:
    """1 inside, 0 outside, by the distance from the edge in px: as sharp as a camera shows it."""
    return 1 / (1 + np.exp(np.clip(-2 * distance, -60, 60)))
