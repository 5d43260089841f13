"""Gain and offset of a measure against a gauge of known sizes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import TeachError


@dataclass(frozen=True, slots=True)
class Gauge:
    """What is measured times `gain`, plus `offset`, is what the gauge says; `residual` is the largest that is left."""

    gain: float
    offset: float
    residual: float


def fit_gauge(pairs: Sequence[tuple[float, float]]) -> Gauge:
    """From pairs of what was measured and what the gauge says.

    One pair, or several of one size, give the offset alone; two sizes and more the gain as well.

    Raises:
        TeachError: There is no pair, or a number is not finite, or the gain would not be above 0.
    """
    values = np.array(pairs, np.float64).reshape(-1, 2)
    if not len(values) or not np.isfinite(values).all():
        raise TeachError("a gauge needs pairs of finite numbers: measured and true size")
    measured, true = values.T
    if np.ptp(true) == 0:
        gain, offset = 1.0, float(np.mean(true - measured))
    else:
        if np.ptp(measured) == 0:
            raise TeachError(f"different sizes were all measured as {measured[0]:g}")
        gain, offset = (float(v) for v in np.polyfit(measured, true, 1))
        if gain <= 0:
            raise TeachError(f"the measure gets smaller where the gauge gets larger (gain {gain:g})")
    return Gauge(gain, offset, float(np.abs(gain * measured + offset - true).max()))
