"""Move a part's pose until its edges lie on the image's: each looks along its normal, least squares decide."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..frame import Image
from .directions import reduced
from .edges import EdgePoints, Floats32, gradient, sample
from .levels import levels
from .shape_model import ShapeModel, at_level

PoseVector = NDArray[np.float64]
"""``(4,)``: x, y of the origin in px, angle in radians counter-clockwise, scale."""

Floats = NDArray[np.float64]
ALIGNED = 0.75  # cosine of the largest angle between an edge and the model's
HIT_PX = 1.0  # an edge so near counts as found, in px of the level
COARSE_REACHES = (2.5, 2.0, 1.5)  # px of a level to either side, by round
FINE_REACHES = (1.5, 1.0, 1.0)
STEP_PX = 0.5  # between looks along a normal
COARSE_POINTS = 200


@dataclass(frozen=True, slots=True)
class Match:
    """A pose and how much of the model was found there."""

    pose: PoseVector
    score: float  # share of the model's edges found, 0-1
    reversed: bool  # light and dark are swapped against the model
    found: NDArray[np.bool_]  # by model point, at full size


@dataclass(frozen=True, slots=True)
class Freedom:
    """What a refinement may change, and what it takes for an edge."""

    turns: bool = True
    scales: bool = False
    reversible: bool = False
    faint: float = 1.0  # grey levels a px: flatter is no edge


class ShapeRefiner:
    """A model at several sizes of the image, ready to be laid on it."""

    def __init__(self, model: ShapeModel, factor: int, freedom: Freedom) -> None:
        """`factor`: how much smaller the first image is, a power of 2."""
        self.freedom, self.radius = freedom, model.radius
        factors = [2**i for i in range(int(math.log2(factor)), 0, -1)]
        self.coarse = [(f, at_level(model, f, COARSE_POINTS)) for f in factors]
        self.fine = model.points

    def approach(self, image: Image, full_scale: int, start: PoseVector) -> Match:
        """Refine `start`, good to a pixel of the first size, through all sizes but the last."""
        match = Match(start, 0.0, False, np.zeros(0, bool))
        for factor, points in self.coarse:
            match = self._lay((image, full_scale), points, match.pose, factor, COARSE_REACHES)
        return match

    def finish(self, image: Image, full_scale: int, start: PoseVector) -> Match:
        """Refine `start`, good to a pixel, at full size."""
        return self._lay((image, full_scale), self.fine, start, 1, FINE_REACHES)

    def _lay(
        self,
        frame: tuple[Image, int],
        points: EdgePoints,
        start: PoseVector,
        factor: int,
        reaches: tuple[float, ...],
    ) -> Match:
        pose = start.copy()
        field, first = self._surroundings(frame, pose, factor)
        if field is None:
            return Match(start, 0.0, False, np.zeros(len(points), bool))
        for reach in reaches:
            seen = _Seen.along(field, first, factor, points, pose, reach, self.freedom)
            pose = pose + self._step(seen, pose)
        seen = _Seen.along(field, first, factor, points, pose, 2 * HIT_PX, self.freedom)
        hit = seen.sure & (np.abs(seen.offset) <= HIT_PX)
        return Match(pose, float(hit.mean()), seen.reversed, hit)

    def _surroundings(
        self, frame: tuple[Image, int], pose: PoseVector, factor: int
    ) -> tuple[Floats32 | None, tuple[float, float]]:
        """Gradients round the part at this size, and the place of their first pixel."""
        image, full_scale = frame
        h, w = image.shape[:2]
        r = self.radius * pose[3] + 5 * factor
        x0, y0 = (max(0, math.floor((v - r) / factor) * factor) for v in pose[:2])
        x1, y1 = (min(n, math.ceil((v + r) / factor) * factor) for v, n in zip(pose[:2], (w, h), strict=True))
        if x1 - x0 < 4 * factor or y1 - y0 < 4 * factor:
            return None, (0.0, 0.0)
        return gradient(reduced(levels(image[y0:y1, x0:x1], full_scale), factor)), (x0, y0)

    def _step(self, seen: "_Seen", pose: PoseVector) -> PoseVector:
        """The change of pose that brings offsets to 0, by weighted least squares."""
        n, lever = seen.normals, seen.arms
        columns: list[NDArray[Any]] = [n[:, 0], n[:, 1]]
        if self.freedom.turns:
            columns.append((n[:, 0] * lever[:, 1] - n[:, 1] * lever[:, 0]) / self.radius)
        if self.freedom.scales:
            columns.append((n[:, 0] * lever[:, 0] + n[:, 1] * lever[:, 1]) / self.radius)
        design = np.stack(columns, axis=1).astype(np.float64)
        solved = _robust(design, seen.offset.astype(np.float64), seen.weight.astype(np.float64))
        step = np.zeros(4)
        step[:2] = solved[:2]
        rest = solved[2:] / self.radius
        if self.freedom.turns:
            step[2], rest = rest[0], rest[1:]
        if self.freedom.scales:
            step[3] = rest[0] * pose[3]
        return step


@dataclass(frozen=True, slots=True)
class _Seen:
    """What each model point saw along its normal. Full-size px."""

    arms: Floats32  # ``(n, 2)`` from the origin to the point, turned and scaled
    normals: Floats32  # ``(n, 2)`` turned
    offset: Floats32  # ``(n,)`` px of the level along the normal to the edge
    sure: NDArray[np.bool_]
    weight: Floats32
    reversed: bool

    @classmethod
    def along(
        cls,
        field: Floats32,
        first: tuple[float, float],
        factor: int,
        points: EdgePoints,
        pose: PoseVector,
        reach: float,
        freedom: Freedom,
    ) -> "_Seen":
        c, s = math.cos(pose[2]), math.sin(pose[2])
        turn = np.array([[c, -s], [s, c]])  # right-multiplies rows
        arms = points.places @ (turn * pose[3])
        normals = points.normals @ turn
        centre = (arms + (pose[:2] - first) + 0.5) / factor - 0.5
        looks = np.arange(-reach, reach + STEP_PX / 2, STEP_PX)
        at = centre[:, None] + looks[:, None] * normals[:, None]
        g = sample(field, at.astype(np.float32))
        slope = g[..., 0] * normals[:, None, 0] + g[..., 1] * normals[:, None, 1]
        swapped = bool(freedom.reversible and np.maximum(-slope, 0).max(1).sum() > np.maximum(slope, 0).max(1).sum())
        slope = -slope if swapped else slope
        best = (slope * (1 - 0.3 * np.abs(looks) / reach)).argmax(axis=1)
        rows = np.arange(len(points))
        inner = np.clip(best, 1, len(looks) - 2)
        before, here, after = (slope[rows, inner + d] for d in (-1, 0, 1))
        bend = before - 2 * here + after
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(bend < 0, (before - after) / (2 * bend), 0.0)
        offset = looks[inner] + np.clip(part, -1, 1) * STEP_PX
        length = np.hypot(g[rows, inner, 0], g[rows, inner, 1])
        sure = (here > freedom.faint) & (here >= ALIGNED * length) & (bend < 0)
        weight = np.where(sure, np.minimum(here, points.slopes) ** 2, 0.0)
        return cls(arms, normals, offset * factor, sure & (np.abs(offset) <= reach), weight, swapped)


def _robust(design: Floats, offset: Floats, weight: Floats) -> Floats:
    """Weighted least squares, three times, residuals beyond three times their usual size counting ever less."""
    solved: Floats = np.zeros(design.shape[1])
    used: Floats = weight
    ridge = 1e-6 * max(float(weight.sum()), 1e-12)
    for _ in range(3):
        heavy = design * used[:, None]
        solved = np.linalg.solve(heavy.T @ design + ridge * np.eye(len(solved)), heavy.T @ offset)
        off = np.abs(offset - design @ solved)
        there = weight > 0
        usual = 1.4826 * float(np.median(off[there])) + 1e-3 if there.any() else 1.0
        used = np.asarray(weight * np.clip(1 - (off / (3.5 * usual)) ** 2, 0, 1) ** 2, np.float64)
    return solved
