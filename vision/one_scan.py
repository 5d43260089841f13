"""The one scan of a caliper over a region: along or across a rectangle, a line, a ring's sector or a path."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

import numpy as np

from .errors import ToolError
from .imaging.bent_scan import Arc, Bent
from .imaging.edge1d import BESIDE, Edge, Grid, edges, profile
from .imaging.edge_choice import Polarity, rises, strength
from .imaging.scan import Floats, Layout, Parallel, Places, Samples, Spokes, laid_out, sampled_once
from .view import Region, View

Spot = tuple[float, float]
MOST_KEPT = 100_000  # pixels: what is kept of a region takes 16 bytes each
SAME_PX = 1.0  # edges of two scans so near each other are one
BENT = (Arc, Bent)
CHORD_PX = 2.0  # bent ways are measured by chords so long


class Way(Protocol):
    """A single scan."""

    @property
    def count(self) -> int: ...
    @property
    def length(self) -> float: ...
    @property
    def width(self) -> float: ...
    def at(self, u: float, across: float) -> Spot: ...
    def point(self, k: int, u: float) -> Spot: ...
    def ends(self, k: int, u: float) -> tuple[Spot, Spot]: ...
    def places(self, columns: Floats, rows: Floats) -> Places: ...


class OneScan:
    """The scan, and the pixels along it.

    A whole ring has no end: it is scanned from the middle between two edges on, the first of which that is of the
    wanted polarity and lies behind its `start_deg`.
    """

    def __init__(self, view: View, across: bool, polarity: Polarity, smoothing: float, least: float) -> None:
        laid = _laid(view.region, across)
        self.way: Way = laid.way
        self.grid: Grid | None = laid.grid
        self.smoothing, self.least, self.begins_at = smoothing, least, 0.0
        self.closed = isinstance(self.way, Arc) and self.way.sweep_deg >= 360
        self.samples = self._sampled(view, laid.pixels)
        if isinstance(self.way, Arc) and self.closed:
            self._begin_between_edges(view, self.way, polarity)

    def edges(self) -> list[Edge]:
        """Those that have the contrast, and fainter ones beside them."""
        return self._edges(self.samples, self.grid)

    def length(self, view: View, a: float, b: float) -> float:
        """The way from `a` to `b` in the recipe's unit; bent where the scan is."""
        if isinstance(self.way, Parallel) or not isinstance(self.way, BENT) or _sideways(self.way):
            return view.length(self.way.point(0, a), self.way.point(0, b))
        knots = np.linspace(a, b, max(2, math.ceil(abs(b - a) / CHORD_PX) + 1))
        points = view.calibration.points(np.array([self.way.point(0, u) for u in knots.tolist()]))
        return float(np.hypot(*np.diff(points, axis=0).T).sum())

    def between(self, a: float, b: float) -> float:
        """From `a` on to `b` (px); round a whole ring also over its end."""
        return b - a + (self.way.length if self.closed and b < a else 0.0)

    def position(self, view: View, u: float) -> float:
        """From the region's beginning, in the recipe's unit."""
        start = -self.way.length / 2
        if not self.closed:
            return self.length(view, start, u)
        px = (u - start + self.begins_at) % self.way.length
        return px * self.length(view, start, -start) / self.way.length

    def angle_deg(self, px: float) -> float | None:
        """So much of the way seen from the centre; None: it does not run round one."""
        return math.degrees(px / self.way.radius) if isinstance(self.way, Arc) else None

    def direction_deg(self, u: float) -> float:
        """Where it goes on to at `u`, counter-clockwise."""
        if isinstance(self.way, Parallel):
            return self.way.angle_deg
        if isinstance(self.way, BENT):
            return self.way.direction_deg(u)
        (ax, ay), (bx, by) = self.way.point(0, -1.0), self.way.point(0, 1.0)
        return math.degrees(math.atan2(ay - by, bx - ax))

    def ends(self, found: Sequence[Edge]) -> list[tuple[Spot, Spot]]:
        """Of a line across the whole width at each edge."""
        return [self.way.ends(0, e.u) for e in found]

    def _sampled(self, view: View, laid: Layout) -> Samples:
        region = view.region
        if not len(laid.inside):
            raise ToolError(
                f"the region about ({region.centre[0]:.0f}, {region.centre[1]:.0f}) px has no pixel inside "
                f"the frame of {view.raw.shape[1]}x{view.raw.shape[0]} px and outside its masks"
            )
        return sampled_once(view.raw, region.box, laid, view.full_scale)

    def _sampled_along(self, view: View, way: Way) -> Samples:
        return self._sampled(view, laid_out(view.region.box, view.region.mask, way))

    def _edges(self, samples: Samples, grid: Grid | None = None) -> list[Edge]:
        return edges(profile(samples, self.way.length, self.way.width, grid), self.smoothing, BESIDE * self.least)

    def _begin_between_edges(self, view: View, arc: Arc, polarity: Polarity) -> None:
        """Edges in the half about the scan's end are taken from one that begins opposite."""
        half = self.way.length / 2
        opposite = self._edges(self._sampled_along(view, replace(arc, start_deg=arc.start_deg + 180)))
        reach = half / 2 + SAME_PX
        places = [(e.u + half, e) for e in self.edges() if abs(e.u) <= reach]
        places += [((e.u + 2 * half) % (2 * half), e) for e in opposite if abs(e.u) <= reach]
        every = sorted(((u, e) for u, e in places if strength(e) >= self.least), key=lambda one: one[0])
        strong = every[:1] + [one for before, one in pairwise(every) if one[0] - before[0] > SAME_PX]
        first = next((i for i, (_, e) in enumerate(strong) if rises(e, polarity)), None)
        if first is None or len(strong) < 2:
            return
        here, before = strong[first][0], strong[first - 1][0]
        self.begins_at = here - (here - before) % (2 * half) / 2
        self.way = replace(arc, start_deg=arc.start_deg + math.degrees(self.begins_at / arc.radius))
        self.samples, self.grid = self._sampled_along(view, self.way), None


@dataclass(frozen=True, slots=True)
class _Laid:
    """A scan over a region, and how its pixels fall into it."""

    way: Way
    pixels: Layout
    grid: Grid


def _laid(region: Region, across: bool) -> _Laid:
    """Worked out once, unless it is large.

    Raises:
        ToolError: It would fill the memory.
    """
    kept = region.kept.get((_Laid, across))
    if isinstance(kept, _Laid):
        return kept
    region.upright_size  # noqa: B018 - raises where the scan would fill the memory
    way = _way(region, across)
    pixels = laid_out(region.box, region.mask, way)
    laid = _Laid(way, pixels, Grid.of(pixels.u, pixels.count, way.length, way.width))
    if len(pixels.inside) <= MOST_KEPT:
        region.kept[_Laid, across] = laid
    return laid


def _sideways(way: Way) -> bool:
    return isinstance(way, Bent) and way.sideways


def _way(region: Region, across: bool) -> Way:
    ring, (width, height) = region.ring, region.size
    if ring is not None and across:
        return Spokes(region.centre, ring.inner, ring.outer, ring.start_deg, ring.sweep_deg, 1)
    if ring is not None:
        return Arc(region.centre, ring.inner, ring.outer, ring.start_deg, ring.sweep_deg)
    if region.path is not None and region.lies is not None:
        return Bent(region.path, region.lies, across)
    if across:
        return Parallel(region.centre, region.angle_deg - 90, height, width)
    return Parallel(region.centre, region.angle_deg, width, height)
