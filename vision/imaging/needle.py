"""Find a needle that turns about a known pivot: the direction in which the whole ring is darker, or lighter."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Polarity = Literal["auto", "dark", "light"]
BANDS = 4  # rings within the ring: the needle crosses each, marks and letters only one or two
MOST = 4096, 256  # directions and radii looked at
SMOOTH_PX = 1.0  # sigma, along the outermost circle
HALF = 0.5  # of the peak: what is more belongs to the needle
APART_DEG = 10.0  # from the needle: there no other thing should look like one


@dataclass(frozen=True, slots=True)
class Needle:
    """Its direction, counter-clockwise from the right. `alone`: 1 = nothing else looks like it, 0 = something does."""

    angle_deg: float
    contrast: float  # grey levels against its ground, where it is weakest
    alone: float


@dataclass(frozen=True, slots=True)
class Dial:
    """The ring, or a sector of it, in which the needle is looked for; px of the image."""

    centre: tuple[float, float]
    inner: float
    outer: float
    start_deg: float
    sweep_deg: float

    @property
    def whole(self) -> bool:
        return self.sweep_deg >= 360

    def directions(self) -> NDArray[np.float64]:
        """About a pixel apart on the outer circle, deg."""
        count = int(np.clip(math.ceil(math.radians(self.sweep_deg) * self.outer), 16, MOST[0]))
        return self.start_deg + self.sweep_deg * (np.arange(count) + 0.5) / count


def unrolled(image: NDArray[Any], dial: Dial, how: int) -> NDArray[np.float32]:
    """``(directions, radii)`` of a grey image; 0 beyond its edges."""
    turn = np.radians(dial.directions())[:, None]
    count = int(np.clip(round(dial.outer - dial.inner), BANDS, MOST[1]))
    radii = dial.inner + (dial.outer - dial.inner) * (np.arange(count) + 0.5) / count
    x = (dial.centre[0] + np.cos(turn) * radii).astype(np.float32)
    y = (dial.centre[1] - np.sin(turn) * radii).astype(np.float32)
    return np.asarray(cv2.remap(image, x, y, how, borderMode=cv2.BORDER_CONSTANT), np.float32)


def find_needle(levels: NDArray[np.float32], seen: NDArray[np.bool_], dial: Dial, polarity: Polarity) -> Needle:
    """The direction in which every part of the ring differs most from the rest of its circle.

    Args:
        levels: ``(directions, radii)`` grey levels.
        seen: Which of them count.
    """
    ground = np.nanmedian(np.where(seen, levels, np.nan), axis=0) if seen.any(axis=0).all() else _ground(levels, seen)
    off = np.where(seen, levels - ground, 0)
    signs = {"dark": (-1,), "light": (1,)}.get(polarity, (-1, 1))
    return max((_needle(sign * off, dial) for sign in signs), key=lambda one: one.contrast)


def _ground(levels: NDArray[np.float32], seen: NDArray[np.bool_]) -> NDArray[np.floating[Any]]:
    """Of each circle; of one that is wholly hidden 0, since nothing of it counts."""
    return np.array([np.median(row[ok]) if ok.any() else 0.0 for row, ok in zip(levels.T, seen.T, strict=True)])


def _needle(off: NDArray[np.float32], dial: Dial) -> Needle:
    bands = np.stack([part.mean(axis=1) for part in np.array_split(off, BANDS, axis=1)])
    pad = 8
    padded = np.pad(bands, ((0, 0), (pad, pad)), mode="wrap" if dial.whole else "edge")
    smooth = cv2.GaussianBlur(padded, (0, 0), SMOOTH_PX, sigmaY=1e-3)
    bands = np.asarray(smooth[:, pad : pad + bands.shape[1]])
    weakest = bands.min(axis=0)
    peak, step = int(weakest.argmax()), dial.sweep_deg / bands.shape[1]
    contrast = float(weakest[peak])
    at = peak + float(np.median([_middle(band, peak, dial.whole) for band in bands]))
    far = np.abs(np.arange(len(weakest)) - peak) * step
    far = np.minimum(far, 360 - far) if dial.whole else far
    other = float(weakest[far > APART_DEG].max(initial=0.0))
    angle = dial.start_deg + step * (at + 0.5)
    return Needle(angle % 360, max(0.0, contrast), 1 - other / contrast if contrast > 0 else 0.0)


def _middle(profile: NDArray[Any], peak: int, wraps: bool) -> float:
    """From the peak to the centre of gravity of what is above half of it, in steps."""
    least = HALF * profile[peak]
    count, low, high = len(profile), 0, 0
    while high - low < count // 2 and (wraps or peak + low > 0) and profile[(peak + low - 1) % count] > least:
        low -= 1
    while high - low < count // 2 and (wraps or peak + high < count - 1) and profile[(peak + high + 1) % count] > least:
        high += 1
    steps = np.arange(low, high + 1)
    weights = profile[(peak + steps) % count] - least
    return float((steps * weights).sum() / weights.sum()) if weights.sum() > 0 else 0.0
