"""The grid of modules of a matrix code: its four corners found, laid on to a small part of a module, and sampled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .matrix_patterns import Pattern
from .zxing import Grey

Floats = NDArray[np.float64]
Levels = NDArray[np.float32]
Signs = NDArray[np.int8]
TELLING = 96
"""So many known modules tell which pattern it is."""
LEAST_PX = 1.6  # a module
MOST_PX = 60
LEAST_AREA_PX = 12 * 12
AROUND_PX = 17  # across: dots smaller than this are darker than what is around them
CROP_PX = 350 * 350  # in a larger crop only the likeliest levels are tried
NEAR = 0.015  # of its size: an outline like another one
INNER = 0.3  # of a module to either side of its middle is looked at
SHARPEN = 1.0  # of what a blur took away, while corners are moved
SPILLS = (0.1, 0.16, 0.2)
DRAWN_PX, DRAWN_QUIET = 4, 3
UNIT = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)


@dataclass(frozen=True, slots=True)
class Grid:
    """A pattern laid on an image: its corners (top left, top right, bottom right, bottom left), px."""

    pattern: Pattern
    corners: Floats  # ``(4, 2)``
    score: float  # contrast of the known modules against that of the image, at most about 1

    @property
    def module_px(self) -> float:
        """Mean side of a module."""
        rows, columns = self.pattern.size
        return float(np.sqrt(cv2.contourArea(self.corners.astype(np.float32)) / (rows * columns)))


def quads(image: Grey) -> Iterator[Floats]:
    """Four-sided outlines ``(4, 2)``, clockwise, of what is dark in the middle of `image`."""
    seen: list[Floats] = []
    for dark in _darkness(np.asarray(cv2.GaussianBlur(image, (0, 0), 1.2), np.uint8)):
        for quad in _outlines(dark):
            if not any(np.abs(quad - other).max() < NEAR * np.ptp(quad) for other in seen):
                seen.append(quad)
                yield quad


def _darkness(smooth: Grey) -> Iterator[NDArray[np.uint8]]:
    """What may be the dark modules: below a level that parts two or three kinds of grey, or darker than around it."""
    level, _ = cv2.threshold(smooth, 0, 255, cv2.THRESH_OTSU)
    yield (smooth <= level).astype(np.uint8)
    around = cv2.getStructuringElement(cv2.MORPH_RECT, (AROUND_PX, AROUND_PX))
    below = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, around)
    yield (below > max(6.0, cv2.threshold(below, 0, 255, cv2.THRESH_OTSU)[0])).astype(np.uint8)
    if smooth.size <= CROP_PX:
        for part in (smooth[smooth <= level], smooth[smooth > level]):
            if part.size > LEAST_AREA_PX:
                yield (smooth <= cv2.threshold(part.reshape(-1, 1), 0, 255, cv2.THRESH_OTSU)[0]).astype(np.uint8)


def _outlines(dark: NDArray[np.uint8]) -> Iterator[Floats]:
    """Of clusters of dark pixels that do not touch the edge of the image, the largest one."""
    for reach in (3, 9):
        joined = cv2.dilate(dark, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
        count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        h, w = dark.shape
        best = max(
            (i for i in range(1, count) if _inside(stats[i], w, h)), key=lambda i: stats[i][2] * stats[i][3], default=0
        )
        if not best:
            continue
        rows, columns = np.nonzero((labels == best) & (dark > 0))
        if len(rows) < LEAST_AREA_PX / 4:
            continue
        hull = cv2.convexHull(np.stack([columns, rows], 1).astype(np.int32))
        if len(hull) < 4 or cv2.contourArea(hull) < LEAST_AREA_PX:
            continue
        quad = cv2.approxPolyN(hull, 4, ensure_convex=True).reshape(-1, 2).astype(np.float64)
        if len(quad) == 4:
            yield _clockwise(quad)


def _inside(stats: NDArray[np.int32], width: int, height: int) -> bool:
    x, y, w, h = (int(v) for v in stats[:4])
    return x > 0 and y > 0 and x + w < width and y + h < height


def _clockwise(quad: Floats) -> Floats:
    turn = cv2.contourArea(quad.astype(np.float32), oriented=True)
    return quad if turn > 0 else quad[::-1].copy()


def likeliest(image: Grey, quad: Floats, known: Sequence[Pattern], most: int) -> list[Grid]:
    """The patterns that fit into `quad` best, in whichever turn, best first."""
    values, spans = _ranked(image, quad, known)
    found = []
    contrast = _contrast(image, quad)
    for pattern, turn, sign, at in spans:
        value = values[at]
        score = (_lowest(value[sign < 0]) - _highest(value[sign > 0])) / contrast
        found.append(Grid(pattern, np.roll(quad, -turn, axis=0), score))
    return sorted(found, key=lambda one: -one.score)[:most]


def _contrast(image: Grey, quad: Floats) -> float:
    x, y, w, h = cv2.boundingRect(quad.astype(np.int32))
    part = image[max(0, y) : y + h, max(0, x) : x + w]
    return max(1.0, float(np.percentile(part, 90) - np.percentile(part, 10))) if part.size else 1.0


def _lowest(values: Levels) -> float:
    return float(values.mean() - 0.5 * values.std())


def _highest(values: Levels) -> float:
    return float(values.mean() + 0.5 * values.std())


def _ranked(
    image: Grey, quad: Floats, known: Sequence[Pattern]
) -> tuple[Levels, list[tuple[Pattern, int, Signs, slice]]]:
    """Levels at the known modules of all patterns in all four turns, sampled in one go."""
    points, spans, first = [], [], 0
    sides = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    for turn in range(4):
        home = cv2.getPerspectiveTransform(UNIT, np.roll(quad, -turn, axis=0).astype(np.float32))
        wide, deep = np.roll(sides, -turn)[[0, 2]].mean(), np.roll(sides, -turn)[[1, 3]].mean()
        for pattern in known:
            rows, columns = pattern.size
            px = wide / columns, deep / rows
            if not (min(px) >= LEAST_PX and max(px) <= MOST_PX and max(px) < 2.2 * min(px)):
                continue
            at, sign = _telling(pattern)
            points.append(cv2.perspectiveTransform(at[None], home)[0])
            spans.append((pattern, turn, sign, slice(first, first + len(at))))
            first += len(at)
    if not points:
        return np.zeros(0, np.float32), []
    return _levels(image, np.concatenate(points)), spans


def _centres(pattern: Pattern) -> Levels:
    """``(rows, columns, 2)``: centres of all modules and the light ones round them, in the unit square."""
    rows, columns = pattern.size
    x, y = (np.arange(-1, columns + 1) + 0.5) / columns, (np.arange(-1, rows + 1) + 0.5) / rows
    return np.stack(np.meshgrid(x, y), axis=2).astype(np.float32)


@lru_cache(maxsize=64)
def _telling(pattern: Pattern) -> tuple[Levels, Signs]:
    """Some of the known modules, spread over all of them: where, and which colour."""
    known = np.flatnonzero(pattern.modules)
    chosen = known[:: max(1, len(known) // TELLING)]
    return _centres(pattern).reshape(-1, 2)[chosen], pattern.modules.reshape(-1)[chosen]


def _levels(image: Grey | Levels, points: NDArray[np.float32]) -> Levels:
    """`image` at points ``(n, 2)``, bilinear, in pieces that OpenCV takes."""
    rows = -(-len(points) // 4096)
    padded = np.zeros((rows * 4096, 2), np.float32)
    padded[: len(points)] = points
    field = padded.reshape(rows, 4096, 2)
    out = cv2.remap(image, field, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(out.reshape(-1)[: len(points)], np.float32)


def laid(image: Grey, grid: Grid, steps: int = 9) -> Grid:
    """`grid` moved corner by corner until dark and light of its modules are furthest apart."""
    smooth = cv2.GaussianBlur(image, (0, 0), max(0.5, 0.25 * grid.module_px)).astype(np.float32)
    smooth += SHARPEN * (smooth - cv2.GaussianBlur(smooth, (0, 0), 0.7 * grid.module_px))
    fit = _Fit(smooth, grid.pattern)
    corners, step = grid.corners.astype(np.float64), 0.35 * grid.module_px
    best = fit.score(corners[None])[0]
    for _ in range(steps):
        moves = np.concatenate([np.eye(8), -np.eye(8)]).reshape(16, 4, 2) * step
        scores = fit.score(corners[None] + moves)
        up, down = scores[:8] - best, scores[8:] - best
        bend = np.minimum(up + down, -1e-6)
        shift = np.clip(-(up - down) / (2 * bend), -1, 1) * ((up > 0) | (down > 0) | (up + down < 0))
        tries = corners[None] + step * np.stack([shift, 0.5 * shift]).reshape(2, 4, 2)
        tries = np.concatenate([tries, corners[None] + moves[[int(np.argmax(scores))]]])
        reached = fit.score(tries)
        if reached.max() > best + 1e-4:
            corners, best = tries[int(np.argmax(reached))], float(reached.max())
        else:
            step /= 2
            if step < 0.04 * grid.module_px:
                break
    return Grid(grid.pattern, corners, best)


class _Fit:
    """How well corners fit: known modules by their colour, all others by being either."""

    def __init__(self, smooth: Levels, pattern: Pattern) -> None:
        self.image = smooth
        self.at = _centres(pattern).reshape(-1, 2)
        self.sign = pattern.modules.reshape(-1).astype(np.float32)
        self.known = self.sign != 0
        self.level: float | None = None
        self.span = 1.0

    def score(self, corners: Floats) -> Floats:
        points = np.concatenate(
            [
                cv2.perspectiveTransform(self.at[None], cv2.getPerspectiveTransform(UNIT, one.astype(np.float32)))[0]
                for one in corners
            ]
        )
        values = _levels(self.image, points).reshape(len(corners), -1)
        if self.level is None:
            dark, light = values[0][self.sign > 0].mean(), values[0][self.sign < 0].mean()
            self.level, self.span = float(dark + light) / 2, max(1.0, abs(float(light - dark)) / 2)
        off = np.clip((values - self.level) / self.span, -1.5, 1.5)
        known = -(off[:, self.known] * self.sign[self.known]).mean(axis=1)
        rest = np.abs(off[:, ~self.known]).mean(axis=1)
        return np.asarray(known + rest, np.float64) / 2


@dataclass(frozen=True, slots=True)
class Sampled:
    """Levels inside the modules of a grid: ``(samples, rows, columns)``, with the light modules round it."""

    pattern: Pattern
    levels: Levels

    def symbols(self) -> Iterator[Grey]:
        """Drawn anew, in the ways in which dark and light may be told apart, the likeliest first."""
        mean = self.levels.mean(axis=0)
        yield self._drawn(mean, 0.5)
        for spill in SPILLS:
            yield self._drawn(_unspilt(mean, spill), 0.5)
        ordered = np.sort(self.levels, axis=0)
        yield self._drawn(ordered[len(ordered) // 6], 0.6)  # a scratch leaves some of a dark module
        yield self._drawn(mean, 0.7)
        yield self._drawn(ordered[-len(ordered) // 6], 0.4)
        yield self._drawn(mean, 0.3)

    def _drawn(self, levels: Levels, share: float) -> Grey:
        """What is below `share` of the way from known dark to known light is dark; known modules as they have to be."""
        sign = self.pattern.modules
        dark, light = float(np.median(levels[sign > 0])), float(np.median(levels[sign < 0]))
        bits = np.where(sign == 0, levels < dark + share * (light - dark), sign > 0)
        drawn = np.pad(np.where(bits, 0, 255).astype(np.uint8), DRAWN_QUIET, constant_values=255)
        return np.asarray(cv2.resize(drawn, None, fx=DRAWN_PX, fy=DRAWN_PX, interpolation=cv2.INTER_NEAREST), np.uint8)


def sampled(image: Grey, grid: Grid) -> Sampled:
    """What `image` shows at the modules of `grid`."""
    rows, columns = grid.pattern.size
    offsets = np.linspace(-INNER, INNER, 5)
    home = cv2.getPerspectiveTransform(UNIT, grid.corners.astype(np.float32))
    spread = np.stack(np.meshgrid(offsets / columns, offsets / rows), axis=2).reshape(-1, 1, 1, 2)
    points = (_centres(grid.pattern)[None] + spread).astype(np.float32)
    values = _levels(image, cv2.perspectiveTransform(points.reshape(1, -1, 2), home)[0])
    return Sampled(grid.pattern, values.reshape(25, rows + 2, columns + 2))


def _unspilt(levels: Levels, spill: float) -> Levels:
    """`levels` without what a blur brought into each module from its neighbours: `spill` from each side."""
    out = levels
    for axis in (0, 1):
        n = out.shape[axis]
        mixed = np.eye(n) * (1 - 2 * spill) + spill * (np.eye(n, k=1) + np.eye(n, k=-1))
        mixed[0, 0] = mixed[-1, -1] = 1 - spill
        out = np.moveaxis(np.tensordot(np.linalg.inv(mixed), out, (1, axis)), 0, axis)
    return np.asarray(out, np.float32)
