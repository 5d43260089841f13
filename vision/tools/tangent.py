"""The lines through a point that touch a circle."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from ..imaging.between import tangents
from ..result import Circle, Line, Point, Shape
from ..tool import Findings, Measure, Ref, Tool, View


class Tangent(Tool):
    """Through a point onto a circle: first the line to the left of the circle, seen from the point."""

    type: Literal["tangent"] = "tangent"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("length", unit="length", help="From the point to where the first one touches", main=True),
    )
    features: ClassVar[Mapping[str, Any]] = {"line": Line, "line2": Line, "touch": Point, "touch2": Point}
    regions: ClassVar[tuple[int, int]] = (0, 0)

    point: Ref[Point]
    """The point"""
    circle: Ref[Circle]
    """The circle"""

    def measure(self, view: View) -> Findings:
        p, circle = view.point(self.point), view.circle(self.circle)
        found = tangents(p, circle)
        if found is None:
            far = ((p.x - circle.x) ** 2 + (p.y - circle.y) ** 2) ** 0.5
            reason = (
                f"the point lies inside the circle: {far:.2f} px from its centre, the radius is {circle.radius:.2f} px"
            )
            return Findings(found=False, reason=reason)
        one, two = found
        return Findings(
            length=view.length((p.x, p.y), (one.x, one.y)),
            features={
                "line": Line(p.x, p.y, one.x, one.y),
                "line2": Line(p.x, p.y, two.x, two.y),
                "touch": one,
                "touch2": two,
            },
            overlay=[Shape(((p.x, p.y), (t.x, t.y)), closed=False, role="feature") for t in found],
        )
