"""How well two circles share their centre."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from ..result import Circle, Line, Shape
from ..tool import Findings, Measure, Ref, Tool, View


class Concentricity(Tool):
    """The zone round the first circle's centre in which the second one's lies: twice the distance of the centres."""

    type: Literal["concentricity"] = "concentricity"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("concentricity", unit="length", help="Diameter of the zone: twice the distance", main=True),
        Measure("distance", unit="length", help="Between the two centres"),
    )
    features: ClassVar[Mapping[str, Any]] = {"line": Line}
    regions: ClassVar[tuple[int, int]] = (0, 0)

    a: Ref[Circle]
    """The circle that the other one is held to"""
    b: Ref[Circle]
    """The other circle"""

    def measure(self, view: View) -> Findings:
        a, b = view.circle(self.a), view.circle(self.b)
        apart = view.length((a.x, a.y), (b.x, b.y))
        return Findings(
            concentricity=2 * apart,
            distance=apart,
            features={"line": Line(a.x, a.y, b.x, b.y)},
            overlay=[Shape(((a.x, a.y), (b.x, b.y)), closed=False, role="feature")],
        )
