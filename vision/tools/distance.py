"""How far a point lies from another one, or from a line."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from ..imaging.between import foot
from ..result import Line, Point, Shape
from ..tool import Findings, Measure, Ref, Tool, View


class Distance(Tool):
    """From a point to another point, or straight to a line, which goes on beyond its ends."""

    type: Literal["distance"] = "distance"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("distance", unit="length", help="The shortest", main=True),
        Measure("dx", unit="px", help="To the right, from the first to the second"),
        Measure("dy", unit="px", help="Downwards, from the first to the second"),
    )
    features: ClassVar[Mapping[str, Any]] = {"line": Line, "middle": Point}
    regions: ClassVar[tuple[int, int]] = (0, 0)

    a: Ref[Point]
    """The point"""
    b: Ref[Point] | None = None
    """The other point; or give a line"""
    line: Ref[Line] | None = None
    """The line; or give another point"""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.b is None) == (self.line is None):
            raise ValueError("give either b, another point, or line")
        return self

    def measure(self, view: View) -> Findings:
        p = view.point(self.a)
        q = view.point(self.b) if self.b is not None else foot(p, view.line(self.line or ""))
        return Findings(
            distance=view.length((p.x, p.y), (q.x, q.y)),
            dx=q.x - p.x,
            dy=q.y - p.y,
            features={"line": Line(p.x, p.y, q.x, q.y), "middle": Point((p.x + q.x) / 2, (p.y + q.y) / 2)},
            overlay=[Shape(((p.x, p.y), (q.x, q.y)), closed=False, role="feature")],
        )
