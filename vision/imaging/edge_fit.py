"""A line or a circle through most of an edge's points, and how far others lie from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..result import Circle, Line
from .fits import fit_circle, fit_line

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """What was fitted."""

    shape: Line | Circle
    near: NDArray[np.bool_]  # ``(n,)`` points that count

    @property
    def name(self) -> str:
        """Of its feature."""
        return "line" if isinstance(self.shape, Line) else "circle"

    def away(self, points: Floats) -> Floats:
        """``(n,)`` signed distances of ``(n, 2)`` points; of a circle positive outside."""
        return np.asarray((points * self._normals(points)).sum(axis=1) - self._offset(points))

    def feet(self, points: Floats) -> Floats:
        """``(n, 2)``: the places on it next to `points`."""
        return np.asarray(points - self.away(points)[:, None] * self._normals(points))

    def _normals(self, points: Floats) -> Floats:
        if isinstance(self.shape, Circle):
            out = points - (self.shape.x, self.shape.y)
            return np.asarray(out / np.maximum(np.hypot(*out.T), 1e-9)[:, None])
        along = np.array([self.shape.x2 - self.shape.x1, self.shape.y2 - self.shape.y1])
        along = along / np.hypot(*along)
        return np.broadcast_to(np.array([-along[1], along[0]]), points.shape)

    def _offset(self, points: Floats) -> Floats:
        normals = self._normals(points)
        if isinstance(self.shape, Circle):
            return np.asarray((normals * (self.shape.x, self.shape.y)).sum(axis=1) + self.shape.radius)
        return np.asarray((normals * (self.shape.x1, self.shape.y1)).sum(axis=1))


def line_through(points: Floats, tolerance: float) -> Fit | None:
    """None = there is no line through two of them."""
    found = fit_line(points, tolerance)
    return None if found is None else Fit(found.line, found.near)


def circle_through(points: Floats, tolerance: float) -> Fit | None:
    """None = there is no circle through three of them."""
    found = fit_circle(points, tolerance)
    return None if found is None else Fit(found.circle, found.near)
