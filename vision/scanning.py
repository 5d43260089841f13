"""Edges on the scans of a step's region, and a circle fitted to those on spokes."""

import math
from dataclasses import dataclass

import numpy as np

from .errors import ToolError
from .imaging.edge_line import ROUNDING, EdgeLine, Wanted, edges_on
from .imaging.fits import FittedCircle, fit_circle
from .imaging.scan import Scan, Spokes
from .result import Circle, Shape
from .view import Region, View

LOOKS = 16  # directions in which a length is taken and averaged: a calibrated plane may be tilted


@dataclass(frozen=True, slots=True)
class RoundEdge:
    """What the spokes found, and the circle through most of it if there is one."""

    found: EdgeLine
    fit: FittedCircle | None

    @property
    def near(self) -> int:
        """Points that count."""
        return 0 if self.fit is None else int(self.fit.near.sum())

    def reason(self, what: str, wanted: Wanted, spokes: int, tolerance: float, share: float) -> str:
        """Why it is not enough, in words."""
        if not len(self.found.points):
            return faint(self.found, wanted)
        return (
            f"{what} not found: {len(self.found.points)} of {spokes} scans have an edge, {self.near} lie within "
            f"{tolerance:g} px of one circle, {np.ceil(share * spokes):.0f} needed"
        )


def edges_in(view: View, region: Region, scan: Scan, wanted: Wanted) -> EdgeLine:
    """The wanted edge of each scan over `region`.

    Raises:
        ToolError: No pixel of the region lies inside the frame, or the time is over.
    """
    found = edges_on(view.raw, (region.box, region.mask), scan, view.full_scale, wanted, view.check_time)
    if not found.seen:
        raise ToolError("no pixel of the region lies inside the frame and outside its masks")
    return found


def faint(found: EdgeLine, wanted: Wanted) -> str:
    """Why no scan has an edge, in words."""
    best = min(int(found.best_grey + ROUNDING), wanted.min_contrast_grey)
    return f"edge not found: contrast {best:.0f} grey levels, {wanted.min_contrast_grey:.0f} needed"


def round_edge(view: View, region: Region, spokes: int, wanted: Wanted, tolerance: float) -> RoundEdge:
    """Scan a ring's sector outwards, and fit a circle.

    Raises:
        ToolError: The region is no ring, or no pixel of it lies inside the frame.
    """
    ring = region.ring
    if ring is None:
        raise ToolError("the region has to be a ring sector")
    scan = Spokes(region.centre, ring.inner, ring.outer, ring.start_deg, ring.sweep_deg, spokes)
    found = edges_in(view, region, scan, wanted)
    fit = fit_circle(found.points, tolerance)
    view.check_time()
    return RoundEdge(found, fit)


def mean_radius(view: View, circle: Circle) -> float:
    """In the recipe's unit, over all directions."""
    rim = [_on(circle, 2 * math.pi * i / LOOKS) for i in range(LOOKS)]
    return sum(view.length(rim[i], rim[i + LOOKS // 2]) for i in range(LOOKS // 2)) / LOOKS


def roundness(view: View, edge: RoundEdge) -> float:
    """Between the innermost and the outermost of the points that count, in the recipe's unit."""
    if edge.fit is None:
        return 0.0
    away = edge.fit.away[edge.fit.near]
    return float(np.ptp(away)) * mean_radius(view, edge.fit.circle) / edge.fit.circle.radius


def drawn(circle: Circle, start_deg: float = 0.0, sweep_deg: float = 360.0) -> Shape:
    """The circle, or an arc of it."""
    n = max(2, math.ceil(sweep_deg / 5))
    turns = [math.radians(start_deg + sweep_deg * i / n) for i in range(n + 1)]
    return Shape(tuple(_on(circle, t) for t in turns), closed=sweep_deg >= 360, role="feature")


def _on(circle: Circle, turn: float) -> tuple[float, float]:
    return circle.x + circle.radius * math.cos(turn), circle.y - circle.radius * math.sin(turn)
