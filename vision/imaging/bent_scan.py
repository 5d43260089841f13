"""One scan along a ring's sector, or along or across a path."""

import math
from dataclasses import dataclass

import numpy as np

from .scan import FIRST, ROUNDING, Floats, Places
from .strip import Lies, Strip

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Arc:
    """Along a ring's sector counter-clockwise: `u` counts px along its middle radius."""

    centre: Spot  # frame px
    inner: float  # px
    outer: float  # px
    start_deg: float  # counter-clockwise from the right
    sweep_deg: float  # up to 360

    @property
    def count(self) -> int:
        return 1

    @property
    def radius(self) -> float:
        """Of the middle (px)."""
        return (self.inner + self.outer) / 2

    @property
    def length(self) -> float:
        return math.radians(self.sweep_deg) * self.radius

    @property
    def width(self) -> float:
        return self.outer - self.inner

    def turn_deg(self, u: float) -> float:
        """The direction in which `u` lies, counter-clockwise from the right."""
        return self.start_deg + math.degrees((u + self.length / 2) / self.radius)

    def at(self, u: float, across: float) -> Spot:
        a, r = math.radians(self.turn_deg(u)), self.radius + across
        return self.centre[0] + r * math.cos(a), self.centre[1] - r * math.sin(a)

    def point(self, k: int, u: float) -> Spot:
        return self.at(u, 0.0)

    def ends(self, k: int, u: float) -> tuple[Spot, Spot]:
        return self.at(u, -self.width / 2), self.at(u, self.width / 2)

    def direction_deg(self, u: float) -> float:
        """Where it goes on to at `u`, counter-clockwise."""
        return self.turn_deg(u) + 90

    def places(self, columns: Floats, rows: Floats) -> Places:
        dx, dy = columns - self.centre[0], (rows - self.centre[1])[:, None]
        r = np.hypot(dx, dy)
        turned = np.mod(np.degrees(np.arctan2(-dy, dx)) - self.start_deg, 360.0)
        inside = (r >= self.inner - ROUNDING) & (r <= self.outer + ROUNDING) & (turned <= self.sweep_deg)
        return Places(np.radians(turned) * self.radius - self.length / 2, r - self.radius, FIRST, inside)


@dataclass(frozen=True, slots=True)
class Bent:
    """Along a path from its beginning to its end; with `sideways` across it to the right, `count` of them in a row."""

    strip: Strip
    lies: Lies  # of the very pixels that are looked at
    sideways: bool = False
    count: int = 1  # more only sideways

    @property
    def length(self) -> float:
        return self.strip.width if self.sideways else self.strip.length

    @property
    def width(self) -> float:
        return self.strip.length / self.count if self.sideways else self.strip.width

    def at(self, u: float, across: float) -> Spot:
        along, beside = (across, u) if self.sideways else (u, across)
        return self.strip.spot(along + self.strip.length / 2, beside)

    def point(self, k: int, u: float) -> Spot:
        return self.at(u, self._middle(k))

    def ends(self, k: int, u: float) -> tuple[Spot, Spot]:
        middle = self._middle(k)
        return self.at(u, middle - self.width / 2), self.at(u, middle + self.width / 2)

    def direction_deg(self, u: float) -> float:
        """Where it goes on to at `u`, counter-clockwise."""
        (ax, ay), (bx, by) = self.at(u - 0.5, 0.0), self.at(u + 0.5, 0.0)
        return math.degrees(math.atan2(ay - by, bx - ax))

    def places(self, columns: Floats, rows: Floats) -> Places:
        if self.lies.inside.shape != (len(rows), len(columns)):
            raise ValueError("a path is scanned over its region's own box")
        along, across = self.lies.along.astype(np.float64), self.lies.across.astype(np.float64)
        if not self.sideways:
            return Places(along - self.strip.length / 2, across, FIRST, self.lies.inside)
        number = np.clip(along / self.width, 0, self.count - 1).astype(np.int64)
        return Places(across, along - self.strip.length / 2, number, self.lies.inside)

    def _middle(self, k: int) -> float:
        return (k + 0.5 - self.count / 2) * self.width if self.sideways else 0.0
