"""Measure edges along a scan: one, the width or gap between two, their pitch, or how many there are."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..errors import ToolError
from ..imaging.edge1d import BESIDE, Edge, edges, placed, profile
from ..imaging.edge_choice import Polarity, Select, bars, choose, chosen_pair, rises, strength
from ..imaging.scan import Parallel, sampled
from ..result import Feature, Line, Point, Shape
from ..tool import Findings, Measure, Tool, View

Span = tuple[Edge, Edge]
ROUNDING = 1e-3  # grey levels: an edge of exactly the contrast needed is one


class Caliper(Tool):
    """Scan a rectangle from its left to its right side, averaged over its height, and measure edges across it."""

    type: Literal["caliper"] = "caliper"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "width", unit="length", help="Between the two edges; mean pitch; with one edge, as position", main=True
        ),
        Measure(
            "position", unit="length", help="From the region's left side to the edge, or to the middle of the pair"
        ),
        Measure("contrast", unit="grey", help="Change of level at the edge; of several the smallest one"),
        Measure("edges", help="Edges of enough contrast in the region", int16="count"),
        Measure("smallest", unit="length", help="The smallest pitch; only with mode pitch"),
        Measure("largest", unit="length", help="The largest pitch; only with mode pitch"),
    )
    features: ClassVar[Mapping[str, Any]] = {"centre": Point, "edge": Line, "edge2": Line}
    region_kinds: ClassVar[tuple[str, ...]] = ("rectangle",)
    regions: ClassVar[tuple[int, int]] = (1, 1)

    mode: Literal["pair", "edge", "gap", "pitch", "count"] = "pair"
    """pair: two edges of opposite polarity and their distance; edge: one edge and its place; gap: the space between two
    neighbouring bars; pitch: from the middle of each bar to the middle of the next; count: only how many edges"""
    polarity: Polarity = "any"
    """Of the first edge of a pair or bar, scanning from the region's left to its right side; with count, of all"""
    select: Select = "strongest"
    """Which edge, pair or gap to take where there are several"""
    expected_width_px: Annotated[float, Field(gt=0)] | None = None
    """Of several pairs or gaps take the one nearest to this width (px) instead"""
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
        found = scan.edges(self.smoothing_px, self.min_contrast_grey)
        strong = [e for e in found if strength(e) >= self.min_contrast_grey - ROUNDING]
        view.check_time()
        if self.mode == "count":
            counted = [e for e in strong if rises(e, self.polarity)]
            return Findings(edges=len(counted), overlay=scan.drawn(counted))
        chosen = self._chosen(strong)
        if not chosen:
            return Findings(found=False, reason=self._reason(found, strong), edges=len(strong))
        exact = placed(scan.samples, chosen, found)
        view.check_time()
        return (
            self._pitch(view, scan, exact, len(strong))
            if self.mode == "pitch"
            else self._one(view, scan, exact, len(strong))
        )

    def _chosen(self, strong: list[Edge]) -> Sequence[Edge]:
        """The edges to be placed; with pitch those of all bars. None: nothing fits."""
        if self.mode == "edge":
            return choose([(e,) for e in strong if rises(e, self.polarity)], self.select) or ()
        if self.mode == "pair":
            return chosen_pair(strong, self.polarity, self.select, self.expected_width_px) or ()
        several = bars(strong, self.polarity)
        if self.mode == "gap":
            gaps = [(a[1], b[0]) for a, b in pairwise(several)]
            return choose(gaps, self.select, self.expected_width_px) or ()
        return [edge for bar in several for edge in bar] if len(several) > 1 else ()

    def _reason(self, found: list[Edge], strong: list[Edge]) -> str:
        kind = "" if self.polarity == "any" else f" that begins {self.polarity.replace('_', ' ')}"
        enough = f"{len(strong)} edge{'s' * (len(strong) != 1)} of enough contrast"
        if self.mode == "pair" and strong:
            return f"pair not found: {enough}, no pair{kind}"
        if self.mode in ("gap", "pitch") and strong:
            number = len(bars(strong, self.polarity))
            return f"{self.mode} not found: {enough}, {number} bar{'s' * (number != 1)}{kind}, 2 needed"
        fit = [e for e in found if rises(e, self.polarity)] if self.mode == "edge" else found
        best = min(math.floor(max(map(strength, fit), default=0.0)), self.min_contrast_grey)
        return f"edge not found: contrast {best:.0f} grey levels, {self.min_contrast_grey:.0f} needed"

    def _one(self, view: View, scan: "_Scan", exact: Sequence[Edge], count: int) -> Findings:
        middle = sum(e.u for e in exact) / len(exact)
        position = scan.length(view, -scan.scan.length / 2, middle)
        width = scan.length(view, exact[0].u, exact[-1].u) if len(exact) > 1 else position
        return self._findings(scan, exact, middle, width=width, position=position, edges=count)

    def _pitch(self, view: View, scan: "_Scan", exact: Sequence[Edge], count: int) -> Findings:
        middles = [(a.u + b.u) / 2 for a, b in zip(exact[::2], exact[1::2], strict=True)]
        steps = [scan.length(view, a, b) for a, b in pairwise(middles)]
        middle = (middles[0] + middles[-1]) / 2
        return self._findings(
            scan,
            exact,
            middle,
            width=sum(steps) / len(steps),
            position=scan.length(view, -scan.scan.length / 2, middle),
            smallest=min(steps),
            largest=max(steps),
            edges=count,
        )

    def _findings(self, scan: "_Scan", exact: Sequence[Edge], middle: float, **values: float) -> Findings:
        x, y = scan.scan.point(0, middle)
        lines = [scan.line(e) for e in (exact[0], exact[-1])[: len(exact)]]
        features: dict[str, Feature] = {
            "centre": Point(x, y, scan.scan.angle_deg),
            **dict(zip(("edge", "edge2"), lines, strict=False)),
        }
        found = Findings(contrast=min(map(strength, exact)), features=features, overlay=scan.drawn(exact))
        found.values.update(values)
        return found


class _Scan:
    """The region of one view as a scan, and the pixels along it."""

    def __init__(self, view: View) -> None:
        region = view.region
        region.upright_size  # noqa: B018 - raises where the scan would fill the memory
        self.scan = Parallel(region.centre, region.angle_deg, *region.size)
        (self.samples,) = sampled(view.raw, region.box, region.mask, self.scan, view.full_scale)
        if not len(self.samples.u):
            raise ToolError(
                f"the region about ({region.centre[0]:.0f}, {region.centre[1]:.0f}) px has no pixel inside "
                f"the frame of {view.raw.shape[1]}x{view.raw.shape[0]} px and outside its masks"
            )

    def edges(self, smoothing: float, least: float) -> list[Edge]:
        return edges(profile(self.samples, self.scan.length, self.scan.width), smoothing, BESIDE * least)

    def length(self, view: View, a: float, b: float) -> float:
        return view.length(self.scan.point(0, a), self.scan.point(0, b))

    def line(self, edge: Edge) -> Line:
        (x1, y1), (x2, y2) = self.scan.ends(0, edge.u)
        return Line(x1, y1, x2, y2)

    def drawn(self, found: Sequence[Edge]) -> list[Shape]:
        return [Shape(self.scan.ends(0, e.u), closed=False, role="feature") for e in found]
