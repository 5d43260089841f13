"""The line halfway between two lines."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from ..imaging.between import angle_deg, middle, midline
from ..result import Feature, Line, Point, Shape
from ..tool import Findings, Measure, Ref, Tool, View


class Midline(Tool):
    """Halfway between two lines: of a slot its middle; of lines that cross, what halves their smaller angle."""

    type: Literal["midline"] = "midline"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("angle_deg", unit="deg", help="In the frame, counter-clockwise, above -45 to 135", main=True),
    )
    features: ClassVar[Mapping[str, Any]] = {"line": Line, "centre": Point}
    regions: ClassVar[tuple[int, int]] = (0, 0)

    a: Ref[Line]
    """The first line"""
    b: Ref[Line]
    """The second line"""

    def measure(self, view: View) -> Findings:
        line = midline(view.line(self.a), view.line(self.b))
        shape = Shape(((line.x1, line.y1), (line.x2, line.y2)), closed=False, role="feature")
        features: dict[str, Feature] = {"line": line, "centre": middle(line)}
        return Findings(angle_deg=angle_deg(line), features=features, overlay=[shape])
