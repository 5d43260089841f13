"""Where a pattern may lie: its correlation with a small image, over all angles asked for."""

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from .directions import reduced
from .levels import Levels
from .pattern import Pattern, coarsest

STEP_AT_RIM_PX = 2.0  # between neighbouring angles, in px of the small image
FLAT = 0.25  # grey levels: a place whose levels spread less is like nothing
NEAR_PX = 2  # candidates are apart at least so far, in px of the small image
BESIDE = 2  # px of the small image that the rim of the pattern may lie outside
LEAST = 0.2  # likeness in the small image, where fine structure is lost


class PatternSearch:
    """A pattern in all its angles, ready to be looked for."""

    def __init__(self, pattern: Pattern, angle_range_deg: float) -> None:
        """It may be turned by at most `angle_range_deg` to either side."""
        self.factor = coarsest(pattern)
        self.reach = math.ceil(pattern.radius) + 2 * self.factor
        self.angles = _angles(pattern, angle_range_deg, self.factor)
        self._variants = [_variant(*pattern.turned(angle, self.factor)) for angle in self.angles]

    def fits(self, image: Levels) -> bool:
        """Whether `image` is large enough for the pattern to lie in it."""
        sides = [side // self.factor for side in image.shape]
        return min(sides) > 0 and any(
            all(side + 2 * BESIDE >= wanted for side, wanted in zip(sides, weights.shape, strict=True))
            for _, weights, _, _ in self._variants
        )

    def candidates(
        self,
        image: Levels,
        most: int,
        allowed: NDArray[np.uint8] | None = None,
        keep_time: Callable[[], None] = lambda: None,
    ) -> NDArray[np.float64]:
        """``(n, 4)``: x, y (px of `image`), angle (deg), likeness; best first, at most `most`.

        `allowed`, of the size of `image`, is not 0 where the origin may lie. `keep_time` is called between angles and
        ends the search by raising. The pattern has to lie in the image but for its rim.
        """
        small = self._small(image)
        best = np.full(small.shape, -1, np.float32)
        angle = np.zeros(small.shape, np.intp)
        centred = small - np.float32(small.mean())
        squared = centred * centred
        for i, (difference, weights, scale, (ox, oy)) in enumerate(self._variants):
            keep_time()
            h, w = weights.shape
            if small.shape[0] < h or small.shape[1] < w:
                continue
            likeness = _likeness(centred, squared, difference, weights, scale)
            rows, from_rows = _shared(oy, likeness.shape[0], small.shape[0])
            columns, from_columns = _shared(ox, likeness.shape[1], small.shape[1])
            likeness = likeness[from_rows, from_columns]
            better = likeness > best[rows, columns]
            best[rows, columns][better] = likeness[better]
            angle[rows, columns][better] = i
        if allowed is not None:
            best[BESIDE:-BESIDE, BESIDE:-BESIDE][reduced(allowed, self.factor) == 0] = -1
        return self._peaks(best, angle, most)

    def _small(self, image: Levels) -> Levels:
        small = reduced(image, self.factor)
        padded = cv2.copyMakeBorder(small, BESIDE, BESIDE, BESIDE, BESIDE, cv2.BORDER_REPLICATE)
        return np.asarray(padded, np.float32)

    def _peaks(self, best: NDArray[np.float32], angle: NDArray[np.intp], most: int) -> NDArray[np.float64]:
        top = cv2.dilate(best, np.ones((2 * NEAR_PX + 1, 2 * NEAR_PX + 1), np.uint8))
        rows, columns = np.nonzero((best == top) & (best > LEAST))
        order = np.argsort(-best[rows, columns], kind="stable")[:most]
        rows, columns = rows[order], columns[order]
        f = self.factor
        angles = np.array(self.angles)[angle[rows, columns]]
        x, y = ((place - BESIDE) * f + (f - 1) / 2 for place in (columns, rows))
        return np.stack([x, y, angles, best[rows, columns]], axis=1)


def _shared(first: int, length: int, side: int) -> tuple[slice, slice]:
    """What `length` px from `first` on share with 0 to `side`: as places there, and as places of their own.

    The origin of a pattern that was taught half outside of the frame may lie beside it.
    """
    start, end = min(max(first, 0), side), min(max(first + length, 0), side)
    return slice(start, end), slice(start - first, end - first) if end > start else slice(0, 0)


def _angles(pattern: Pattern, most_deg: float, factor: int) -> list[float]:
    if most_deg <= 0 or not pattern.turns:
        return [0.0]
    step = math.degrees(STEP_AT_RIM_PX * factor / pattern.radius)
    n = 2 * math.ceil(most_deg / step) + 1
    return [float(one) for one in np.linspace(-most_deg, most_deg, n)]


Variant = tuple[NDArray[np.float32], NDArray[np.float32], float, tuple[int, int]]


def _variant(image: Levels, weights: NDArray[np.float32], origin: tuple[int, int]) -> Variant:
    """Weighted difference from the mean, weights, and the root of the weighted sum of squares."""
    difference = image - np.float32((image * weights).sum() / weights.sum())
    scale = math.sqrt(float((weights * difference * difference).sum()))
    return (difference * weights).astype(np.float32), weights, max(scale, 1e-6), origin


def _likeness(
    image: NDArray[np.float32],
    squared: NDArray[np.float32],
    difference: NDArray[np.float32],
    weights: NDArray[np.float32],
    scale: float,
) -> NDArray[np.float32]:
    """Of every place where the pattern lies in the image wholly."""
    total = float(weights.sum())
    alike = cv2.matchTemplate(image, difference, cv2.TM_CCORR)
    mean = cv2.matchTemplate(image, weights, cv2.TM_CCORR) / np.float32(total)
    spread = cv2.matchTemplate(squared, weights, cv2.TM_CCORR) - np.float32(total) * mean * mean
    flat = np.float32(total * FLAT * FLAT)
    return np.asarray(np.where(spread > flat, alike / (scale * np.sqrt(np.maximum(spread, flat))), 0), np.float32)
