"""Measure a part of a circle: its radius, and from where to where it runs."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from ..errors import ToolError
from ..imaging.edge_choice import Polarity, Select
from ..imaging.edge_line import Wanted
from ..result import Circle, Point
from ..scanning import RoundEdge, drawn, mean_radius, round_edge, roundness
from ..tool import Findings, Measure, Tool, View


class Arc(Tool):
    """Scan a ring's sector outwards, and fit an arc to the edges; where these leave the circle, the arc ends."""

    type: Literal["arc"] = "arc"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("radius", unit="length", help="Of the circle that the arc is a part of", main=True),
        Measure("sweep_deg", unit="deg", help="From the first to the last point that counts, seen from the centre"),
        Measure("roundness", unit="length", help="Between the innermost and the outermost point of those that count"),
        Measure("points", help="Edge points that count: near enough to the arc", int16="count"),
    )
    features: ClassVar[Mapping[str, Any]] = {"circle": Circle, "centre": Point, "start": Point, "end": Point}
    region_kinds: ClassVar[tuple[str, ...]] = ("ring_sector",)
    regions: ClassVar[tuple[int, int]] = (1, 1)

    scans: Annotated[int, Field(ge=6, le=360)] = 36
    """In so many directions an edge is looked for"""
    polarity: Polarity = "any"
    """Of the edge, scanning outwards"""
    select: Select = "strongest"
    """Which edge of each scan to take where there are several"""
    min_contrast_grey: Annotated[float, Field(gt=0, le=255)] = 12.0
    """Smaller changes of level are no edges (grey levels, 0-255)"""
    smoothing_px: Annotated[float, Field(ge=0.5, le=10)] = 1.0
    """Blur along the scan while looking for edges (px, sigma): more against noise, less for edges close together"""
    max_distance_px: Annotated[float, Field(gt=0, le=100)] = 1.0
    """Points farther from the arc do not count (px)"""
    min_share: Annotated[float, Field(gt=0, le=1)] = 0.3
    """Share of the scans whose points must count"""

    def measure(self, view: View) -> Findings:
        """Find an edge on each scan and the arc through most of them.

        Raises:
            ToolError: No pixel of the region lies inside the frame.
        """
        wanted = Wanted(self.polarity, self.select, self.min_contrast_grey, self.smoothing_px)
        edge = round_edge(view, view.region, self.scans, wanted, self.max_distance_px)
        if edge.fit is None or edge.near < self.min_share * self.scans:
            reason = edge.reason("arc", wanted, self.scans, self.max_distance_px, self.min_share)
            return Findings(found=False, reason=reason, points=edge.near)
        circle = edge.fit.circle
        start, sweep = _extent(edge)
        ends = [_on(circle, start), _on(circle, start + sweep)]
        return Findings(
            radius=mean_radius(view, circle),
            sweep_deg=sweep,
            roundness=roundness(view, edge),
            points=edge.near,
            features={"circle": circle, "centre": Point(circle.x, circle.y), "start": ends[0], "end": ends[1]},
            overlay=[drawn(circle, start, sweep)],
        )


def _extent(edge: RoundEdge) -> tuple[float, float]:
    """Where the points that count begin, counter-clockwise from the right, and how far they reach (deg)."""
    if edge.fit is None:
        raise ToolError("there is no arc")
    circle = edge.fit.circle
    near = edge.found.points[edge.fit.near]
    turns = np.sort(np.degrees(np.arctan2(circle.y - near[:, 1], near[:, 0] - circle.x)) % 360)
    gaps = np.diff(np.concatenate([turns, turns[:1] + 360]))
    widest = int(gaps.argmax())
    return float(turns[(widest + 1) % len(turns)]), 360.0 - float(gaps[widest])


def _on(circle: Circle, turn_deg: float) -> Point:
    t = math.radians(turn_deg)
    return Point(circle.x + circle.radius * math.cos(t), circle.y - circle.radius * math.sin(t))
