"""How well two lines run side by side."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from ..imaging.between import angle_between, foot
from ..result import Line, Point, Shape
from ..tool import Findings, Measure, Ref, Tool, View


class Parallelism(Tool):
    """The width of the zone along the first line in which the second one lies, from end to end."""

    type: Literal["parallelism"] = "parallelism"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("parallelism", unit="length", help="Width of the zone over the second line's length", main=True),
        Measure("angle_deg", unit="deg", help="From the first line to the second, counter-clockwise, above -90 to 90"),
        Measure("distance", unit="length", help="From the second line's middle to the first line"),
    )
    features: ClassVar[Mapping[str, Any]] = {"line": Line}
    regions: ClassVar[tuple[int, int]] = (0, 0)

    a: Ref[Line]
    """The line that the other one is held to; it goes on beyond its ends"""
    b: Ref[Line]
    """The other line"""

    def measure(self, view: View) -> Findings:
        a, b = view.line(self.a), view.line(self.b)
        first, middle, last = (Point(b.x1 + t * (b.x2 - b.x1), b.y1 + t * (b.y2 - b.y1)) for t in (0.0, 0.5, 1.0))
        one, two = foot(first, a), foot(last, a)
        # The first end's way to the line, set down beside the second end's: what is left is the zone's width.
        beside = (two.x + first.x - one.x, two.y + first.y - one.y)
        near = foot(middle, a)
        turned = angle_between(a, b)
        return Findings(
            parallelism=view.length((last.x, last.y), beside),
            angle_deg=turned - 180 if turned > 90 else turned,
            distance=view.length((middle.x, middle.y), (near.x, near.y)),
            features={"line": Line(middle.x, middle.y, near.x, near.y)},
            overlay=[Shape(((one.x1, one.y1), (one.x2, one.y2)), closed=False, role="feature") for one in (a, b)],
        )
