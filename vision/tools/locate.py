"""Find a part by its edges, and carry the regions of later steps along with it."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging.edges import gradient
from ..imaging.levels import levels
from ..imaging.several import Found, Order, apart, finished, in_order
from ..imaging.shape_model import NoStructure, ShapeModel, learn
from ..imaging.shape_refine import Freedom, Match, ShapeRefiner
from ..imaging.shape_search import CANDIDATES, Range, ShapeSearch
from ..imaging.warp import similarity
from ..result import Object, Objects, Point
from ..roi import moved
from ..searching import may_lie, searched
from ..taught_part import TaughtPart
from ..tool import Findings, Measure, Part, Prepared, Sample, Taught, Tool, View

ALMOST = 0.6  # of the best candidate's score: others so good are looked at more closely
CLOSE_LOOKS = 6
FINISHED = 3
LOOKS_A_PART = 4  # candidates looked at for each of several parts
SEEN_GREY = np.uint8(96)  # of edges that are none of the part's, in the layer
SLOPE_PER_GREY = 0.25  # of an edge of one grey level, blurred as cameras do, in levels a px


class Locate(Tool):
    """Find a part taught by one good image from its edges: place and angle to a small part of a pixel.

    The first region is the part when it is taught; the second, if there is one, is where its centre is looked for.

    With `count` above 1 all parts are found; a group of steps can repeat for each. The numbers are the best one's.
    """

    type: Literal["locate"] = "locate"
    version: ClassVar[int] = 1
    learns: ClassVar[bool] = True
    searches: ClassVar[bool] = True
    locates: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("score", help="Share of the taught edges that were found, 0-1", main=True, int16="score"),
        Measure("x", unit="px", help="Centre of the taught region, from the frame's left side"),
        Measure("y", unit="px", help="Centre of the taught region, from the frame's top"),
        Measure("angle_deg", unit="deg", help="Turned against the taught image, counter-clockwise, -180 to 180"),
        Measure("scale", help="Size against the taught image"),
        Measure("count", help="Parts found; only where more than one is looked for"),
    )
    features: ClassVar[Mapping[str, Any]] = {"origin": Point}
    layers: ClassVar[tuple[str, ...]] = ("edges",)
    regions: ClassVar[tuple[int, int]] = (0, 2)

    min_score: Annotated[float, Field(ge=0.2, le=1)] = 0.6
    """Share of the taught edges that must be found"""
    angle_range_deg: Annotated[float, Field(ge=0, le=180)] = 20.0
    """So far the part may be turned to either side (deg); 180 is any angle"""
    scale_min: Annotated[float, Field(ge=0.5, le=1)] = 1.0
    """Smallest size against the taught one"""
    scale_max: Annotated[float, Field(ge=1, le=2)] = 1.0
    """Largest size against the taught one"""
    tolerance_px: Annotated[float, Field(ge=0.5, le=10)] = 1.5
    """So far an edge may lie from where the pose puts it and still count (px): more for parts that bend or are cast"""
    contrast: Literal["as_taught", "either"] = "as_taught"
    """Whether the part may also be light where it was taught dark, and dark where it was light"""
    min_contrast_grey: Annotated[float, Field(ge=1, le=255)] = 8.0
    """Fainter edges do not count (grey levels, 0-255)"""

    count: Annotated[int, Field(ge=1, le=100)] = 1
    """So many parts are found at most, the best ones; 1: the best one alone"""
    min_distance_px: Annotated[float, Field(ge=0)] = 0.0
    """Centres of two parts are at least so far apart (px); of two that are closer the better one counts"""
    max_overlap: Annotated[float, Field(ge=0, le=1)] = 0.3
    """Two parts cover each other by at most this share of the smaller one's taught region, taken as convex"""
    order: Order = "rows"
    """How several are numbered: row by row from the top left, from left to right, from top to bottom, or best first"""

    @model_validator(mode="after")
    def _not_turned_about(self) -> Self:
        if self.scale_min > self.scale_max:
            raise ValueError(f"scale_min {self.scale_min} is above scale_max {self.scale_max}")
        return self

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn the edges in the first region of the first good sample.

        Raises:
            TeachError: There is no good sample, or no structure by which the part could be found.
        """
        part = TaughtPart.learned(samples, self.type)
        try:
            model = learn(part.levels, part.mask, part.origin, self.faint)
        except NoStructure as exc:
            raise TeachError(f"the part cannot be found by its edges: {exc}") from exc
        return Taught(arrays=part.arrays, parameters={} if model.turns else {"angle_range_deg": 0.0})

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Turn and scale the model through its range, and look for it once in an empty frame.

        Raises:
            ToolError: Taught data is missing or does not fit.
        """
        return _Ready(self, taught)

    def measure(self, view: View) -> Findings:
        """Raise ToolError: a model is needed, so this works only when prepared."""
        raise ToolError("not taught: locate needs a model; teach this step")

    @property
    def most_parts(self) -> int:
        return self.count

    @property
    def faint(self) -> float:
        """Flatter is no edge (grey levels a px)."""
        return self.min_contrast_grey * SLOPE_PER_GREY


class _Ready:
    """A model ready to be looked for."""

    def __init__(self, tool: Locate, taught: Taught) -> None:
        self.tool = tool
        self.part = TaughtPart.of(taught)
        self.model = _model(self.part, tool)
        width, height = self.part.frame_size
        span = Range(tool.angle_range_deg, tool.scale_min, tool.scale_max)
        either = tool.contrast == "either"
        most = max(CANDIDATES, 2 * LOOKS_A_PART * tool.count) if tool.count > 1 else CANDIDATES
        self.search = ShapeSearch(self.model, span, either, most)
        turns = tool.angle_range_deg > 0 and self.model.turns
        freedom = Freedom(turns, tool.scale_max > tool.scale_min, either, tool.faint, tool.tolerance_px)
        self.refiner = ShapeRefiner(self.model, self.search.factor // 2, freedom)
        self.measure(View(np.zeros((height, width), np.uint8)))
        at_home = np.array([*self.model.origin, 0.0, 1.0])
        self.refiner.finish(self.model.image, 255, self.refiner.approach(self.model.image, 255, at_home).pose)

    def measure(self, view: View) -> Findings:
        several = self.tool.count > 1
        ends = self._several(view) if several else self._best(view)
        found = self._said(ends, several)
        if "edges" in view.layers:
            found.layers = {"edges": _edges(view, self.tool.faint, ends if several else ends[:1])}
        return found

    def _said(self, ends: Sequence[Match], several: bool) -> Findings:
        if not ends:
            return Findings(found=False, reason="part not found: no edges like the taught ones", score=0.0)
        if ends[0].score < self.tool.min_score:
            reason = f"part not found: {ends[0].score:.0%} of the taught edges, {self.tool.min_score:.0%} needed"
            return Findings(found=False, reason=reason, score=ends[0].score)
        return self._all(ends) if several else self._findings(ends[0])

    def _best(self, view: View) -> list[Match]:
        """The best one; none where nothing is like it."""
        looks = self._looks(view, CLOSE_LOOKS, ALMOST)
        ends = [self._finish(view, m) for m in looks[:FINISHED] if self._within(view, m)]
        best = max((m for m in ends if self._within(view, m)), key=lambda m: m.score, default=None)
        return [] if best is None else [best]

    def _several(self, view: View) -> list[Match]:
        """All that are like it, none twice, best first."""
        looks = self._looks(view, LOOKS_A_PART * self.tool.count + CLOSE_LOOKS, ALMOST * self.tool.min_score)
        ends = finished((m for m in looks if self._within(view, m)), lambda m: self._finish(view, m))
        return [m for m in ends if self._within(view, m)]

    def _finish(self, view: View, look: Match) -> Match:
        view.check_time()
        return self.refiner.finish(view.raw, view.full_scale, look.pose)

    def _all(self, ends: Sequence[Match]) -> Findings:
        """Every part that is good enough, in order; the numbers are the best one's."""
        good = [self._findings(m) for m in ends if m.score >= self.tool.min_score]
        found = [Found(one, one.pose, moved(self.part.outline, one.pose)) for one in good if one.pose is not None]
        chosen = apart(found, self.tool.min_distance_px, self.tool.max_overlap)[: self.tool.count]
        parts = in_order(chosen, self.tool.order, float(np.ptp(self.part.outline[:, 1])))
        best = chosen[0].what
        best.parts = tuple(Part(one.pose, one.what.features) for one in parts)
        best.overlay = tuple(shape for one in parts for shape in one.what.overlay)
        best.objects = Objects(len(parts), tuple(part.what.objects.first[0] for part in parts if part.what.objects))
        best.values["count"] = len(parts)
        return best

    def _looks(self, view: View, most: int, share: float) -> list[Match]:
        """Candidates of at least `share` of the best one's score, looked at more closely; best first."""
        part, first, allowed = searched(view, self.search.reach)
        if min(part.shape[:2]) < 2 * self.search.factor:
            raise ToolError(f"the region to search is {part.shape[1]}x{part.shape[0]} px, too small for this part")
        found = self.search.candidates(levels(part, view.full_scale), allowed, view.check_time)
        looks = []
        for x, y, angle, scale, score in found[:most].tolist():
            if score < share * found[0, 4]:
                break
            start = np.array([x + first[0], y + first[1], math.radians(angle), scale])
            looks.append(self.refiner.approach(view.raw, view.full_scale, start))
            view.check_time()
        return sorted(looks, key=lambda m: -m.score)

    def _within(self, view: View, match: Match) -> bool:
        """Whether a pose keeps to the range, and its centre to the frame and to the region to search."""
        x, y, angle, scale = match.pose.tolist()
        tool, slack = self.tool, 1.0
        turned = abs((math.degrees(angle) + 180) % 360 - 180)
        if turned > tool.angle_range_deg + slack or not tool.scale_min - 0.02 <= scale <= tool.scale_max + 0.02:
            return False
        return may_lie(view, x, y)

    def _findings(self, match: Match) -> Findings:
        x, y, angle, scale = match.pose.tolist()
        angle_deg = (math.degrees(angle) + 180) % 360 - 180
        pose = similarity(self.part.centre, (x, y), angle_deg, scale)
        origin = Point(x, y, angle_deg, scale)
        return Findings(
            score=match.score,
            x=x,
            y=y,
            angle_deg=angle_deg,
            scale=scale,
            pose=pose,
            features={"origin": origin},
            overlay=self.part.drawn(pose, match.score),
            objects=Objects(1, (Object(origin, {"score": match.score}),)),
        )


def _edges(view: View, faint: float, ends: Sequence[Match]) -> NDArray[np.uint8]:
    """Of the frame: edges that are strong enough grey, of them those that lie as they were taught white."""
    steep = gradient(levels(view.raw, view.full_scale))[..., 2] >= faint
    shown = np.where(steep, SEEN_GREY, np.uint8(0))
    height, width = shown.shape
    for match in ends:
        x, y = np.rint(match.places[match.found]).astype(int).T
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        shown[y[inside], x[inside]] = 255
    return shown


def _model(part: TaughtPart, tool: Locate) -> ShapeModel:
    try:
        return learn(part.levels, part.mask, part.origin, tool.faint)
    except NoStructure as exc:
        raise ToolError(
            f"the taught part cannot be found by its edges: {exc}; lower min_contrast_grey or teach again"
        ) from exc
