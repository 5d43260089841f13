"""Where two lines meet."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from ..imaging.between import PARALLEL_DEG, angle_between, crossing
from ..result import Line, Point, Shape
from ..tool import Findings, Measure, Ref, Tool, View


class Intersection(Tool):
    """The point where two lines meet; they go on beyond their ends."""

    type: Literal["intersection"] = "intersection"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("x", unit="px", help="From the frame's left side", main=True),
        Measure("y", unit="px", help="From the frame's top"),
    )
    features: ClassVar[Mapping[str, Any]] = {"point": Point}
    regions: ClassVar[tuple[int, int]] = (0, 0)

    a: Ref[Line]
    """The first line"""
    b: Ref[Line]
    """The second line"""

    def measure(self, view: View) -> Findings:
        a, b = view.line(self.a), view.line(self.b)
        at = crossing(a, b)
        if at is None:
            turned = angle_between(a, b)
            apart = min(turned, 180 - turned)
            reason = f"the lines are parallel: {apart:.3f} degrees apart, {PARALLEL_DEG:g} needed"
            return Findings(found=False, reason=reason)
        lines = [((one.x1 + one.x2) / 2, (one.y1 + one.y2) / 2) for one in (a, b)]
        shapes = [Shape((middle, (at.x, at.y)), closed=False, role="feature") for middle in lines]
        return Findings(x=at.x, y=at.y, features={"point": at}, overlay=shapes)
