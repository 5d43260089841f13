"""Calipers across a region's strip, at equal steps along it."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .errors import ToolError
from .imaging.bent_scan import Bent
from .imaging.edge1d import BESIDE, Edge, edges, placed_on, profile
from .imaging.edge_choice import strength
from .imaging.scan import Parallel, Samples, Scan, Spokes, sampled
from .imaging.strip import Strip
from .result import Point, Shape
from .view import Region, View

ROUNDING = 1e-3  # grey levels: an edge of exactly the contrast needed is one
Pair = tuple[Edge, ...]
Spot = tuple[float, float]
MOST_STEPS = 5000
SEEN = 0.5  # share of a caliper that has to be seen: else it cannot tell that something is missing


@dataclass(frozen=True, slots=True)
class Crossing:
    """What one caliper found."""

    along: float  # px, of its middle from the strip's beginning
    place: Spot  # frame px, of its middle in the middle of the strip
    seen: bool  # whether half of it lies inside the frame and outside masks, or a pair was found
    ends: tuple[Spot, Spot] | None = None  # frame px, of the pair of edges; None = there is none
    across: float = 0.0  # px, of the pair's middle, positive to the right of the way
    foot: Spot = (0.0, 0.0)  # frame px, in the middle of the strip, beside the pair's middle

    @property
    def middle(self) -> Spot:
        """Of the pair; where there is none the strip's."""
        if self.ends is None:
            return self.place
        (ax, ay), (bx, by) = self.ends
        return (ax + bx) / 2, (ay + by) / 2


@dataclass(frozen=True, slots=True)
class Walk:
    """All calipers, in their order."""

    crossings: tuple[Crossing, ...]
    step: float  # px from one to the next
    closed: bool  # the last is the first one's neighbour
    best_grey: float  # contrast of the strongest edge on any of them

    @property
    def pairs(self) -> list[Crossing]:
        """Those that found one."""
        return [one for one in self.crossings if one.ends is not None]

    @property
    def seen(self) -> int:
        """Calipers that could find a pair."""
        return sum(one.seen for one in self.crossings)

    def sides(self) -> list[Shape]:
        """Both sides of what was found, to be drawn: one line each from gap to gap."""
        shapes = []
        for run in _runs(self.crossings):
            for side in (0, 1):
                points = tuple(one.ends[side] for one in run if one.ends is not None)
                shapes.append(Shape(points, closed=False, role="feature"))
        return shapes

    def reason(self, needed: int, min_contrast: float) -> str:
        """Why too few calipers found something, in words."""
        if not self.pairs and self.best_grey < min_contrast - ROUNDING:
            best = math.floor(self.best_grey + ROUNDING)
            return f"edge not found: contrast {best} grey levels, {min_contrast:.0f} needed"
        return f"{len(self.pairs)} of {self.seen} calipers have a pair of edges, {needed} needed"


def walk(
    view: View,
    region: Region,
    step_px: float,
    smoothing_px: float,
    min_contrast: float,
    chosen: Callable[[Sequence[Edge]], Pair | None],
) -> Walk:
    """Look for a pair of edges on each caliper, to the right of the way, in a ring's sector outwards.

    Args:
        step_px: From one to the next; each is the mean over so far along the strip.
        chosen: Takes the pair that is meant of the edges that have the contrast.

    Raises:
        ToolError: No pixel of the region lies inside the frame, or the time is over.
    """
    strip = region.strip
    count = min(max(1, round(strip.length / step_px)), MOST_STEPS)
    found: list[tuple[Crossing, Scan, Samples]] = []
    wanted: list[tuple[Samples, Edge, Sequence[Edge]]] = []
    best, pixels, whole = 0.0, 0, []
    for crossing, scan, samples in _calipers(view, region, strip, count):
        view.check_time()
        pixels += len(samples.u)
        every = edges(profile(samples, scan.length, scan.width), smoothing_px, BESIDE * min_contrast)
        best = max(best, max(map(strength, every), default=0.0))
        pair = chosen([edge for edge in every if strength(edge) >= min_contrast - ROUNDING])
        if pair is None:
            whole.append(crossing)
            continue
        found.append((crossing, scan, samples))
        wanted += [(samples, edge, every) for edge in (pair[0], pair[-1])]
    if not pixels:
        raise ToolError("no pixel of the region lies inside the frame and outside its masks")
    exact = placed_on(wanted)
    view.check_time()
    for (crossing, scan, samples), first, last in zip(found, exact[::2], exact[1::2], strict=True):
        ends = scan.at(first.u, samples.across), scan.at(last.u, samples.across)
        across, foot = (first.u + last.u) / 2, scan.at(0.0, samples.across)
        whole.append(Crossing(crossing.along, crossing.place, True, ends, across, foot))
    whole.sort(key=lambda one: one.along)
    return Walk(tuple(whole), strip.length / count, strip.closed, best)


def ways(view: View, crossings: Sequence[Crossing]) -> list[float]:
    """How far along the strip each lies, in the recipe's unit, the first half a step from its beginning."""
    points = view.calibration.points(np.array([one.place for one in crossings]))
    steps = np.hypot(*np.diff(points, axis=0).T)
    first = float(steps[0]) / 2 if len(steps) else 0.0
    return [first, *(first + np.cumsum(steps)).tolist()]


def at(crossing: Crossing) -> Point:
    """Where it found something, as a feature."""
    return Point(*crossing.middle)


def _calipers(view: View, region: Region, strip: Strip, count: int) -> Iterator[tuple[Crossing, Scan, Samples]]:
    along = (np.arange(count) + 0.5) * (strip.length / count)
    places = [(float(x), float(y)) for x, y in strip.to_frame(along, np.zeros(count))]
    scan, found = _scans(view, region, strip, count)
    for number, samples in enumerate(found):
        seen = float(samples.count.sum()) >= SEEN * scan.length * scan.width
        yield Crossing(float(along[number]), places[number], seen), scan, samples


def _scans(view: View, region: Region, strip: Strip, count: int) -> tuple[Scan, list[Samples]]:
    """In the order of the way."""
    ring = region.ring
    if region.path is not None and region.lies is not None:
        scan: Scan = Bent(region.path, region.lies, sideways=True, count=count)
    elif ring is not None:
        scan = Spokes(region.centre, ring.inner, ring.outer, ring.start_deg, ring.sweep_deg, count)
    else:
        scan = Parallel(region.centre, region.angle_deg - 90, strip.width, strip.length, count)
    found = sampled(view.raw, region.box, region.mask, scan, view.full_scale)
    if isinstance(scan, Parallel):  # numbered clockwise from where it scans to: against the way
        found.reverse()
    return scan, found


def _runs(crossings: Sequence[Crossing]) -> Iterator[list[Crossing]]:
    run: list[Crossing] = []
    for one in crossings:
        if one.ends is not None:
            run.append(one)
        elif run:
            yield run
            run = []
    if run:
        yield run
