"""Measure a width all along a strip: smallest, largest, mean."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..imaging.edge1d import Edge
from ..imaging.edge_choice import Polarity, Select, chosen_pair
from ..result import Point, Shape
from ..tool import Findings, Measure, Tool, View
from ..walking import Pair, Walk, at, walk


class Scan(Tool):
    """Set calipers across a line, a path, a rectangle (from its left to its right side) or a ring, and measure widths.

    On each the pair of edges is measured that is asked for; those that have none do not count.
    """

    type: Literal["scan"] = "scan"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("mean", unit="length", help="Mean width", main=True),
        Measure("smallest", unit="length", help="The smallest width"),
        Measure("largest", unit="length", help="The largest width"),
        Measure("points", help="Calipers that found a pair of edges", int16="count"),
        Measure("missing", unit="%", help="Share of the calipers that found none, of those inside the frame"),
    )
    features: ClassVar[Mapping[str, Any]] = {"narrowest": Point, "widest": Point}
    region_kinds: ClassVar[tuple[str, ...]] = ("line", "path", "rectangle", "ring_sector")
    regions: ClassVar[tuple[int, int]] = (1, 1)

    step_px: Annotated[float, Field(ge=1, le=200)] = 4.0
    """From one caliper to the next; each is the mean over so far along the strip (px)"""
    polarity: Polarity = "any"
    """Of the first edge: to the right of the way (in a rectangle from top to bottom), in a ring outwards"""
    select: Select = "strongest"
    """Which pair to take where there are several"""
    expected_width_px: Annotated[float, Field(gt=0)] | None = None
    """Of several pairs take the one nearest to this width (px) instead"""
    min_contrast_grey: Annotated[float, Field(gt=0, le=255)] = 12.0
    """Smaller changes of level are no edges (grey levels, 0-255)"""
    smoothing_px: Annotated[float, Field(ge=0.5, le=10)] = 1.0
    """Blur along each caliper while looking for edges (px, sigma): more against noise, less for edges close together"""
    min_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of the calipers that must find a pair of edges"""

    def measure(self, view: View) -> Findings:
        """Measure on each caliper.

        Raises:
            ToolError: No pixel of the region lies inside the frame.
        """
        seen = walk(view, view.region, self.step_px, self.smoothing_px, self.min_contrast_grey, self._pair)
        needed = max(1, math.ceil(self.min_share * seen.seen))
        if len(seen.pairs) < needed:
            reason = seen.reason(needed, self.min_contrast_grey)
            return Findings(found=False, reason=reason, points=len(seen.pairs), overlay=seen.sides())
        return _findings(view, seen)

    def _pair(self, strong: Sequence[Edge]) -> Pair | None:
        return chosen_pair(strong, self.polarity, self.select, self.expected_width_px)


def _findings(view: View, seen: Walk) -> Findings:
    pairs = seen.pairs
    widths = [view.length(*one.ends) for one in pairs if one.ends is not None]
    narrowest, widest = (pairs[widths.index(of(widths))] for of in (min, max))
    marked = [Shape(one.ends, closed=False, role="feature") for one in (narrowest, widest) if one.ends is not None]
    return Findings(
        mean=math.fsum(widths) / len(widths),
        smallest=min(widths),
        largest=max(widths),
        points=len(pairs),
        missing=100 * (1 - len(pairs) / seen.seen),
        features={"narrowest": at(narrowest), "widest": at(widest)},
        overlay=[*seen.sides(), *marked],
    )
