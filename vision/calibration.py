"""From pixels to millimetres."""

import math
from dataclasses import dataclass


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

    def area(self, area_px: float) -> float:
        """An area of `area_px` square pixels, in `unit` squared."""
        return area_px * (self.mm_per_px or 1.0) ** 2
