"""Lines and circles through points, some of which may be wrong."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..result import Circle, Line

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
TRIES = 300  # candidates through as few points as make one
ROUNDS = 8  # of fitting to the points that are near
STEPS = 10  # of Gauss and Newton


@dataclass(frozen=True, slots=True)
class FittedLine:
    """A line with the points that made it."""

    line: Line  # from the first to the last of its points
    near: Bools  # ``(n,)`` points that count
    away: Floats  # ``(n,)`` signed distances of all, px


@dataclass(frozen=True, slots=True)
class FittedCircle:
    """A circle with the points that made it."""

    circle: Circle
    near: Bools  # ``(n,)`` points that count
    away: Floats  # ``(n,)`` of all, px, positive outside


def fit_line(points: Floats, tolerance: float) -> FittedLine | None:
    """The line by which most points lie within `tolerance` px, fitted to these; None = there is none.

    Args:
        points: ``(n, 2)`` in their order along it.
    """
    near = _most_near(points, 2, tolerance, _lines_away)
    if near is None:
        return None
    for _ in range(ROUNDS):
        centre = points[near].mean(axis=0)
        _, _, axes = np.linalg.svd(points[near] - centre, full_matrices=False)
        away = (points - centre) @ np.array([-axes[0, 1], axes[0, 0]])
        before, near = near, np.abs(away) <= tolerance
        if near.sum() < 2:
            return None
        if (near == before).all():
            break
    along = (points - centre) @ axes[0]
    first, last = along[near][0], along[near][-1]
    if first == last:
        return None
    p, q = centre + first * axes[0], centre + last * axes[0]
    return FittedLine(Line(*p.tolist(), *q.tolist()), near, away)


def fit_circle(points: Floats, tolerance: float) -> FittedCircle | None:
    """The circle by which most points lie within `tolerance` px, fitted to these; None = there is none."""
    near = _most_near(points, 3, tolerance, _circles_away)
    if near is None:
        return None
    for _ in range(ROUNDS):
        found = _circle_through(points[near])
        if found is None:
            return None
        x, y, radius = found
        away = np.hypot(points[:, 0] - x, points[:, 1] - y) - radius
        before, near = near, np.abs(away) <= tolerance
        if near.sum() < 3:
            return None
        if (near == before).all():
            break
    return FittedCircle(Circle(x, y, radius), near, away)


def _most_near(points: Floats, few: int, tolerance: float, away_of: object) -> Bools | None:
    """The points near the best of many candidates, each through `few` of them; the same for the same points."""
    n = len(points)
    if n < few:
        return None
    picks = np.random.default_rng(0).integers(0, n, (TRIES, few))
    spread = (np.arange(n)[:, None] + np.arange(few) * (n // few)) % n  # far apart: the best of all if none is wrong
    away = away_of(points, np.concatenate([spread, picks]))  # type: ignore[operator]
    count = (away <= tolerance).sum(axis=1)
    best = np.lexsort((np.minimum(away, tolerance).sum(axis=1), -count))[0]
    near: Bools = away[best] <= tolerance
    return near if count[best] >= few else None


def _lines_away(points: Floats, picks: NDArray[np.int64]) -> Floats:
    """``(candidates, n)``; infinite where two points are the same."""
    p, q = points[picks[:, 0]], points[picks[:, 1]]
    along = q - p
    length = np.hypot(along[:, 0], along[:, 1])
    good = length > 0
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.where(good, length, 1.0)[:, None]
    away = np.abs(normal @ points.T - (normal * p).sum(axis=1)[:, None])
    away[~good] = np.inf
    return np.asarray(away)


def _circles_away(points: Floats, picks: NDArray[np.int64]) -> Floats:
    """``(candidates, n)``; infinite where three points lie on a line."""
    p, q, r = (points[picks[:, i]] for i in range(3))
    b, c = q - p, r - p
    d = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    good = np.abs(d) > 1e-6
    d = np.where(good, d, 1.0)
    bb, cc = (b * b).sum(axis=1), (c * c).sum(axis=1)
    centre = p + np.stack([c[:, 1] * bb - b[:, 1] * cc, b[:, 0] * cc - c[:, 0] * bb], axis=1) / d[:, None]
    radius = np.hypot(*(p - centre).T)
    away = np.abs(np.hypot(*(points[None] - centre[:, None]).transpose(2, 0, 1)) - radius[:, None])
    away[~good] = np.inf
    return np.asarray(away)


def _circle_through(points: Floats) -> tuple[float, float, float] | None:
    """Least squares of the distances to the circle; None = they lie on a line."""
    middle = points.mean(axis=0)
    p = points - middle
    design = np.column_stack([2 * p, np.ones(len(p))])
    answer, _, rank, _ = np.linalg.lstsq(design, (p * p).sum(axis=1), rcond=1e-9)
    if rank < 3:
        return None
    x, y = answer[:2].tolist()
    radius = float(np.sqrt(max(answer[2] + x * x + y * y, 0.0)))
    for _ in range(STEPS):
        dx, dy = p[:, 0] - x, p[:, 1] - y
        r = np.maximum(np.hypot(dx, dy), 1e-9)
        step = np.linalg.lstsq(np.column_stack([dx / r, dy / r, np.ones(len(r))]), r - radius, rcond=None)[0]
        x, y, radius = x + float(step[0]), y + float(step[1]), radius + float(step[2])
        if np.abs(step).max() < 1e-7:
            break
    if not (np.isfinite([x, y, radius]).all() and radius > 0):
        return None
    return x + float(middle[0]), y + float(middle[1]), radius
