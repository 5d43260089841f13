"""Parts drawn for the geometry tools, anti-aliased by many samples a pixel."""

import cv2
import numpy as np

from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, Roi
from vision.tool import View

SIZE = (200, 240)  # rows, columns


def view(image: np.ndarray, *regions: Roi, masks: tuple[Roi, ...] = (), **more: object) -> View:
    return View(image, tuple(place_regions(regions, masks, IDENTITY, image.shape[:2])), **more)


def soft(distance: np.ndarray, low: float, high: float, noise: float = 0.0, blur: float = 1.0) -> np.ndarray:
    """`high` where the signed distance is below 0, `low` above, blurred between."""
    z = np.linspace(-8, 8, 3201)
    rise = np.cumsum(np.exp(-0.5 * z * z))
    image = high + (low - high) * np.interp(distance / blur, z, rise / rise[-1])
    image += np.random.default_rng(1).normal(0, noise, image.shape) if noise else 0
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def half(x: float, y: float, angle_deg: float, low: float = 50, high: float = 180, noise: float = 0.0) -> np.ndarray:
    """Light to the left of a line through `x`, `y` that runs along `angle_deg`, counter-clockwise."""
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(float)
    t = np.radians(angle_deg)
    return soft((columns - x) * np.sin(t) + (rows - y) * np.cos(t), low, high, noise)


def disc(x: float, y: float, radius: float, low: float = 50, high: float = 180, noise: float = 0.0) -> np.ndarray:
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(float)
    return soft(np.hypot(columns - x, rows - y) - radius, low, high, noise)


def deep(image: np.ndarray) -> np.ndarray:
    return image.astype(np.uint16) * 16


def colour(image: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR))
