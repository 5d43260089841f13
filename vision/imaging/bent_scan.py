"""One scan along a ring's sector, or along or across a path."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .scan import ROUNDING, Floats, Places
from .strip import Strip

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
        return Places(np.radians(turned) * self.radius - self.length / 2, r - self.radius, _ONE, inside)


@dataclass(frozen=True, slots=True)
class Bent:
    """Along a path from its beginning to its end; with `sideways` across it, to the right of the way."""

    strip: Strip
    sideways: bool = False

    @property
    def count(self) -> int:
        return 1

    @property
    def length(self) -> float:
        return self.strip.width if self.sideways else self.strip.length

    @property
    def width(self) -> float:
        return self.strip.length if self.sideways else self.strip.width

    def at(self, u: float, across: float) -> Spot:
        along, beside = (across, u) if self.sideways else (u, across)
        x, y = self.strip.to_frame(np.array(along + self.strip.length / 2), np.array(beside)).tolist()
        return x, y

    def point(self, k: int, u: float) -> Spot:
        return self.at(u, 0.0)

    def ends(self, k: int, u: float) -> tuple[Spot, Spot]:
        return self.at(u, -self.width / 2), self.at(u, self.width / 2)

    def direction_deg(self, u: float) -> float:
        """Where it goes on to at `u`, counter-clockwise."""
        (ax, ay), (bx, by) = self.at(u - 0.5, 0.0), self.at(u + 0.5, 0.0)
        return math.degrees(math.atan2(ay - by, bx - ax))

    def places(self, columns: Floats, rows: Floats) -> Places:
        box = int(columns[0]), int(rows[0]), len(columns), len(rows)
        along, across, inside = self.strip.within(box)
        along = along - self.strip.length / 2
        return Places(*((across, along) if self.sideways else (along, across)), _ONE, inside)


_ONE: NDArray[np.int64] = np.zeros((1, 1), np.int64)
