"""Count the places that are like a taught pattern."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from ..calibration import Calibration
from ..errors import ToolError
from ..imaging.pattern_fit import Hit
from ..imaging.several import Found, Order, apart, in_order
from ..patterns import PatternFinder, not_found, teach_pattern
from ..result import MOST_OBJECTS, Object, Objects, Point
from ..roi import moved
from ..tool import Findings, Measure, Part, Prepared, Sample, Taught, Tool, View

SPARE = 2  # times as many places are looked at closely as may be counted


class PatternCount(Tool):
    """Count all places like a pattern taught by one good image, by the correlation of grey levels.

    The first region is the pattern when it is taught; the second, if there is one, is where centres are looked for. A
    group of steps can repeat for each place. None found is a count of 0.
    """

    type: Literal["pattern_count"] = "pattern_count"
    learns: ClassVar[bool] = True
    searches: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("count", help="Places found", main=True, int16="count"),
        Measure("lowest", help="Score of the one least like the pattern; only where one was found"),
        Measure("highest", help="Score of the best one; where none was found, of what came nearest"),
    )
    regions: ClassVar[tuple[int, int]] = (0, 2)

    min_score: Annotated[float, Field(ge=0.2, le=1)] = 0.7
    """Less like it does not count; 1 is the same but for brightness and contrast"""
    angle_range_deg: Annotated[float, Field(ge=0, le=45)] = 0.0
    """So far each may be turned to either side (deg); takes time"""
    count: Annotated[int, Field(ge=1, le=500)] = 100
    """So many are counted at most, the best ones"""
    min_distance_px: Annotated[float, Field(ge=0)] = 0.0
    """Centres of two are at least so far apart (px); of two that are closer the better one counts"""
    max_overlap: Annotated[float, Field(ge=0, le=1)] = 0.3
    """Two cover each other by at most this share of the taught region, taken as convex"""
    order: Order = "rows"
    """How they are numbered: row by row from the top left, from left to right, from top to bottom, or best first"""

    @property
    def most_parts(self) -> int:
        return self.count

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn the first region of the first good sample.

        Raises:
            TeachError: There is no good sample, or no structure by which a place could be told.
        """
        return teach_pattern(samples, self.type)

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        return _Ready(self, PatternFinder(taught, self.angle_range_deg))

    def measure(self, view: View) -> Findings:
        raise ToolError("not taught: pattern_count needs a pattern; teach this step")


class _Ready:
    def __init__(self, tool: PatternCount, finder: PatternFinder) -> None:
        self.tool, self.finder = tool, finder

    def measure(self, view: View) -> Findings:
        tool = self.tool
        hits = self.finder.found(view, SPARE * tool.count + SPARE, tool.min_score)
        highest = min(max(hits[0].score, 0.0), 1.0) if hits else 0.0
        places = [self._place(hit) for hit in hits if hit.score >= tool.min_score]
        kept = apart(places, tool.min_distance_px, tool.max_overlap)[: tool.count]
        view.check_time()
        ordered = in_order(kept, tool.order, float(np.ptp(self.finder.part.outline[:, 1])))
        return Findings(
            count=len(ordered),
            lowest=min(one.what.score for one in ordered) if ordered else None,
            highest=highest,
            objects=Objects(len(ordered), tuple(_object(one.what) for one in ordered[:MOST_OBJECTS])),
            parts=[Part(one.pose) for one in ordered],
            overlay=[
                shape
                for one in ordered[:MOST_OBJECTS]
                for shape in self.finder.part.drawn(one.pose, one.what.score)[:1]
            ],
            reason="" if ordered else not_found(highest, tool.min_score),
        )

    def _place(self, hit: Hit) -> Found[Hit]:
        pose = self.finder.pose(hit)
        return Found(hit, pose, moved(self.finder.part.outline, pose))


def _object(hit: Hit) -> Object:
    return Object(Point(hit.x, hit.y, hit.angle_deg), {"score": hit.score})
