"""The point halfway between two points."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from ..result import Line, Point, Shape
from ..tool import Findings, Measure, Ref, Tool, View


class Midpoint(Tool):
    """Halfway between two points."""

    type: Literal["midpoint"] = "midpoint"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("x", unit="px", help="From the frame's left side", main=True),
        Measure("y", unit="px", help="From the frame's top"),
    )
    features: ClassVar[Mapping[str, Any]] = {"point": Point, "line": Line}
    regions: ClassVar[tuple[int, int]] = (0, 0)

    a: Ref[Point]
    """The first point"""
    b: Ref[Point]
    """The second point"""

    def measure(self, view: View) -> Findings:
        a, b = view.point(self.a), view.point(self.b)
        x, y = (a.x + b.x) / 2, (a.y + b.y) / 2
        shape = Shape(((a.x, a.y), (b.x, b.y)), closed=False, role="feature")
        return Findings(x=x, y=y, features={"point": Point(x, y), "line": Line(a.x, a.y, b.x, b.y)}, overlay=[shape])
