"""The level that parts bright from dark.

N. Otsu, *A threshold selection method from gray-level histograms*, 1979.
"""

import numpy as np
from numpy.typing import NDArray


def otsu(histogram: NDArray[np.int64]) -> tuple[float, float]:
    """The level that parts a histogram of 256 levels best, and the distance of the two means.

    The upper part begins at the returned level. With one level only, the distance is 0.
    """
    levels = np.arange(256)
    below = np.cumsum(histogram)[:-1].astype(float)
    above = histogram.sum() - below
    sums = np.cumsum(histogram * levels).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (sums[-1] - sums[:-1]) / above - sums[:-1] / below
    spread = np.where((below > 0) & (above > 0), below * above * np.square(apart), 0.0)
    best = np.flatnonzero(spread == spread.max())
    if spread.max() <= 0:
        return 128.0, 0.0
    level = int(best[len(best) // 2])  # the middle, where a gap makes many levels alike
    return float(level + 1), float(apart[level])
