"""The pins: turned steel, dark against the light table."""

from dataclasses import dataclass

import cv2
import numpy as np

from .geometry import BRACKET
from .shapes import Field, Window


@dataclass(frozen=True, slots=True)
class PinShape:
    """How one pin came out, in px."""

    width: float = BRACKET.pins.width  # 0 = there is none
    bend: float = 0.0  # how far the tip stands to the right
    length: float = BRACKET.pins.tip - BRACKET.pins.top


def pin(window: Window, centre: float, shape: PinShape, seed: int) -> tuple[Field, Field]:
    """Coverage and grey (0 to 1) of one pin whose axis is at x = `centre`."""
    x, y = window.grid()
    row = BRACKET.pins
    tip = row.top + shape.length
    along = np.clip((y - row.collar_bottom) / max(tip - row.collar_bottom, 1), 0, 1)
    axis = centre + shape.bend * along**1.7
    half = _half_width(y, shape.width / 2, tip)
    across = (x - axis) / np.maximum(half, 1)
    side = np.clip(half + np.float32(0.5) - np.abs(x - axis), 0, 1)
    ends = np.clip(y - (row.top - 13) + 0.5, 0, 1) * np.clip(tip - y + 0.5, 0, 1)
    return (side * ends).astype(np.float32), _steel(across, y, tip, seed)


def _half_width(y: Field, half: float, tip: float) -> Field:
    row = BRACKET.pins
    taper = 0.52 + 0.48 * np.clip((tip - y) / row.taper, 0, 1)
    collar = np.clip(row.collar_bottom - y + 0.5, 0, 1)  # 1 within the collar
    return np.asarray(half * taper * (1 - collar) + max(row.collar_width / 2, half) * collar, np.float32)


def _steel(across: Field, y: Field, tip: float, seed: int) -> Field:
    """A cylinder's two glints, the turning marks, and the edges where the diameter changes."""
    glints = 0.30 * np.exp(-(((across + 0.30) / 0.17) ** 2)) + 0.10 * np.exp(-(((across - 0.5) / 0.16) ** 2))
    grey = 0.07 + glints + 0.10 * np.sqrt(np.clip(1 - across**2, 0, 1))
    rows = np.random.default_rng(seed).standard_normal((y.shape[0] // 3 + 2, 1), dtype=np.float32)
    turned = cv2.resize(rows, (1, y.shape[0]), interpolation=cv2.INTER_LINEAR)
    row = BRACKET.pins
    grey = grey * (1 + 0.05 * turned)
    grey *= np.where(y > tip - row.taper, 0.8, 1.0)  # the cone looks away from the lamps
    grey += 0.10 * np.exp(-((y - row.collar_bottom + 1) ** 2)) - 0.03 * np.exp(
        -(((y - row.collar_bottom - 3) / 2) ** 2)
    )
    return np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 0.8))
