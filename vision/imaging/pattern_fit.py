"""Move a pattern until it lies on the image as well as it can: to a small part of a pixel.

S. Baker and I. Matthews, *Lucas-Kanade 20 years on: a unifying framework*, 2004: inverse compositional, with gain and
offset of the grey levels projected out. Its minimum is where the normalised correlation has its maximum.
"""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from .directions import reduced
from .levels import Levels
from .pattern import Pattern, Weights, likeness

ROUNDS = 10
STEPS = 32  # OpenCV samples at whole multiples of 1/32 px
SETTLED_PX = 0.02  # a round that moves less is the last one
FARTHEST_PX = 3.0  # of a level: what moves further has lost its place
SMOOTHING_PX = 1.0  # of what is laid on: sharper, interpolation between pixels would draw it to their middle


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a pattern lies and how alike it is there."""

    x: float  # of its origin, px
    y: float
    angle_deg: float  # counter-clockwise
    score: float  # -1 to 1


class PatternFit:
    """A pattern at several sizes of the image, ready to be laid on it."""

    def __init__(self, pattern: Pattern, factor: int, turns: bool) -> None:
        """`factor`: how much smaller the first image is, a power of 2."""
        factors = [2**i for i in range(int(math.log2(factor)), -1, -1)]
        self.levels = [_Level.of(pattern, f, turns) for f in factors]

    def pyramid(self, image: Levels) -> list[Levels]:
        """`image` in the sizes that `fit` takes, and as it is."""
        return [*(_smooth(reduced(image, level.factor)) for level in self.levels), image]

    def fit(self, pyramid: list[Levels], hit: Hit) -> Hit:
        """From a place a px of the smallest image off; its score is that of the full image as it is."""
        for level, image in zip(self.levels, pyramid[:-1], strict=True):
            hit = level.fit(image, hit)
        return self.levels[-1].judged(pyramid[-1], hit)


def _smooth(image: Levels) -> Levels:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), SMOOTHING_PX), np.float32)


@dataclass(frozen=True, slots=True)
class _Level:
    factor: int
    image: Levels  # as it is
    weights: Weights
    origin: tuple[float, float]  # in `image`
    descent: NDArray[np.float64]  # ``(2 or 3, pixels)``: what the image seen says of each movement
    gain: NDArray[np.float64]  # ``(pixels,)``: what it says of the gain

    @classmethod
    def of(cls, pattern: Pattern, factor: int, turns: bool) -> "_Level":
        image, weights = pattern.reduced(factor)
        origin = ((pattern.origin[0] + 0.5) / factor - 0.5, (pattern.origin[1] + 0.5) / factor - 0.5)
        smooth = _smooth(image)
        dx, dy = (cv2.Sobel(smooth, cv2.CV_32F, *along, scale=1 / 8).astype(np.float64) for along in ((1, 0), (0, 1)))
        rows, columns = np.indices(image.shape)
        moves = [dx, dy, dx * (rows - origin[1]) - dy * (columns - origin[0])][: 3 if turns else 2]
        descent, gain = _descent(np.stack([move.ravel() for move in moves]), smooth.ravel(), weights.ravel())
        return cls(factor, image, weights, origin, descent, gain)

    def fit(self, image: Levels, hit: Hit) -> Hit:
        """`image` is smooth."""
        f, rim = self.factor, max(self.image.shape) / 2
        x, y, turn = (hit.x + 0.5) / f - 0.5, (hit.y + 0.5) / f - 0.5, math.radians(hit.angle_deg)
        start = x, y
        for _ in range(ROUNDS):
            seen, (x, y) = self._seen(image, x, y, turn)
            flat = seen.ravel().astype(np.float64)
            gain = float(self.gain @ flat)
            if gain <= 0:
                return hit
            dx, dy, dt = (*(self.descent @ flat / gain).tolist(), 0.0)[:3]
            turn -= dt
            c, s = math.cos(turn), math.sin(turn)
            x, y = x - c * dx - s * dy, y + s * dx - c * dy
            if not math.dist(start, (x, y)) <= FARTHEST_PX:
                return hit
            if math.hypot(dx, dy) + abs(dt) * rim < SETTLED_PX:
                break
        return Hit((x + 0.5) * f - 0.5, (y + 0.5) * f - 0.5, math.degrees(turn), hit.score)

    def judged(self, image: Levels, hit: Hit) -> Hit:
        """With how alike it is."""
        seen, _ = self._seen(image, hit.x, hit.y, math.radians(hit.angle_deg))
        return replace(hit, score=likeness(seen, self.image, self.weights))

    def _seen(self, image: Levels, x: float, y: float, turn: float) -> tuple[Levels, tuple[float, float]]:
        """`image` where the pattern would lie, at the nearest place that can be sampled, and that place."""
        c, s = math.cos(turn), math.sin(turn)
        ox, oy = self.origin
        across, down = (round(one * STEPS) / STEPS for one in (x - c * ox - s * oy, y + s * ox - c * oy))
        pose = np.array([[c, s, across], [-s, c, down]])
        h, w = self.image.shape
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        seen = cv2.warpAffine(image, pose, (w, h), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(seen, np.float32), (across + c * ox + s * oy, down - s * ox + c * oy)


def _descent(
    moves: NDArray[np.float64], levels: NDArray[np.float32], weights: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What each pixel of the image seen adds to each movement, and to the gain."""
    w = weights.astype(np.float64)
    light = np.stack([np.ones(len(levels)), levels.astype(np.float64)])
    of_light = np.linalg.solve(light * w @ light.T + 1e-9 * np.eye(2), light * w)
    moves = moves - moves @ of_light.T @ light  # what a change of light looks like says nothing of a movement
    hessian = moves * w @ moves.T
    damped = hessian + (1e-9 * np.trace(hessian) + 1e-12) * np.eye(len(moves))
    return np.linalg.solve(damped, moves * w), of_light[1]
