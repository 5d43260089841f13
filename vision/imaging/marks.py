"""Line-like marks of any direction: means along short lines against those on both sides, by direction."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import cv2
import numpy as np
from numpy.typing import NDArray

from .levels import Levels

Floats32 = NDArray[np.float32]
Bools = NDArray[np.bool_]
SMOOTH_PX = 0.7  # sigma: single pixels are no lines
SHORTEST, LONGEST = 7, 31  # px, over which means are taken
SEEN = 0.3  # share of a mean's pixels that has to lie inside
NEAR_PX = 3.5
ENDS = 0.5  # of the answer nearby: where it falls to half, a mark ends


@dataclass(frozen=True, slots=True)
class Mark:
    """Pixels along a mark's middle, in px of the image it was found in."""

    points: NDArray[np.float64]  # ``(n, 2)``
    length: float  # px along it
    contrast: float  # grey levels, mean along it; positive = brighter than both sides
    angle_deg: float  # counter-clockwise, above -90 up to 90: of most of it

    @property
    def middle(self) -> tuple[float, float]:
        """The one of its pixels that lies most in the middle."""
        away = self.points - np.median(self.points, axis=0)
        x, y = self.points[int(np.hypot(*away.T).argmin())].tolist()
        return x, y


@dataclass(frozen=True, slots=True)
class Answer:
    """How much each pixel lies on a line; images of one size."""

    contrast: Floats32  # grey levels against both sides, positive = brighter; 0 = no line
    turn: Floats32  # radians, of the line, counter-clockwise
    reach: int  # px, over which means were taken


def answer(image: Levels, mask: NDArray[np.uint8], width: float, length: float, tick: Callable[[], None]) -> Answer:
    """Look in all directions for lines at most about `width` px wide.

    An edge is no line, nor is a broad bar: what a disc of more than this width fits into is taken away before. What
    lies where `mask` is 0 has no say, so that lines are seen from about `width` px inside of it on.

    Args:
        length: Over about so many px means are taken: longer finds fainter lines, that have to be straighter.
        tick: Called for each direction; it may raise when the time is over.
    """
    reach = min(max(int(length) | 1, SHORTEST), LONGEST)
    directions = math.ceil(math.pi * reach / 3)
    inside = None if (mask > 0).all() else (mask > 0).astype(np.float32)
    thin = _thin(np.asarray(cv2.GaussianBlur(image, (0, 0), SMOOTH_PX), np.float32), width)
    beside = width / 2 + 2
    best, turn = np.zeros(image.shape, np.float32), np.zeros(image.shape, np.float32)
    for k in range(directions):
        tick()
        t = math.pi * k / directions
        mean, seen = _mean(thin, inside, partial(_along, _line(reach, t)))
        dx, dy = round(beside * math.sin(t)), round(beside * math.cos(t))  # to the side of the line
        here = _both_sides(mean, dx, dy)
        if seen is not None:
            far = np.minimum(_shifted(seen, dx, dy), _shifted(seen, -dx, -dy))
            here[np.minimum(far, seen) < SEEN] = 0.0
        more = np.abs(here) > np.abs(best)
        np.copyto(best, here, where=more)
        np.copyto(turn, np.float32(t), where=more)
    best[mask == 0] = 0.0
    return Answer(best, turn, reach)


def marks(seen: Answer, least: float, min_length: float, join: int) -> list[Mark]:
    """Marks of at least `least` grey levels and `min_length` px, the longest first; `join` px of gap are bridged."""
    strength = np.abs(seen.contrast)
    around = np.asarray(cv2.dilate(strength, np.ones((seen.reach, seen.reach), np.uint8)))
    strong = (strength >= least) & (strength >= ENDS * around)
    ridge = strong & _is_ridge(seen, strength, strong)
    found = [
        mark
        for polarity in (seen.contrast > 0, seen.contrast < 0)
        for mark in _joined(seen, ridge & polarity, join)
        if mark.length >= min_length and max(np.ptp(mark.points, axis=0).tolist()) >= min_length / 2
    ]
    return sorted(found, key=lambda mark: (-mark.length, mark.middle))


def _thin(image: Floats32, width: float) -> Floats32:
    """What is brighter (or darker: below 0) than all around it that a disc of more than `width` px fits into."""
    size = (math.ceil(width) + 2) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    opened, closed = (cv2.morphologyEx(image, how, disc) for how in (cv2.MORPH_OPEN, cv2.MORPH_CLOSE))
    return np.asarray(2 * image - opened - closed, np.float32)


def _mean(
    image: Floats32, inside: Floats32 | None, spread: Callable[[Floats32], Floats32]
) -> tuple[Floats32, Floats32 | None]:
    """Means of what lies inside alone, and which share of the pixels that was; None = all lies inside."""
    if inside is None:
        return spread(image), None
    share = spread(inside)
    return np.asarray(spread(image * inside) / np.maximum(share, np.float32(1e-3)), np.float32), share


def _along(kernel: Floats32, values: Floats32) -> Floats32:
    return np.asarray(cv2.filter2D(values, cv2.CV_32F, kernel, borderType=cv2.BORDER_REPLICATE), np.float32)


@lru_cache(maxsize=256)
def _line(reach: int, turn: float) -> Floats32:
    """A line through the middle, one pixel wide, of sum 1."""
    half = reach // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    across = np.abs(x * math.sin(turn) + y * math.cos(turn))
    along = np.abs(x * math.cos(turn) - y * math.sin(turn))
    kernel = np.clip(1 - across, 0, 1) * (along <= half + 0.5)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _both_sides(mean: Floats32, dx: int, dy: int) -> Floats32:
    """By how much it is brighter (darker: below 0) than the nearer of both sides; 0 where it lies between them."""
    one, other = _shifted(mean, dx, dy), _shifted(mean, -dx, -dy)
    brighter, darker = mean - np.maximum(one, other), mean - np.minimum(one, other)
    return np.maximum(brighter, 0, out=brighter) + np.minimum(darker, 0, out=darker)


def _shifted(image: Floats32, dx: int, dy: int) -> Floats32:
    """Each pixel as the one that lies `dx` to the right and `dy` down of it; beyond the edge the nearest."""
    h, w = image.shape
    beyond = max(0, -dy), max(0, dy), max(0, -dx), max(0, dx)
    padded = np.asarray(cv2.copyMakeBorder(image, *beyond, cv2.BORDER_REPLICATE), np.float32)
    y, x = max(0, dy), max(0, dx)
    return padded[y : y + h, x : x + w]


def _is_ridge(seen: Answer, strength: Floats32, strong: Bools) -> Bools:
    """Where the answer is higher than on both sides."""
    ys, xs = np.nonzero(strong)
    h, w = strength.shape
    turn = seen.turn[ys, xs]
    dx, dy = np.rint(np.sin(turn)).astype(np.intp), np.rint(np.cos(turn)).astype(np.intp)
    here = strength[ys, xs]
    one = strength[np.clip(ys + dy, 0, h - 1), np.clip(xs + dx, 0, w - 1)]
    other = strength[np.clip(ys - dy, 0, h - 1), np.clip(xs - dx, 0, w - 1)]
    ridge = np.zeros(strong.shape, np.bool_)
    ridge[ys, xs] = (here > one) & (here >= other)
    return ridge


def _joined(seen: Answer, ridge: Bools, join: int) -> Iterator[Mark]:
    ys, xs = np.nonzero(ridge)
    if not len(ys):
        return
    wide = cv2.dilate(ridge.astype(np.uint8), np.ones((join + 2, join + 2), np.uint8))
    labels = np.asarray(cv2.connectedComponents(wide, connectivity=8)[1])[ys, xs]
    order = np.argsort(labels, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        y, x = ys[group], xs[group]
        twice = np.exp(2j * seen.turn[y, x].astype(np.float64)).sum()
        angle = math.degrees(math.atan2(twice.imag, twice.real)) / 2
        points = np.stack([x, y], axis=1).astype(np.float64)
        yield Mark(points, _length(points), float(seen.contrast[y, x].mean()), angle)


def _length(points: NDArray[np.float64]) -> float:
    """By the area within `NEAR_PX` of the pixels, whichever way they run and whether in one row or two."""
    pad = math.ceil(NEAR_PX) + 1
    columns, rows = (points - points.min(axis=0)).astype(np.intp).T + pad
    canvas = np.full((int(rows.max()) + pad + 1, int(columns.max()) + pad + 1), 255, np.uint8)
    canvas[rows, columns] = 0
    area = int((np.asarray(cv2.distanceTransform(canvas, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)) < NEAR_PX).sum())
    return max(1.0, (area - math.pi * NEAR_PX**2) / (2 * NEAR_PX) + 1)
