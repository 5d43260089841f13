"""The angle between two lines."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from ..imaging.between import angle_between, crossing
from ..result import Line, Point, Shape
from ..tool import Findings, Measure, Ref, Tool, View


class Angle(Tool):
    """From one line counter-clockwise to another; lines have no direction, so it is below 180 degrees."""

    type: Literal["angle"] = "angle"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("angle_deg", unit="deg", help="From the first to the second, counter-clockwise, 0 to 180", main=True),
        Measure("smaller_deg", unit="deg", help="The smaller one of the two that the lines make, 0 to 90"),
    )
    features: ClassVar[Mapping[str, Any]] = {"corner": Point}
    regions: ClassVar[tuple[int, int]] = (0, 0)

    a: Ref[Line]
    """The first line"""
    b: Ref[Line]
    """The second line"""

    def measure(self, view: View) -> Findings:
        a, b = view.line(self.a), view.line(self.b)
        turned, corner = angle_between(a, b), crossing(a, b)
        return Findings(
            angle_deg=turned,
            smaller_deg=min(turned, 180 - turned),
            features={} if corner is None else {"corner": corner},
            overlay=[Shape(((one.x1, one.y1), (one.x2, one.y2)), closed=False, role="feature") for one in (a, b)],
        )
