"""Find burrs and chips along an edge that should be straight or round."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..imaging.edge_choice import Polarity, Select
from ..imaging.edge_fit import Fit, circle_through, line_through
from ..imaging.edge_line import EdgeLine, Wanted
from ..imaging.runs import Run, runs
from ..imaging.scan import Parallel, Scan, Spokes, sampled
from ..result import MOST_OBJECTS, Circle, Line, Object, Objects, Point, Shape
from ..scanning import drawn, edges_in, faint
from ..tool import Findings, Measure, Region, Tool, View

Floats = NDArray[np.float64]
MOST_SCANS = 5000
BESIDE_PX = 3.0  # so far from the edge its two sides have their own levels


class EdgeDefect(Tool):
    """Scan across an edge at every step, fit a line (in a ring a circle) and find what sticks out or is missing.

    A burr is where the part goes beyond the fit, a chip where it stays behind it. Where no edge is seen because all of
    the scan is part, or none of it, a burr or chip reaches at least to the end of the scan.
    """

    type: Literal["edge_defect"] = "edge_defect"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("largest", unit="length", help="How far the largest burr or chip reaches from the fit", main=True),
        Measure("defects", help="Burrs and chips of at least the smallest size", int16="count"),
        Measure("burr", unit="length", help="How far the largest burr sticks out; 0 = there is none"),
        Measure("chip", unit="length", help="How deep the largest chip is; 0 = there is none"),
        Measure("burrs", help="Number of burrs"),
        Measure("chips", help="Number of chips"),
        Measure("burr_area", unit="area", help="Of all burrs together"),
        Measure("chip_area", unit="area", help="Of all chips together"),
        Measure("seen", unit="%", help="Share of the edge that could be looked at: inside the frame, outside masks"),
    )
    features: ClassVar[Mapping[str, Any]] = {"largest": Point, "line": Line, "circle": Circle}
    region_kinds: ClassVar[tuple[str, ...]] = ("rectangle", "line", "ring_sector")
    regions: ClassVar[tuple[int, int]] = (1, 1)

    part: Literal["before", "behind"] = "before"
    """On which side of the edge the part lies, in the direction of the scan: a rectangle is scanned from its left to
    its right side, across a line to the right of the way, a ring outwards (before = the part is inside)"""
    min_size_px: Annotated[float, Field(gt=0, le=1000)] = 2.0
    """What reaches less far from the fit is no defect (px)"""
    min_length_px: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """What is shorter along the edge is no defect (px)"""
    step_px: Annotated[float, Field(ge=0.5, le=20)] = 1.0
    """From one scan to the next; each is the mean over so far along the edge; of three the middle counts (px)"""
    polarity: Polarity = "any"
    """Of the edge, in the direction of the scan"""
    select: Select = "strongest"
    """Which edge of each scan to take where there are several"""
    min_contrast_grey: Annotated[float, Field(gt=0, le=255)] = 12.0
    """Smaller changes of level are no edges (grey levels, 0-255)"""
    smoothing_px: Annotated[float, Field(ge=0.5, le=10)] = 1.0
    """Blur along the scan while looking for edges (px, sigma): more against noise, less for edges close together"""
    max_distance_px: Annotated[float, Field(gt=0, le=100)] = 1.5
    """Points farther from the line or circle do not count for its fit (px)"""
    min_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of the scans whose points must count for the fit"""

    def measure(self, view: View) -> Findings:
        """Find an edge on each scan, fit, and look at what is away from the fit.

        Raises:
            ToolError: No pixel of the region lies inside the frame.
        """
        region = view.region
        scan = _scan(region, self.step_px)
        wanted = Wanted(self.polarity, self.select, self.min_contrast_grey, self.smoothing_px)
        found = edges_in(view, region, scan, wanted)
        through = line_through if region.ring is None else circle_through
        fit = through(found.points, self.max_distance_px)
        view.check_time()
        near = 0 if fit is None else int(fit.near.sum())
        if fit is None or near < self.min_share * scan.count:
            return Findings(found=False, reason=self._reason(found, scan.count, near, wanted))
        edge = _Edge(view, region, scan, found, fit)
        return self._findings(view, edge)

    def _reason(self, found: EdgeLine, count: int, near: int, wanted: Wanted) -> str:
        if not len(found.points):
            return faint(found, wanted)
        return (
            f"edge not found: {len(found.points)} of {count} scans have one, {near} lie within "
            f"{self.max_distance_px:g} px of the fit, {np.ceil(self.min_share * count):.0f} needed"
        )

    def _findings(self, view: View, edge: "_Edge") -> Findings:
        outwards = edge.away if self.part == "before" else -edge.away
        least = max(1, round(self.min_length_px / edge.scan.width))
        burrs = runs(np.nan_to_num(outwards) >= self.min_size_px, least, edge.closed)
        chips = runs(np.nan_to_num(outwards) <= -self.min_size_px, least, edge.closed)
        defects = [edge.defect(view, run, "burr") for run in burrs] + [edge.defect(view, run, "chip") for run in chips]
        defects.sort(key=lambda one: -one.size)
        of = {kind: [one for one in defects if one.kind == kind] for kind in ("burr", "chip")}
        largest = {"largest": defects[0].place} if defects else {}
        return Findings(
            largest=max((one.size for one in defects), default=0.0),
            defects=len(defects),
            burr=max((one.size for one in of["burr"]), default=0.0),
            chip=max((one.size for one in of["chip"]), default=0.0),
            burrs=len(of["burr"]),
            chips=len(of["chip"]),
            burr_area=sum(one.area for one in of["burr"]),
            chip_area=sum(one.area for one in of["chip"]),
            seen=100 * float(np.isfinite(edge.away).mean()),
            features={**largest, edge.fit.name: edge.fit.shape},
            objects=Objects(len(defects), tuple(one.as_object() for one in defects[:MOST_OBJECTS])),
            overlay=[edge.drawn(), *(one.outline for one in defects[:MOST_OBJECTS])],
            reason=_said(defects),
        )


@dataclass(frozen=True, slots=True)
class _Defect:
    kind: str
    size: float  # in the recipe's unit, from the fit
    length: float  # along the edge
    area: float
    place: Point
    outline: Shape

    def as_object(self) -> Object:
        values = {"size": self.size, "length": self.length, "area": self.area}
        return Object(self.place, values, self.kind)


class _Edge:
    """The edge of each scan against the fit."""

    def __init__(self, view: View, region: Region, scan: Scan, found: EdgeLine, fit: Fit) -> None:
        self.scan, self.fit = scan, fit
        self.closed = region.ring is not None and region.ring.sweep_deg >= 360
        self.points = np.full((scan.count, 2), np.nan)
        self.points[found.numbers] = found.points
        if len(found.points) < scan.count:
            self._look_at_the_rest(view, region, found.numbers)
        ends = np.array([scan.point(0, scan.length / 2), scan.point(0, -scan.length / 2)])
        turned = 1.0 if fit.away(ends) @ (1, -1) > 0 else -1.0
        seen = fit.away(self.points)
        away = _middle_of_three(seen, self.closed)
        feet = fit.feet(self.points)
        self.points = (
            feet + (self.points - feet) * np.where(seen == 0, 1.0, away / np.where(seen == 0, 1.0, seen))[:, None]
        )
        self.away = turned * away  # px, positive in the direction of the scan; NaN: not seen

    def _look_at_the_rest(self, view: View, region: Region, seen: NDArray[np.int64]) -> None:
        """Scans without an edge: all of them is as bright as one side of the edge, so it lies beyond the other end."""
        samples = sampled(view.raw, region.box, region.mask, self.scan, view.full_scale)
        start, end = ([self.scan.point(k, s * self.scan.length / 2) for k in range(self.scan.count)] for s in (-1, 1))
        before, behind = [], []
        for k in seen.tolist():
            along = np.hypot(*(self.points[k] - start[k]))  # px from the scan's beginning to its edge
            u = samples[k].u + self.scan.length / 2
            before.append(samples[k].level[u < along - BESIDE_PX])
            behind.append(samples[k].level[u > along + BESIDE_PX])
        sides = [np.concatenate(each) for each in (before, behind)]
        if not all(len(each) for each in sides):
            return
        first, second = (float(np.median(each)) for each in sides)
        for k in np.setdiff1d(np.arange(self.scan.count), seen).tolist():
            if len(samples[k].u):
                level = float(np.mean(samples[k].level))
                self.points[k] = start[k] if abs(level - second) < abs(level - first) else end[k]

    def defect(self, view: View, run: Run, kind: str) -> _Defect:
        points = self.points[run.numbers]
        feet = self.fit.feet(points)
        away = np.abs(self.away[run.numbers])
        worst = int(away.argmax())
        (x, y), foot = points[worst].tolist(), tuple(feet[worst].tolist())
        size = view.length((x, y), foot)
        outline = tuple(map(tuple, np.concatenate([points, feet[::-1]]).tolist()))
        return _Defect(
            kind,
            size,
            len(run) * self.scan.width * view.length((x, y), (x + 1, y)),
            view.pixel_area(float(away.sum()) * self.scan.width),
            Point(x, y),
            Shape(outline, label=f"{kind} {size:.3g}", role="defect"),
        )

    def drawn(self) -> Shape:
        shape = self.fit.shape
        if isinstance(shape, Circle):
            return drawn(shape)
        return Shape(((shape.x1, shape.y1), (shape.x2, shape.y2)), closed=False, role="feature")


def _scan(region: Region, step: float) -> Scan:
    region.upright_size  # noqa: B018 - raises where the scans would fill the memory
    if (ring := region.ring) is not None:
        count = _count(region.size[0], step)
        return Spokes(region.centre, ring.inner, ring.outer, ring.start_deg, ring.sweep_deg, count)
    width, height = region.size
    if region.kind == "line":
        return Parallel(region.centre, region.angle_deg - 90, height, width, _count(width, step))
    return Parallel(region.centre, region.angle_deg, width, height, _count(height, step))


def _count(length: float, step: float) -> int:
    return min(max(3, round(length / step)), MOST_SCANS)


def _middle_of_three(values: Floats, closed: bool) -> Floats:
    """Of each and its neighbours: a scan that the side of a burr cuts has two half edges, and none of both places."""
    before, after = np.roll(values, 1), np.roll(values, -1)
    if not closed:
        before[0], after[-1] = values[0], values[-1]
    near = np.stack([np.where(np.isnan(one), values, one) for one in (before, values, after)])
    return np.asarray(np.median(near, axis=0))


def _said(defects: list[_Defect]) -> str:
    if not defects:
        return ""
    many = f"1 {defects[0].kind}" if len(defects) == 1 else f"{len(defects)} defects, the largest a {defects[0].kind}"
    place = defects[0].place
    return f"{many} of {defects[0].size:.3g} at ({place.x:.0f}, {place.y:.0f})"
