"""The line through a point that stands on another line."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from ..imaging.between import direction, foot
from ..result import Line, Point, Shape
from ..tool import Findings, Measure, Ref, Tool, View


class Perpendicular(Tool):
    """Through a point at right angles to a line, and where it meets the line."""

    type: Literal["perpendicular"] = "perpendicular"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("distance", unit="length", help="From the point to the line", main=True),
        Measure("x", unit="px", help="Where it meets the line, from the frame's left side"),
        Measure("y", unit="px", help="Where it meets the line, from the frame's top"),
    )
    features: ClassVar[Mapping[str, Any]] = {"line": Line, "foot": Point}
    regions: ClassVar[tuple[int, int]] = (0, 0)

    point: Ref[Point]
    """The point"""
    line: Ref[Line]
    """The line; it goes on beyond its ends"""

    def measure(self, view: View) -> Findings:
        point, base = view.point(self.point), view.line(self.line)
        at = foot(point, base)
        dx, dy = direction(base)
        # A line of no length has no direction: one that lies on the base is drawn a pixel long.
        apart = (at.x - point.x, at.y - point.y) != (0.0, 0.0)
        line = Line(point.x, point.y, at.x, at.y) if apart else Line(at.x, at.y, at.x - dy, at.y + dx)
        return Findings(
            distance=view.length((point.x, point.y), (at.x, at.y)),
            x=at.x,
            y=at.y,
            features={"line": line, "foot": at},
            overlay=[Shape(((line.x1, line.y1), (line.x2, line.y2)), closed=False, role="feature")],
        )
