"""Measure where one edge lies, or how far two edges are apart, to a small part of a pixel."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..errors import ToolError
from ..imaging.edge1d import Edge, edges, fit_step
from ..imaging.strip import Profile, Strip, pixels, profile
from ..result import Line, Point, Shape
from ..tool import Findings, Measure, Tool, View

Polarity = Literal["any", "dark_to_light", "light_to_dark"]
Pair = tuple[Edge, Edge]
ROUNDING = 1e-3  # grey levels: an edge of exactly the contrast needed is one


class Caliper(Tool):
    """Scan a rectangle from its left to its right side, averaged over its height, and measure edges across it."""

    type: Literal["caliper"] = "caliper"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("width", unit="length", help="Between the two edges; with one edge, as position", main=True),
        Measure(
            "position", unit="length", help="From the region's left side to the edge, or to the middle of the pair"
        ),
        Measure("contrast", unit="grey", help="Change of level at the edge; of a pair the smaller one"),
        Measure("edges", help="Edges of enough contrast in the region", int16="count"),
    )
    features: ClassVar[Mapping[str, Any]] = {"centre": Point, "edge": Line, "edge2": Line}
    region_kinds: ClassVar[tuple[str, ...]] = ("rectangle",)
    regions: ClassVar[tuple[int, int]] = (1, 1)

    mode: Literal["pair", "edge"] = "pair"
    """Two edges of opposite polarity and their distance, or one edge and its place"""
    polarity: Polarity = "any"
    """Of the first edge, scanning from the region's left to its right side"""
    select: Literal["strongest", "first", "last"] = "strongest"
    """Which edge or pair to take where there are several"""
    expected_width_px: Annotated[float, Field(gt=0)] | None = None
    """Of several pairs take the one nearest to this width (px) instead"""
    min_contrast_grey: Annotated[float, Field(gt=0, le=255)] = 12.0
    """Smaller changes of level are no edges (grey levels, 0-255)"""
    smoothing_px: Annotated[float, Field(ge=0.5, le=10)] = 1.0
    """Blur along the scan while looking for edges (px, sigma): more against noise, less for edges close together"""

    def measure(self, view: View) -> Findings:
        """Find the edges and place the chosen ones.

        Raises:
            ToolError: The region lies outside the frame.
        """
        scan = _Scan(view)
        found = edges(scan.profile, self.smoothing_px)
        strong = [e for e in found if abs(e.contrast) >= self.min_contrast_grey - ROUNDING]
        view.check_time()
        chosen: tuple[Edge, ...] | None = self._pair(strong) if self.mode == "pair" else self._edge(strong)
        if chosen is None:
            return Findings(found=False, reason=self._reason(found, strong), edges=len(strong))
        return self._findings(view, scan, tuple(scan.place(e, found) for e in chosen), len(strong))

    def _edge(self, strong: list[Edge]) -> tuple[Edge] | None:
        fit = [e for e in strong if _rises(e, self.polarity)]
        if not fit:
            return None
        return (fit[0] if self.select == "first" else fit[-1] if self.select == "last" else max(fit, key=_strength),)

    def _pair(self, strong: list[Edge]) -> Pair | None:
        pairs = [
            (a, b)
            for i, a in enumerate(strong)
            if _rises(a, self.polarity)
            for b in strong[i + 1 :]
            if a.contrast * b.contrast < 0
        ]
        if not pairs:
            return None
        if self.expected_width_px is not None:
            wanted = self.expected_width_px
            return min(pairs, key=lambda p: abs(p[1].u - p[0].u - wanted))
        if self.select == "first":
            return pairs[0]
        if self.select == "last":
            return max(pairs, key=lambda p: (p[1].u, p[0].u))
        return max(pairs, key=lambda p: _strength(p[0]) + _strength(p[1]))

    def _reason(self, found: list[Edge], strong: list[Edge]) -> str:
        need = f"{self.min_contrast_grey:.0f} needed"
        if self.mode == "pair" and strong:
            kind = "" if self.polarity == "any" else f" that begins {self.polarity.replace('_', ' ')}"
            return f"pair not found: {len(strong)} edge{'s' * (len(strong) > 1)} of enough contrast, no pair{kind}"
        fit = [e for e in found if _rises(e, self.polarity)] if self.mode == "edge" else found
        best = max(map(_strength, fit), default=0.0)
        return f"edge not found: contrast {min(math.floor(best), self.min_contrast_grey):.0f} grey levels, {need}"

    def _findings(self, view: View, scan: "_Scan", placed: tuple[Edge, ...], count: int) -> Findings:
        strip = scan.strip
        middle = sum(e.u for e in placed) / len(placed)
        start = strip.point(-strip.length / 2)
        position = view.length(start, strip.point(middle))
        width = view.length(strip.point(placed[0].u), strip.point(placed[-1].u)) if len(placed) > 1 else position
        lines = [_across(strip, e.u) for e in placed]
        x, y = strip.point(middle)
        return Findings(
            width=width,
            position=position,
            contrast=min(map(_strength, placed)),
            edges=count,
            features={"centre": Point(x, y, strip.angle_deg), **dict(zip(("edge", "edge2"), lines, strict=False))},
            overlay=[Shape(((ln.x1, ln.y1), (ln.x2, ln.y2)), closed=False, role="feature") for ln in lines],
        )


class _Scan:
    """A region of one view as a strip with its profile."""

    def __init__(self, view: View) -> None:
        region = view.region
        region.upright_size  # noqa: B018 - raises where the strip would fill the memory
        self.strip = Strip(region.centre, region.angle_deg, *region.size)
        self.image, self.mask, self.full_scale = region.cut(view.raw), region.mask, view.full_scale
        self.local = self.strip.seen_from(region.box[0], region.box[1])
        self.profile: Profile = profile(self.image, self.local, self.full_scale, self.mask)
        if not self.profile.weight.any():
            raise ToolError(
                f"the region about ({region.centre[0]:.0f}, {region.centre[1]:.0f}) px has no pixel inside "
                f"the frame of {view.raw.shape[1]}x{view.raw.shape[0]} px and outside its masks"
            )

    def place(self, edge: Edge, found: list[Edge]) -> Edge:
        """`edge` placed by a fit to the frame's own pixels, or as it was found where the fit does not hold."""
        near = [abs(e.u - edge.u) / 2 for e in found if e is not edge and abs(e.contrast) > 0.2 * abs(edge.contrast)]
        reach = max(min([6 * edge.blur + 6, *near]), 2.0)
        u, level = pixels(self.image, self.local, (edge.u - reach, edge.u + reach), self.full_scale, self.mask)
        return fit_step(u, level, edge, reach=max(0.75, edge.blur)) or edge


def _strength(edge: Edge) -> float:
    return abs(edge.contrast)


def _rises(edge: Edge, polarity: Polarity) -> bool:
    return polarity == "any" or (edge.contrast > 0) == (polarity == "dark_to_light")


def _across(strip: Strip, u: float) -> Line:
    return Line(*strip.point(u, -strip.width / 2), *strip.point(u, strip.width / 2))
