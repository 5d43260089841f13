"""A taught pattern found on a step's frame: what the tools share that look for one by normalised correlation."""

import math
from collections.abc import Sequence

import numpy as np

from .errors import TeachError, ToolError
from .imaging.levels import levels
from .imaging.pattern import Pattern, Structureless, learn
from .imaging.pattern_fit import Hit, PatternFit
from .imaging.pattern_search import PatternSearch
from .imaging.warp import similarity
from .roi import Pose
from .searching import may_lie, searched
from .taught_part import TaughtPart
from .tool import Sample, Taught
from .view import View

SLACK_DEG = 1.0  # beyond the range asked for
SAME_PX = 1.5  # nearer is the same
LOST = 0.35  # of the score, at most, in the small image in which candidates are found


def teach_pattern(samples: Sequence[Sample], tool: str) -> Taught:
    """Keep the first region of the first good sample; proposes no turning for what looks the same turned.

    Raises:
        TeachError: There is no good sample, or no structure by which a place could be told.
    """
    part = TaughtPart.learned(samples, tool)
    try:
        pattern = learn(part.levels, part.mask, part.origin)
    except Structureless as exc:
        raise TeachError(f"the pattern cannot be found again: {exc}") from exc
    return Taught(arrays=part.arrays, parameters={} if pattern.turns else {"angle_range_deg": 0.0})


class PatternFinder:
    """A taught pattern, ready to be looked for."""

    def __init__(self, taught: Taught, angle_range_deg: float) -> None:
        """Raises ToolError: Taught data is missing or does not fit."""
        self.part = TaughtPart.of(taught)
        self.angle_range_deg = angle_range_deg
        pattern = _pattern(self.part)
        self.search = PatternSearch(pattern, angle_range_deg)
        self.fit = PatternFit(pattern, self.search.factor, angle_range_deg > 0 and pattern.turns)
        width, height = self.part.frame_size
        self.found(View(np.zeros((height, width), np.uint8)), 1)

    def found(self, view: View, most: int, least: float = 0.0) -> list[Hit]:
        """Where it lies, best first, none twice; at most `most` places are looked at closely.

        Of those whose score can hardly be `least`, only the best one is.

        Raises:
            ToolError: What is looked at is smaller than the pattern, or the time is over.
        """
        image, (x, y), allowed = searched(view, self.search.reach)
        grey = levels(image, view.full_scale)
        if not self.search.fits(grey):
            raise ToolError(f"the region to search is {grey.shape[1]}x{grey.shape[0]} px, too small for this pattern")
        view.check_time()
        rows = self.search.candidates(grey, most, allowed, view.check_time).tolist()
        rows = rows[:1] + [row for row in rows[1:] if row[3] >= least - LOST]
        pyramid = self.fit.pyramid(grey)
        hits: list[Hit] = []
        for row in rows:
            view.check_time()
            hit = self.fit.fit(pyramid, Hit(*row))
            hits.append(Hit(hit.x + x, hit.y + y, hit.angle_deg, hit.score))
        hits = [hit for hit in hits if self._within(view, hit)]
        return _once(sorted(hits, key=lambda hit: -hit.score))

    def pose(self, hit: Hit) -> Pose:
        """Taught px -> this frame's px."""
        return similarity(self.part.centre, (hit.x, hit.y), hit.angle_deg)

    def _within(self, view: View, hit: Hit) -> bool:
        return abs(hit.angle_deg) <= self.angle_range_deg + SLACK_DEG and may_lie(view, hit.x, hit.y)


def not_found(best: float, wanted: float) -> str:
    """In words, with the score that came nearest."""
    return f"pattern not found: best score {max(best, 0):.2f}, {wanted:.2f} needed"


def _pattern(part: TaughtPart) -> Pattern:
    try:
        return learn(part.levels, part.mask, part.origin)
    except Structureless as exc:
        raise ToolError(f"the taught pattern cannot be found again: {exc}; teach this step") from exc


def _once(hits: Sequence[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in hits:
        if all(math.hypot(hit.x - other.x, hit.y - other.y) > SAME_PX for other in kept):
            kept.append(hit)
    return kept
