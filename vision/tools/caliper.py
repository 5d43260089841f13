"""Measure edges along a scan: one, the width or gap between two, their pitch, or how many there are."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..imaging.edge1d import Edge, placed
from ..imaging.edge_choice import Polarity, Select, bars, choose, chosen_pair, rises, strength
from ..one_scan import OneScan, Spot
from ..result import Feature, Line, Point, Shape
from ..tool import Findings, Measure, Tool, View

Span = tuple[Edge, Edge]
Ends = tuple[Spot, Spot]
ROUNDING = 1e-3  # grey levels: an edge of exactly the contrast needed is one


class Caliper(Tool):
    """Scan a region along, averaged over its width, and measure the edges that lie across.

    A rectangle is scanned from its left to its right side, a line and a path from beginning to end, a ring's sector
    counter-clockwise along its middle radius; with direction across, from top to bottom, to the right of the way, or
    outwards.
    """

    type: Literal["caliper"] = "caliper"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "width", unit="length", help="Between the two edges; mean pitch; with one edge, as position", main=True
        ),
        Measure("position", unit="length", help="From where the scan begins to the edge, or to the middle of the pair"),
        Measure("contrast", unit="grey", help="Change of level at the edge; of several the smallest one"),
        Measure("edges", help="Edges of enough contrast in the region", int16="count"),
        Measure("turn_deg", unit="deg", help="The width or pitch, seen from the centre; only along a ring"),
        Measure("smallest", unit="length", help="The smallest pitch; only with mode pitch"),
        Measure("largest", unit="length", help="The largest pitch; only with mode pitch"),
    )
    features: ClassVar[Mapping[str, Any]] = {"centre": Point, "edge": Line, "edge2": Line}
    region_kinds: ClassVar[tuple[str, ...]] = ("rectangle", "line", "path", "ring_sector")
    regions: ClassVar[tuple[int, int]] = (1, 1)

    mode: Literal["pair", "edge", "gap", "pitch", "count"] = "pair"
    """pair: two edges of opposite polarity and their distance; edge: one edge and its place; gap: the space between two
    neighbouring bars; pitch: from the middle of each bar to the middle of the next; count: only how many edges"""
    direction: Literal["along", "across"] = "along"
    """Which way the scan runs over the region"""
    polarity: Polarity = "any"
    """Of the first edge of a pair or bar, in the direction of the scan; with count, of all"""
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
        across = self.direction == "across"
        scan = OneScan(view, across, self.polarity, self.smoothing_px, self.min_contrast_grey)
        found = scan.edges()
        strong = [e for e in found if strength(e) >= self.min_contrast_grey - ROUNDING]
        view.check_time()
        if self.mode == "count":
            counted = [e for e in strong if rises(e, self.polarity)]
            return Findings(edges=len(counted), overlay=_drawn(scan.ends(counted)))
        chosen = self._chosen(strong, scan)
        if not chosen:
            return Findings(found=False, reason=self._reason(found, strong), edges=len(strong))
        exact = placed(scan.samples, chosen, found)
        view.check_time()
        return (
            self._pitch(view, scan, exact, len(strong))
            if self.mode == "pitch"
            else self._one(view, scan, exact, len(strong))
        )

    def _chosen(self, strong: list[Edge], scan: OneScan) -> Sequence[Edge]:
        """The edges to be placed; with pitch those of all bars. None: nothing fits."""
        if self.mode == "edge":
            return choose([(e,) for e in strong if rises(e, self.polarity)], self.select) or ()
        if self.mode == "pair":
            return chosen_pair(strong, self.polarity, self.select, self.expected_width_px) or ()
        several = bars(strong, self.polarity)
        if self.mode == "gap":
            return self._gap(several, scan)
        return [edge for bar in several for edge in bar] if len(several) > 1 else ()

    def _gap(self, several: Sequence[Span], scan: OneScan) -> Sequence[Edge]:
        """Between two neighbouring bars; round a whole ring the first comes after the last."""
        gaps = [(a[1], b[0]) for a, b in pairwise(several)]
        over = several[0][0]._replace(u=several[0][0].u + scan.way.length) if scan.closed and several else None
        if over is not None:
            gaps.append((several[-1][1], over))
        chosen = choose(gaps, self.select, self.expected_width_px) or ()
        return (chosen[0], several[0][0]) if over is not None and over in chosen else chosen

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

    def _one(self, view: View, scan: OneScan, exact: Sequence[Edge], count: int) -> Findings:
        px = scan.between(exact[0].u, exact[-1].u)
        middle = exact[0].u + px / 2
        position = scan.position(view, middle)
        width = scan.length(view, exact[0].u, exact[0].u + px) if len(exact) > 1 else position
        return self._findings(
            scan, exact, middle, px if len(exact) > 1 else None, width=width, position=position, edges=count
        )

    def _pitch(self, view: View, scan: OneScan, exact: Sequence[Edge], count: int) -> Findings:
        middles = [(a.u + b.u) / 2 for a, b in zip(exact[::2], exact[1::2], strict=True)]
        if scan.closed:
            middles.append(middles[0] + scan.way.length)
        steps = [scan.length(view, a, b) for a, b in pairwise(middles)]
        middle = (middles[0] + middles[-1]) / 2
        return self._findings(
            scan,
            exact,
            middle,
            (middles[-1] - middles[0]) / len(steps),
            width=sum(steps) / len(steps),
            position=scan.position(view, middle),
            smallest=min(steps),
            largest=max(steps),
            edges=count,
        )

    def _findings(
        self, scan: OneScan, exact: Sequence[Edge], middle: float, px: float | None, **values: float
    ) -> Findings:
        x, y = scan.way.point(0, middle)
        ends = scan.ends(exact)
        features: dict[str, Feature] = {"centre": Point(x, y, scan.direction_deg(middle)), "edge": _line(ends[0])}
        if len(ends) > 1:
            features["edge2"] = _line(ends[-1])
        found = Findings(contrast=min(map(strength, exact)), features=features, overlay=_drawn(ends))
        found.values.update(values)
        if px is not None and (turn := scan.angle_deg(px)) is not None:
            found.values["turn_deg"] = turn
        return found


def _line(ends: Ends) -> Line:
    (x1, y1), (x2, y2) = ends
    return Line(x1, y1, x2, y2)


def _drawn(lines: Sequence[Ends]) -> list[Shape]:
    """A line for each edge."""
    return [Shape(ends, closed=False, role="feature") for ends in lines]
