"""The line in the middle of a path: through its points, sideways of it, at equal steps."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEP_PX = 2.0  # between the points of a curve: a chord of 2 px leaves a circle of 20 px by 0.025 px
MOST_POINTS = 200  # between two given ones
SHARPEST = 0.5  # cosine of half a bend: a corner sharper than 120 degrees is cut off


def spline(points: Floats, closed: bool) -> Floats:
    """A smooth line through `points`, ``(n, 2)``: centripetal Catmull-Rom, which makes no loops and no cusps.

    A closed one ends where it begins. Source: Yuksel, Schaefer and Keyser, *On the parameterization of Catmull-Rom
    curves*, 2009.
    """
    if closed:
        p = np.concatenate([points[-1:], points, points[:2]])
    else:
        p = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    pieces = [_piece(*p[i : i + 4]) for i in range(len(p) - 3)]
    return np.concatenate([*pieces, p[-2:-1]])


def _piece(before: Floats, start: Floats, end: Floats, after: Floats) -> Floats:
    """From `start` on to just before `end`."""
    gaps = [np.sqrt(np.hypot(*(b - a))) for a, b in ((before, start), (start, end), (end, after))]
    a, b, c = (max(float(gap), 1e-9) for gap in gaps)
    leave = end - start + b * ((start - before) / a - (end - before) / (a + b))
    arrive = end - start + b * ((after - end) / c - (after - start) / (b + c))
    n = min(max(1, int(np.ceil(b * b / STEP_PX))), MOST_POINTS)
    t = (np.arange(n) / n)[:, None]
    t2, t3 = t * t, t**3
    return np.asarray(
        (2 * t3 - 3 * t2 + 1) * start
        + (t3 - 2 * t2 + t) * leave
        + (3 * t2 - 2 * t3) * end
        + (t3 - t2) * arrive
    )  # fmt: skip


def leftward(line: Floats, closed: bool) -> Floats:
    """``(n, 2)`` from each point of `line` to one that is 1 px to the left of both pieces that meet there."""
    pieces = np.diff(line, axis=0)
    pieces /= np.maximum(np.hypot(*pieces.T), 1e-9)[:, None]
    first, last = (pieces[-1:], pieces[:1]) if closed else (pieces[:1], pieces[-1:])
    along = np.concatenate([first, pieces]) + np.concatenate([pieces, last])
    along /= np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    bend = (along * np.concatenate([pieces, last])).sum(axis=1)
    along /= np.maximum(bend, SHARPEST)[:, None]
    return np.stack([along[:, 1], -along[:, 0]], axis=1)


def at_steps(line: Floats) -> tuple[Floats, float]:
    """Points of `line`, ``(n, 2)``, equally far apart and at most 1 px, from its first to its last; and its length."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    length = float(way[-1])
    at = np.linspace(0.0, length, max(2, int(np.ceil(length)) + 1))
    return np.stack([np.interp(at, way, line[:, 0]), np.interp(at, way, line[:, 1])], axis=1), length
