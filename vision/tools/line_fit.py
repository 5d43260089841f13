"""Fit a straight line to an edge, whatever a few of its places look like."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from ..imaging.between import angle_deg, crossing, direction, middle
from ..imaging.edge_choice import Polarity, Select
from ..imaging.edge_line import EdgeLine, Wanted
from ..imaging.fits import FittedLine, fit_line
from ..imaging.scan import Parallel
from ..result import Line, Point, Shape
from ..scanning import edges_in, faint
from ..tool import Findings, Measure, Tool, View


class LineFit(Tool):
    """Scan a rectangle from its left to its right side in many places over its height, and fit a line to the edges."""

    type: Literal["line_fit"] = "line_fit"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("position", unit="length", help="From the region's left side to the line, halfway up", main=True),
        Measure("angle_deg", unit="deg", help="Of the line in the frame, counter-clockwise, above -45 to 135"),
        Measure("straightness", unit="length", help="Between the two outermost points of those that count"),
        Measure("points", help="Edge points that count: near enough to the line", int16="count"),
    )
    features: ClassVar[Mapping[str, Any]] = {"line": Line, "centre": Point}
    region_kinds: ClassVar[tuple[str, ...]] = ("rectangle",)
    regions: ClassVar[tuple[int, int]] = (1, 1)

    scans: Annotated[int, Field(ge=3, le=200)] = 20
    """In so many places an edge is looked for"""
    polarity: Polarity = "any"
    """Of the edge, scanning from the region's left to its right side"""
    select: Select = "strongest"
    """Which edge of each scan to take where there are several"""
    min_contrast_grey: Annotated[float, Field(gt=0, le=255)] = 12.0
    """Smaller changes of level are no edges (grey levels, 0-255)"""
    smoothing_px: Annotated[float, Field(ge=0.5, le=10)] = 1.0
    """Blur along the scan while looking for edges (px, sigma): more against noise, less for edges close together"""
    max_distance_px: Annotated[float, Field(gt=0, le=100)] = 1.5
    """Points farther from the line do not count (px): burrs, dirt, other edges"""
    min_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of the scans whose points must count"""

    def measure(self, view: View) -> Findings:
        """Find an edge on each scan and the line through most of them.

        Raises:
            ToolError: No pixel of the region lies inside the frame.
        """
        region = view.region
        region.upright_size  # noqa: B018 - raises where the scans would fill the memory
        scan = Parallel(region.centre, region.angle_deg, *region.size, self.scans)
        wanted = Wanted(self.polarity, self.select, self.min_contrast_grey, self.smoothing_px)
        found = edges_in(view, region, scan, wanted)
        fit = fit_line(found.points, self.max_distance_px)
        view.check_time()
        near = 0 if fit is None else int(fit.near.sum())
        if fit is None or near < self.min_share * self.scans:
            return Findings(found=False, reason=self._reason(found, near, wanted), points=near)
        return _findings(view, scan, found, fit)

    def _reason(self, found: EdgeLine, near: int, wanted: Wanted) -> str:
        if not len(found.points):
            return faint(found, wanted)
        return (
            f"line not found: {len(found.points)} of {self.scans} scans have an edge, {near} lie within "
            f"{self.max_distance_px:g} px of one line, {np.ceil(self.min_share * self.scans):.0f} needed"
        )


def _findings(view: View, scan: Parallel, found: EdgeLine, fit: FittedLine) -> Findings:
    line = fit.line
    left, right = scan.at(-scan.length / 2, 0), scan.at(scan.length / 2, 0)
    at = crossing(Line(*left, *right), line) or middle(line)
    dx, dy = direction(line)
    low, high = (found.points[fit.near][i] for i in (fit.away[fit.near].argmin(), fit.away[fit.near].argmax()))
    across = float((high - low) @ (-dy, dx))
    foot = (float(low[0]) - dy * across, float(low[1]) + dx * across)
    centre = middle(line)
    return Findings(
        position=view.length(left, (at.x, at.y)),
        angle_deg=angle_deg(line),
        straightness=view.length((float(low[0]), float(low[1])), foot),
        points=int(fit.near.sum()),
        features={"line": line, "centre": centre},
        overlay=[Shape(((line.x1, line.y1), (line.x2, line.y2)), closed=False, role="feature")],
    )
