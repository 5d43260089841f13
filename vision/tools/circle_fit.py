"""Fit a circle to a round edge, whatever a few of its places look like."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..imaging.edge_choice import Polarity, Select
from ..imaging.edge_line import Wanted
from ..result import Circle, Point
from ..scanning import drawn, mean_radius, round_edge, roundness
from ..tool import Findings, Measure, Tool, View


class CircleFit(Tool):
    """Scan a ring outwards in many directions, and fit a circle to the edges. The ring's sector leaves out the rest."""

    type: Literal["circle_fit"] = "circle_fit"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("diameter", unit="length", help="Of the circle", main=True),
        Measure("x", unit="px", help="Centre, from the frame's left side"),
        Measure("y", unit="px", help="Centre, from the frame's top"),
        Measure("roundness", unit="length", help="Between the innermost and the outermost point of those that count"),
        Measure("points", help="Edge points that count: near enough to the circle", int16="count"),
    )
    features: ClassVar[Mapping[str, Any]] = {"circle": Circle, "centre": Point}
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
    max_distance_px: Annotated[float, Field(gt=0, le=100)] = 1.5
    """Points farther from the circle do not count (px): burrs, dirt, other edges"""
    min_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of the scans whose points must count"""

    def measure(self, view: View) -> Findings:
        """Find an edge on each scan and the circle through most of them.

        Raises:
            ToolError: No pixel of the region lies inside the frame.
        """
        wanted = Wanted(self.polarity, self.select, self.min_contrast_grey, self.smoothing_px)
        edge = round_edge(view, view.region, self.scans, wanted, self.max_distance_px)
        if edge.fit is None or edge.near < self.min_share * self.scans:
            reason = edge.reason("circle", wanted, self.scans, self.max_distance_px, self.min_share)
            return Findings(found=False, reason=reason, points=edge.near)
        circle = edge.fit.circle
        return Findings(
            diameter=2 * mean_radius(view, circle),
            x=circle.x,
            y=circle.y,
            roundness=roundness(view, edge),
            points=edge.near,
            features={"circle": circle, "centre": Point(circle.x, circle.y)},
            overlay=[drawn(circle)],
        )
