"""A piece of an image that can be told from all others by its grey levels, and how alike another one is.

Likeness is the normalised correlation: 1 is the same but for brightness and contrast, 0 nothing alike, -1 the negative.
J. P. Lewis, *Fast normalized cross-correlation*, 1995.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .directions import reduced
from .levels import Levels
from .warp import inverse, pull, similarity

LEAST_SIDE_PX = 8
SMOOTHING_PX = 1.5  # before structure is looked for: noise has less
FAINT = 0.5  # grey levels a px, root mean square along the direction that changes least
ONE_WAY = 0.12  # of the other direction's: less is a straight edge
ROUND = 0.1  # of what shifts change: less is round about its origin

Weights = NDArray[np.float32]
"""``(height, width)``: how much of each pixel belongs to the pattern, 0-1."""


class Structureless(ValueError):
    """The image looks the same when it is shifted: its place could not be told."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Grey levels about an origin."""

    image: Levels  # the pattern and what is round it
    weights: Weights
    origin: tuple[float, float]  # in `image`
    turns: bool  # whether its angle can be told: not of a ring about its origin

    @property
    def radius(self) -> float:
        """From the origin to the farthest pixel, px."""
        rows, columns = np.nonzero(self.weights)
        return float(np.hypot(columns - self.origin[0], rows - self.origin[1]).max())

    def reduced(self, factor: int) -> tuple[Levels, Weights]:
        """Image and weights smaller by `factor`."""
        return reduced(self.image, factor), reduced(self.weights, factor)

    def turned(self, angle_deg: float, factor: int) -> "tuple[Levels, Weights, tuple[int, int]]":
        """Smaller and turned: image, weights, and the pixel in whose middle the origin lies; cut to what counts."""
        half = math.ceil(self.radius / factor) + 1
        side = (2 * half + 1) * factor
        middle = half * factor + (factor - 1) / 2
        back = inverse(similarity(self.origin, (middle, middle), angle_deg))
        weights = reduced(pull(self.weights, back, (side, side), outside=0), factor)
        rows, columns = np.nonzero(weights)
        top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
        image = reduced(pull(self.image, back, (side, side)), factor)
        return image[top:bottom, left:right], weights[top:bottom, left:right], (half - int(left), half - int(top))


def learn(image: Levels, mask: NDArray[np.uint8], origin: tuple[float, float]) -> Pattern:
    """Take the grey levels of `image` inside `mask`.

    Raises:
        Structureless: There is nothing by which their place could be told.
    """
    inside = mask > 0
    if min(np.ptp(where) + 1 if len(where) else 0 for where in np.nonzero(inside)) < LEAST_SIDE_PX:
        raise Structureless(f"it has to be at least {LEAST_SIDE_PX} x {LEAST_SIDE_PX} px")
    turns = _turns(image, inside, origin)
    return Pattern(image, inside.astype(np.float32), origin, turns)


def coarsest(pattern: Pattern, most: int = 8, keeps: float = 0.6) -> int:
    """How much smaller (a power of 2) the pattern can be looked for: it keeps its size in px and its contrast."""
    factor = 1
    rows, columns = np.nonzero(pattern.weights)
    side = min(int(np.ptp(rows)), int(np.ptp(columns))) + 1
    wanted = keeps * _spread(*pattern.reduced(1))
    while factor < most and side >= 2 * factor * LEAST_SIDE_PX and _spread(*pattern.reduced(2 * factor)) >= wanted:
        factor *= 2
    return factor


def likeness(image: NDArray[np.float32], pattern: NDArray[np.float32], weights: Weights) -> float:
    """-1 to 1, of images of one size; 0 where one of them is flat."""
    total = weights.sum()
    a, b = (one - float((one * weights).sum() / total) for one in (image, pattern))
    norm = math.sqrt(float((weights * a * a).sum()) * float((weights * b * b).sum()))
    return float((weights * a * b).sum()) / norm if norm > 1e-6 else 0.0


def _turns(image: Levels, inside: NDArray[np.bool_], origin: tuple[float, float]) -> bool:
    smooth = cv2.GaussianBlur(image, (0, 0), SMOOTHING_PX)
    dx, dy = (cv2.Sobel(smooth, cv2.CV_32F, *along, scale=1 / 8)[inside] for along in ((1, 0), (0, 1)))
    rows, columns = np.nonzero(inside)
    lever = dx * (rows - origin[1]) - dy * (columns - origin[0])
    changes = np.stack([dx, dy, lever]).astype(np.float64)
    square = changes @ changes.T / len(rows)
    weak, strong = np.sqrt(np.maximum(np.linalg.eigvalsh(square[:2, :2]), 0)).tolist()
    if strong < FAINT:
        raise Structureless(f"it is flat: its grey levels change by {strong:.2f} a px, {FAINT} needed")
    if weak < max(FAINT, ONE_WAY * strong):
        raise Structureless(
            f"it looks the same along one direction: there its grey levels change by {weak:.2f} a px, "
            f"{max(FAINT, ONE_WAY * strong):.2f} needed; take in a corner or an end"
        )
    # What a turn changes beyond what a shift would.
    rest = square[2, 2] - square[2, :2] @ np.linalg.solve(square[:2, :2], square[:2, 2])
    radius = float(np.hypot(columns - origin[0], rows - origin[1]).max())
    return bool(math.sqrt(max(rest, 0.0)) > ROUND * weak * radius / 2)


def _spread(image: Levels, weights: Weights) -> float:
    """Standard deviation of what counts, grey levels."""
    inside = image[weights > 0.5]
    return float(inside.std()) if inside.size else 0.0
