"""Move a part's pose until its edges lie on the image's: each looks along its normal, least squares decide."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..frame import Image
from .directions import reduced
from .edges import EdgePoints, Floats32, gradient
from .levels import Levels, levels
from .order import median
from .shape_model import ShapeModel, at_level

PoseVector = NDArray[np.float64]
"""``(4,)``: x, y of the origin in px, angle in radians counter-clockwise, scale."""

Floats = NDArray[np.float64]
ALIGNED = 0.75  # cosine of the largest angle between an edge and the model's
COARSE_REACHES = (3, 2, 2)  # px of a level to either side, by round
LAST_REACHES = (1, 1)
BLURS = (0.0, 0.25, 0.5, 0.75, 1.0)  # px², variances; the first look, without blur, only places the points
COARSE_POINTS = 200
BORDER_PX = 6  # so far in from its border a gradient knows nothing of it


@dataclass(frozen=True, slots=True)
class Match:
    """A pose and how much of the model was found there."""

    pose: PoseVector
    score: float  # share of the model's edges found, 0-1
    reversed: bool  # light and dark are swapped against the model
    found: NDArray[np.bool_]  # by model point, at full size
    seen: "_Seen | None" = None  # what it was judged by

    @property
    def sharpness(self) -> float:
        """Of the edges found; 0 if there are none."""
        return self.seen.sharpness if self.seen is not None else 0.0

    @property
    def places(self) -> Floats:
        """``(n, 2)``: where in the frame the model's edges have to be, by model point."""
        return self.seen.arms + self.pose[:2] if self.seen is not None else np.zeros((0, 2))


@dataclass(frozen=True, slots=True)
class Freedom:
    """What a refinement may change, and what it takes for an edge."""

    turns: bool = True
    scales: bool = False
    reversible: bool = False
    faint: float = 1.0  # grey levels a px: flatter is no edge
    tolerance: float = 1.5  # px: an edge so near to its place counts as found


class ShapeRefiner:
    """A model at several sizes of the image, ready to be laid on it."""

    def __init__(self, model: ShapeModel, factor: int, freedom: Freedom) -> None:
        """`factor`: how much smaller the first image is, a power of 2."""
        self.freedom, self.radius = freedom, model.radius
        factors = [2**i for i in range(int(math.log2(factor)), 0, -1)]
        self.coarse = [(f, at_level(model, f, COARSE_POINTS)) for f in factors]
        self.fine = _FinePoints.trained(model)

    def approach(self, image: Image | Levels, full_scale: int, start: PoseVector) -> Match:
        """Refine `start`, good to a pixel of the first size, through all sizes but the last."""
        match = Match(start, 0.0, False, np.zeros(0, bool))
        for factor, points in self.coarse:
            field = self._surroundings((image, full_scale), points, match.pose, factor)
            match = self._lay(field, points, match.pose, COARSE_REACHES)
        return match

    def finish(self, image: Image | Levels, full_scale: int, start: PoseVector) -> Match:
        """Refine `start`, good to a pixel, at full size."""
        field = self._surroundings((image, full_scale), self.fine.points, start, 1)
        first = max(2, math.ceil(self.freedom.tolerance))
        match = self._lay(field, self.fine.points, start, (first, 1))
        points = self.fine.as_sharp_as(match.sharpness)
        return self._lay(field, points, match.pose, LAST_REACHES)

    def _lay(self, field: "_Field", points: EdgePoints, start: PoseVector, reaches: tuple[int, ...]) -> Match:
        pose = start.copy()
        for reach in reaches:
            seen = _Seen.along(field, points, pose, reach, self.freedom)
            pose = pose + self._step(seen, pose)
        seen = _Seen.along(field, points, pose, math.ceil(self.freedom.tolerance) + 1, self.freedom)
        hit = seen.sure & (np.abs(seen.offset) <= self.freedom.tolerance * field.factor)
        return Match(pose, np.count_nonzero(hit) / len(hit), seen.reversed, hit, seen)

    def _surroundings(
        self, frame: tuple[Image | Levels, int], points: EdgePoints, pose: PoseVector, factor: int
    ) -> "_Field":
        """Gradients round the points, in the frame made smaller by `factor`."""
        image, full_scale = frame
        h, w = image.shape[:2]
        arms = points.places @ _turn(pose)
        margin = factor * (BORDER_PX + 2 * max(*COARSE_REACHES, math.ceil(self.freedom.tolerance) + 1))
        low, high = pose[:2] + arms.min(axis=0) - margin, pose[:2] + arms.max(axis=0) + margin
        x0, x1 = _span(low[0], high[0], w, factor)
        y0, y1 = _span(low[1], high[1], h, factor)
        return _Field(gradient(reduced(levels(image[y0:y1, x0:x1], full_scale), factor)), (x0, y0), factor)

    def _step(self, seen: "_Seen", pose: PoseVector) -> PoseVector:
        """The change of pose that brings offsets to 0, by weighted least squares."""
        n, lever = seen.normals, seen.arms
        columns: list[Floats] = [n[:, 0], n[:, 1]]
        if self.freedom.turns:
            columns.append((n[:, 0] * lever[:, 1] - n[:, 1] * lever[:, 0]) / self.radius)
        if self.freedom.scales:
            columns.append((n[:, 0] * lever[:, 0] + n[:, 1] * lever[:, 1]) / self.radius)
        design = np.stack(columns, axis=1).astype(np.float64)
        solved = _robust(design, seen.offset, seen.weight)
        step = np.zeros(4)
        step[:2] = solved[:2]
        rest = solved[2:] / self.radius
        if self.freedom.turns:
            step[2], rest = rest[0], rest[1:]
        if self.freedom.scales:
            step[3] = rest[0] * pose[3]
        return step


def _turn(pose: PoseVector) -> Floats:
    """``(2, 2)``, right-multiplies rows: turns and scales places of the model."""
    c, s = math.cos(pose[2]) * pose[3], math.sin(pose[2]) * pose[3]
    return np.array([[c, -s], [s, c]])


def _span(first: float, last: float, size: int, factor: int) -> tuple[int, int]:
    """First and last pixel (not included) from `first` to `last`, in whole blocks of `factor`; at least one block."""
    low = min(max(0, math.floor(first / factor) * factor), max(0, size - factor))
    return low, max(low + factor, min(size, math.ceil(last / factor) * factor))


@dataclass(frozen=True, slots=True)
class _Field:
    """Gradients of a part of the frame."""

    gradient: Floats32  # ``(height, width, 3)``
    first: tuple[float, float]  # its first pixel, in full-size px
    factor: int  # how much smaller it is than the frame

    def at(self, places: Floats) -> Floats:
        """Full-size px to px of the gradients."""
        return (places - self.first + 0.5) / self.factor - 0.5


@dataclass(frozen=True, slots=True)
class _Seen:
    """What each model point saw along its normal. Full-size px."""

    arms: Floats  # ``(n, 2)`` from the origin to the point, turned and scaled
    normals: Floats  # ``(n, 2)`` turned
    offset: Floats  # ``(n,)`` along the normal to the edge
    sure: NDArray[np.bool_]
    weight: Floats
    bend: Floats  # of the slope at its top
    here: Floats  # slope at its top
    reversed: bool

    @classmethod
    def along(cls, field: _Field, points: EdgePoints, pose: PoseVector, reach: int, freedom: Freedom) -> "_Seen":
        """Look `reach` px of the field to either side of each point."""
        turn = _turn(pose)
        arms, normals = points.places @ turn, points.normals @ (turn / pose[3])
        # Whole pixels apart: where normals run along rows or columns, all looks then fall equally between pixels, and
        # interpolation bends none of them against the others.
        looks = np.arange(-reach, reach + 1, dtype=np.float64)
        nx, ny = normals[:, :1], normals[:, 1:]
        at = field.at(arms + pose[:2])
        x, y = (at[:, :1] + looks * nx).astype(np.float32), (at[:, 1:] + looks * ny).astype(np.float32)
        g = cv2.remap(field.gradient, x, y, cv2.INTER_LINEAR)
        slope = g[..., 0] * nx + g[..., 1] * ny
        swapped = freedom.reversible and bool(slope.max(axis=1).sum() < -slope.min(axis=1).sum())
        slope = -slope if swapped else slope
        best = (slope * (1 - 0.3 * np.abs(looks) / max(reach, 1))).argmax(axis=1)
        best = np.minimum(np.maximum(best, 1), len(looks) - 2)
        index = np.arange(len(points)) * len(looks) + best
        before, here, after = (slope.take(index + d) for d in (-1, 0, 1))
        bend = np.minimum(before - 2 * here + after, 0.0)
        offset = looks[best] + np.minimum(np.maximum((before - after) / (2 * bend - 1e-9), -1), 1)
        steepest = g.reshape(-1, 3).take(index, axis=0)
        upright = here >= ALIGNED * np.hypot(steepest[:, 0], steepest[:, 1])
        sure = (here > freedom.faint) & upright & (bend < 0) & (np.abs(offset) <= reach + 0.5)
        weight = np.where(sure, np.minimum(here, points.slopes) ** 2, 0.0)
        return cls(arms, normals, offset * field.factor, sure, weight, bend, here, swapped)

    @property
    def sharpness(self) -> float:
        """Bend of the slope at its top against its height, a square px of the field."""
        return median(-self.bend[self.sure] / self.here[self.sure]) if self.sure.any() else 0.0


@dataclass(frozen=True, slots=True)
class _FinePoints:
    """Model points at full size, and how they move along their normals where the image is less sharp than the model.

    Blur moves edges that are bent or have others near them; a frame is rarely as sharp as the taught one.
    """

    points: EdgePoints
    sharpness: tuple[float, ...]  # of the model with `BLURS`, falling
    drift: Floats  # ``(n,)`` px for a blur of variance 1 px²

    @classmethod
    def trained(cls, model: ShapeModel) -> "_FinePoints":
        """Points where this very estimator sees them in the model's own image."""
        at_home = np.array([*model.origin, 0.0, 1.0])
        points, sharpness, offset = model.points, [], np.zeros(len(model.points))
        for variance in (0.0, *BLURS):
            image = cv2.GaussianBlur(model.image, (0, 0), math.sqrt(variance)) if variance else model.image
            field = _Field(gradient(np.asarray(image, np.float32)), (0.0, 0.0), 1)
            seen = _Seen.along(field, points, at_home, 1, Freedom(faint=1e-3))
            offset = np.where(seen.sure, np.clip(seen.offset, -0.7, 0.7), 0.0)
            if variance == 0.0:
                points = points.moved(offset)
            sharpness.append(seen.sharpness)
        return cls(points, tuple(sharpness[1:]), offset / BLURS[-1])

    def as_sharp_as(self, sharpness: float) -> EdgePoints:
        """The points as they would be seen in an image of this sharpness."""
        variance = np.interp(sharpness, self.sharpness[::-1], BLURS[::-1])
        return self.points.moved(self.drift * variance)


def _robust(design: Floats, offset: Floats, weight: Floats) -> Floats:
    """Weighted least squares, three times; the larger a residual against their usual size, the less it counts."""
    solved: Floats = np.zeros(design.shape[1])
    used, there = weight, weight > 0
    ridge = 1e-6 * max(float(weight.sum()), 1e-12) * np.eye(len(solved))
    for _ in range(3):
        heavy = (design * used[:, None]).T
        solved = np.asarray(np.linalg.solve(heavy @ design + ridge, heavy @ offset), np.float64)
        off = np.abs(offset - design @ solved)
        usual = 1.4826 * median(off[there]) + 1e-3 if there.any() else 1.0
        used = weight * np.square(np.maximum(1 - np.square(off / (3.5 * usual)), 0))
    return solved
