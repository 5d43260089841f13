"""How like a taught pattern the image is, and where, and carry the regions of later steps along with it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..calibration import Calibration
from ..errors import ToolError
from ..patterns import PatternFinder, not_found, teach_pattern
from ..result import Object, Objects, Point
from ..tool import Findings, Measure, Prepared, Sample, Taught, Tool, View

CANDIDATES = 3


class PatternMatchTool(Tool):  # PatternMatch is a rule for readings
    """Find the place most like a pattern taught by one good image, by the correlation of grey levels.

    The first region is the pattern when it is taught; the second, if there is one, is where its centre is looked for.
    For prints, labels and textures that turn little; for what turns far or is partly hidden there is locate.
    """

    type: Literal["pattern_match"] = "pattern_match"
    learns: ClassVar[bool] = True
    searches: ClassVar[bool] = True
    locates: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "score",
            help="Likeness, 0-1; brightness and contrast do not matter",
            main=True,
            int16="score",
        ),
        Measure("x", unit="px", help="Centre of the taught region, from the frame's left side"),
        Measure("y", unit="px", help="Centre of the taught region, from the frame's top"),
        Measure("angle_deg", unit="deg", help="Turned against the taught image, counter-clockwise"),
    )
    features: ClassVar[Mapping[str, Any]] = {"origin": Point}
    regions: ClassVar[tuple[int, int]] = (0, 2)

    min_score: Annotated[float, Field(ge=0.2, le=1)] = 0.7
    """Less like it is not found"""
    angle_range_deg: Annotated[float, Field(ge=0, le=45)] = 0.0
    """So far it may be turned to either side (deg); takes time"""

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn the first region of the first good sample.

        Raises:
            TeachError: There is no good sample, or no structure by which a place could be told.
        """
        return teach_pattern(samples, self.type)

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        return _Ready(self, PatternFinder(taught, self.angle_range_deg))

    def measure(self, view: View) -> Findings:
        raise ToolError("not taught: pattern_match needs a pattern; teach this step")


class _Ready:
    def __init__(self, tool: PatternMatchTool, finder: PatternFinder) -> None:
        self.tool, self.finder = tool, finder

    def measure(self, view: View) -> Findings:
        hits = self.finder.found(view, CANDIDATES, self.tool.min_score)
        score = max(hits[0].score, 0.0) if hits else 0.0
        if score < self.tool.min_score:
            return Findings(found=False, reason=not_found(score, self.tool.min_score), score=score)
        best = hits[0]
        pose, origin = self.finder.pose(best), Point(best.x, best.y, best.angle_deg)
        return Findings(
            score=min(score, 1.0),
            x=best.x,
            y=best.y,
            angle_deg=best.angle_deg,
            pose=pose,
            features={"origin": origin},
            overlay=self.finder.part.drawn(pose, score),
            objects=Objects(1, (Object(origin, {"score": score}),)),
        )
