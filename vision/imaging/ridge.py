"""Two kinds of things told apart by few samples of many numbers: ridge regression on +1 and -1.

Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 3.4.1, in its dual form: there are fewer
samples than numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHRINK = 0.3  # times the number of features: the penalty
FLAT = 1e-3  # added to each spread: what never changes says nothing

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """``x @ weights + offset``: above 0 the first kind, about +1 and -1 for the samples."""

    weights: Floats
    offset: float

    def value(self, features: NDArray[np.floating]) -> Floats:
        """``(n,)`` of ``(n, m)``."""
        return np.asarray(features, np.float64) @ self.weights + self.offset


def separate(features: NDArray[np.floating], first: NDArray[np.bool_]) -> Line:
    """A line between ``(n, m)`` `features` of both kinds; each kind counts the same, however many it has."""
    x = np.asarray(features, np.float64)
    middle, spread = x.mean(axis=0), x.std(axis=0) + FLAT
    z = (x - middle) / spread
    share = np.where(first, first.mean(), 1 - first.mean())
    dual = np.linalg.solve(z @ z.T + np.diag(2 * SHRINK * z.shape[1] * share), np.where(first, 1.0, -1.0))
    weights = z.T @ dual / spread
    at = x @ weights
    return Line(weights, -float(at[first].mean() + at[~first].mean()) / 2)
