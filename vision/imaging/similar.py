"""Turn, scale, shift and mirror one set of points onto another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Similarity:
    """``target = matrix @ (x, y) + shift``, with how far the given pairs are off."""

    matrix: Floats  # ``(2, 2)``: a turn times a scale, mirrored where its determinant is below 0
    shift: Floats  # ``(2,)``
    residual: float  # root mean square distance, in the target's unit
    largest: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies in the target."""
        tx, ty = (self.matrix @ (x, y) + self.shift).tolist()
        return tx, ty


def similarity_between(source: Floats, target: Floats) -> Similarity:
    """Least squares over pairs, ``(n, 2)`` each, mirrored or not: whichever is nearer."""
    return min((_fit(source, target, mirrored) for mirrored in (True, False)), key=lambda one: one.residual)


def _fit(source: Floats, target: Floats, mirrored: bool) -> Similarity:
    flip = np.diag([1.0, -1.0 if mirrored else 1.0])
    middle, aim = source.mean(axis=0), target.mean(axis=0)
    p, q = (source - middle) @ flip, target - aim
    square = float((p * p).sum())
    a = float((p * q).sum()) / square
    b = float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum()) / square
    matrix = np.array([[a, -b], [b, a]]) @ flip
    away = np.hypot(*((source - middle) @ matrix.T + aim - target).T)
    return Similarity(matrix, aim - matrix @ middle, float(np.sqrt(np.mean(away**2))), float(away.max()))
