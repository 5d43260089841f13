"""From pixels to millimetres."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Calibration:
    """Square pixels of one size; `mm_per_px` None = not calibrated, lengths stay in px."""

    mm_per_px: float | None = None

    @property
    def unit(self) -> str:
        return "px" if self.mm_per_px is None else "mm"

    def length(self, p: tuple[float, float], q: tuple[float, float]) -> float:
        """The distance between two frame points, in `unit`."""
        return math.dist(p, q) * (self.mm_per_px or 1.0)

    def area(self, contour: NDArray[Any]) -> float:
        """The area inside a closed line, ``(n, 2)`` frame points, in `unit` squared."""
        x, y = np.asarray(contour, np.float64).T
        inside = 0.5 * float(np.abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)))
        return self.pixel_area(inside)

    def pixel_area(self, count: float) -> float:
        """The area of so many pixels, in `unit` squared."""
        return count * (self.mm_per_px or 1.0) ** 2
