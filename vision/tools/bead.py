"""Follow a bead of glue along its path: width, position, gaps."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..imaging.edge1d import Edge
from ..imaging.edge_choice import Polarity, Select, chosen_pair
from ..imaging.runs import Run, runs
from ..result import MOST_OBJECTS, Object, Objects, Point, Shape
from ..tool import Findings, Measure, Tool, View
from ..walking import Pair, Walk, walk, ways

Limit = Annotated[float, Field(ge=0, le=65535)]
STARTS: Mapping[str, Polarity] = {"bright": "dark_to_light", "dark": "light_to_dark", "any": "any"}


class Bead(Tool):
    """Set calipers across the path of a bead: how wide it is, how far off its path, and where it is missing.

    What goes beyond the limits here is a defect, with its place along the path; limit `defects` to 0 in the recipe.
    """

    type: Literal["bead"] = "bead"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "defects", help="Places where the bead is missing, thin, thick or off its path", main=True, int16="count"
        ),
        Measure("width", unit="length", help="Mean width"),
        Measure("narrowest", unit="length", help="The smallest width"),
        Measure("widest", unit="length", help="The largest width"),
        Measure("offset", unit="length", help="Mean distance from the path, positive to the right of the way"),
        Measure("farthest", unit="length", help="The largest distance from the path, to either side"),
        Measure("gaps", help="Places where the bead is missing, short ones included"),
        Measure("longest_gap", unit="length", help="Of the longest one; 0 = there is none"),
        Measure("covered", unit="%", help="Share of the path with a bead, of what lies inside the frame"),
    )
    features: ClassVar[Mapping[str, Any]] = {"worst": Point}
    region_kinds: ClassVar[tuple[str, ...]] = ("path", "line", "rectangle", "ring_sector")
    regions: ClassVar[tuple[int, int]] = (1, 1)

    bead: Literal["bright", "dark", "any"] = "any"
    """Brighter or darker than what lies beside it"""
    min_width: Limit | None = None
    """Narrower is thin (mm in a calibrated recipe, else px); left out: never"""
    max_width: Limit | None = None
    """Wider is thick (mm in a calibrated recipe, else px); left out: never"""
    max_offset: Limit | None = None
    """Its middle farther from the path is off it (mm in a calibrated recipe, else px); left out: never"""
    max_gap: Limit = 0.0
    """A gap up to this length is no defect (mm in a calibrated recipe, else px)"""
    min_steps: Annotated[int, Field(ge=1, le=100)] = 1
    """So many neighbouring calipers must find it thin, thick or off its path"""
    step_px: Annotated[float, Field(ge=1, le=200)] = 4.0
    """From one caliper to the next; each is the mean over so far along the path (px)"""
    expected_width_px: Annotated[float, Field(gt=0)] | None = None
    """Of several pairs of edges take the one nearest to this width (px); left out: by `select`"""
    select: Select = "strongest"
    """Which pair of edges to take where there are several"""
    min_contrast_grey: Annotated[float, Field(gt=0, le=255)] = 12.0
    """Smaller changes of level are no edges (grey levels, 0-255)"""
    smoothing_px: Annotated[float, Field(ge=0.5, le=10)] = 1.0
    """Blur along each caliper while looking for edges (px, sigma)"""

    @model_validator(mode="after")
    def _widths_in_order(self) -> Self:
        if self.min_width is not None and self.max_width is not None and self.max_width < self.min_width:
            raise ValueError(f"max_width {self.max_width:g} is less than min_width {self.min_width:g}")
        return self

    def measure(self, view: View) -> Findings:
        """Measure on each caliper, and put neighbours with the same fault together.

        Raises:
            ToolError: No pixel of the region lies inside the frame.
        """
        seen = walk(view, view.region, self.step_px, self.smoothing_px, self.min_contrast_grey, self._pair)
        if not seen.pairs:
            return Findings(found=False, reason=f"bead not found: {seen.reason(1, self.min_contrast_grey)}")
        track = _Track.of(view, seen)
        gaps = list(track.gaps())
        defects = [one for one in gaps if one.values["length"] > self.max_gap]
        for kind, value, holds in self._faults(track):
            defects += track.defects(kind, value, runs(holds, self.min_steps, seen.closed))
        defects.sort(key=lambda one: one.values["from"])
        worst = {"worst": max(defects, key=lambda one: one.values["length"]).place} if defects else {}
        return Findings(
            defects=len(defects),
            width=float(np.nanmean(track.widths)),
            narrowest=float(np.nanmin(track.widths)),
            widest=float(np.nanmax(track.widths)),
            offset=float(np.nanmean(track.offsets)),
            farthest=float(np.nanmax(np.abs(track.offsets))),
            gaps=len(gaps),
            longest_gap=max((one.values["length"] for one in gaps), default=0.0),
            covered=100 * len(seen.pairs) / seen.seen,
            objects=Objects(len(defects), tuple(one.as_object() for one in defects[:MOST_OBJECTS])),
            features=worst,
            overlay=[*seen.sides(), *(one.drawn() for one in defects[:MOST_OBJECTS])],
            reason=_said(defects, view.calibration.unit),
        )

    def _pair(self, strong: Sequence[Edge]) -> Pair | None:
        return chosen_pair(strong, STARTS[self.bead], self.select, self.expected_width_px)

    def _faults(self, track: "_Track") -> Iterator[tuple[str, NDArray[np.float64], NDArray[np.bool_]]]:
        """Kind, what is told of it, and where it is so; where nothing was found, nothing is."""
        with np.errstate(invalid="ignore"):
            if self.min_width is not None:
                yield "thin", track.widths, track.widths < self.min_width
            if self.max_width is not None:
                yield "thick", track.widths, track.widths > self.max_width
            if self.max_offset is not None:
                yield "off path", track.offsets, np.abs(track.offsets) > self.max_offset


@dataclass(frozen=True, slots=True)
class _Defect:
    kind: str
    place: Point
    points: tuple[tuple[float, float], ...]  # frame px, along it
    values: Mapping[str, float]  # from and length along the path, and the worst width or offset

    def as_object(self) -> Object:
        return Object(self.place, self.values, self.kind)

    def drawn(self) -> Shape:
        return Shape(self.points, closed=False, label=self.kind, role="defect")


@dataclass(frozen=True, slots=True)
class _Track:
    """What was found along the path; arrays of one length, in the recipe's unit, NaN where nothing was found."""

    seen: Walk
    along: NDArray[np.float64]
    widths: NDArray[np.float64]
    offsets: NDArray[np.float64]  # positive to the right of the way

    @classmethod
    def of(cls, view: View, seen: Walk) -> Self:
        widths = [math.nan if one.ends is None else view.length(*one.ends) for one in seen.crossings]
        offsets = [
            math.nan if one.ends is None else math.copysign(view.length(one.foot, one.middle), one.across)
            for one in seen.crossings
        ]
        return cls(seen, np.array(ways(view, seen.crossings)), np.array(widths), np.array(offsets))

    def gaps(self) -> Iterator[_Defect]:
        empty = np.array([one.seen and one.ends is None for one in self.seen.crossings])
        for run in runs(empty, 1, self.seen.closed):
            yield self._defect("gap", run, len(run) // 2, {})

    def defects(self, kind: str, values: NDArray[np.float64], found: Sequence[Run]) -> Iterator[_Defect]:
        middle = float(np.nanmedian(values))
        for run in found:
            here = values[run.numbers]
            worst = int(np.abs(here).argmax()) if kind == "off path" else int(np.abs(here - middle).argmax())
            yield self._defect(kind, run, worst, {"offset" if kind == "off path" else "width": float(here[worst])})

    def _defect(self, kind: str, run: Run, worst: int, values: Mapping[str, float]) -> _Defect:
        """Each caliper stands for one step of the path."""
        step = float(self.along[0]) * 2
        crossings = [self.seen.crossings[i] for i in run.numbers.tolist()]
        start = float(self.along[run.numbers[0]]) - step / 2
        place = Point(*crossings[worst].middle)
        told = {"from": max(start, 0.0), "length": len(run) * step, **values}
        return _Defect(kind, place, tuple(one.middle for one in crossings), told)


def _said(defects: Sequence[_Defect], unit: str) -> str:
    if not defects:
        return ""
    first = defects[0]
    many = first.kind if len(defects) == 1 else f"{len(defects)} defects, the first: {first.kind}"
    told = "".join(f", {name} {first.values[name]:.3g} {unit}" for name in ("width", "offset") if name in first.values)
    return f"{many} {first.values['from']:.4g} {unit} along the path, {first.values['length']:.3g} {unit} long{told}"
