"""Read a dial gauge: the needle's direction, and the value that the scale has there."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import cv2
import numpy as np
from pydantic import Field, model_validator

from ..errors import TeachError, ToolError
from ..imaging.needle import Dial, Needle, Polarity, find_needle, unrolled
from ..result import Line, Point, Shape
from ..tool import Findings, Measure, Sample, Taught, Tool, View

Angle = Annotated[float, Field(ge=-720, le=720)]
SEEN_AT_LEAST = 0.6  # of the ring must lie in the frame and outside of masks
SAME_DEG = 1.0  # two points of a scale lie further apart


class Gauge(Tool):
    """Read a dial: the pivot is the ring sector's centre; its inner radius lies beyond hub and counterweight, its outer
    one within the needle's tip. The scale is even between its two points, and goes on beyond them.

    Teach it from two or more images, each with the value that it shows; or set the two points by hand. Angles count
    from the region's own right, so that a part that is turned reads the same.
    """

    type: Literal["gauge"] = "gauge"
    learns: ClassVar[bool] = True
    by_label: ClassVar[bool] = True
    must_learn: ClassVar[bool] = False
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("value", help="In the scale's own unit", main=True),
        Measure("angle", unit="deg", help="Of the needle, counter-clockwise from the region's right"),
        Measure("contrast", unit="grey", help="Of the needle against its ground, where it is weakest"),
        Measure("score", help="1: nothing else looks like a needle, 0: something else does as much", int16="score"),
    )
    features: ClassVar[Mapping[str, Any]] = {"tip": Point, "needle": Line}
    region_kinds: ClassVar[tuple[str, ...]] = ("ring_sector",)
    regions: ClassVar[tuple[int, int]] = (1, 1)

    angle1_deg: Angle = 225.0
    """Direction of the scale's first point (deg, counter-clockwise from the right)"""
    value1: float = 0.0
    """What the scale says there"""
    angle2_deg: Angle = -45.0
    """Direction of the scale's second point (deg)"""
    value2: float = 100.0
    """What the scale says there"""
    direction: Literal["clockwise", "counter_clockwise"] = "clockwise"
    """How the needle turns from the first point to the second"""
    polarity: Polarity = "auto"
    """Whether the needle is darker or lighter than the dial"""
    min_contrast_grey: Annotated[float, Field(gt=0, le=255)] = 15.0
    """A weaker needle is not found (grey levels, 0-255)"""
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.2
    """A lower score is not found: it cannot be told which is the needle"""

    @model_validator(mode="after")
    def _two_points(self) -> Self:
        if min(self._sweep, 360 - self._sweep) < SAME_DEG:
            raise ValueError(
                f"the scale's points at {self.angle1_deg:g} and {self.angle2_deg:g} deg are the same place"
            )
        if self.value1 == self.value2:
            raise ValueError(f"the scale's points have the same value, {self.value1:g}")
        return self

    @property
    def _sweep(self) -> float:
        """From the first point to the second, as the needle turns."""
        return self._turned(self.angle1_deg, self.angle2_deg)

    def _turned(self, one: float, other: float) -> float:
        """0 to 360 deg, in the scale's direction."""
        return (one - other if self.direction == "clockwise" else other - one) % 360

    def value(self, angle_deg: float) -> float:
        """What the scale says in a direction; outside of its points whichever lies nearer goes on."""
        sweep, turned = self._sweep, self._turned(self.angle1_deg, angle_deg)
        if turned > sweep + (360 - sweep) / 2:
            turned -= 360
        return self.value1 + turned / sweep * (self.value2 - self.value1)

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Propose the scale's points from the needle's direction in each sample and its label, the value shown.

        With three or more values the direction is proposed as well.

        Raises:
            TeachError: A label is no number, the needle is not found, or there are not two values.
        """
        points = (
            [] if taught is None else list(zip(*(taught.array(k).tolist() for k in ("values", "angles")), strict=True))
        )
        for number, sample in enumerate(samples, 1):
            value = _shown(sample, number)
            needle = self._look(sample.view)
            if reason := self._reason(needle):
                raise TeachError(f"sample {number}: {reason}")
            points.append((value, needle.angle_deg - sample.view.region.angle_deg))
        points.sort()
        if len({value for value, _ in points}) < 2:
            raise TeachError(f"the scale needs two values, {len(points)} of one were given")
        arrays = {"values": np.array([v for v, _ in points]), "angles": np.array([a for _, a in points])}
        return Taught(arrays, parameters=self._proposed(points))

    def _proposed(self, points: Sequence[tuple[float, float]]) -> dict[str, Any]:
        (value1, angle1), (value2, angle2) = points[0], points[-1]
        ends = {"value1": value1, "angle1_deg": round(angle1, 3), "value2": value2, "angle2_deg": round(angle2, 3)}
        directions = (self.direction,) if len(points) == 2 else ("clockwise", "counter_clockwise")
        try:
            tools = [Gauge.model_validate(self.model_dump() | ends | {"direction": one}) for one in directions]
        except ValueError:
            raise TeachError(f"the needle points the same way at {value1:g} and {value2:g}") from None
        best = min(tools, key=lambda tool: max(abs(tool.value(angle) - value) for value, angle in points))
        return ends | {"direction": best.direction}

    def measure(self, view: View) -> Findings:
        """Find the needle and read the scale.

        Raises:
            ToolError: Too little of the ring can be seen.
        """
        needle = self._look(view)
        if reason := self._reason(needle):
            return Findings(found=False, reason=reason, contrast=needle.contrast)
        angle = (needle.angle_deg - view.region.angle_deg) % 360
        dial = _dial(view)
        ends = [_on(dial, radius, needle.angle_deg) for radius in (dial.inner, dial.outer)]
        value = self.value(angle)
        return Findings(
            value=value,
            angle=angle,
            contrast=needle.contrast,
            score=needle.alone,
            features={"tip": Point(*ends[1], needle.angle_deg), "needle": Line(*ends[0], *ends[1])},
            overlay=[Shape(tuple(ends), closed=False, label=f"{value:.4g}", role="feature")],
        )

    def _look(self, view: View) -> Needle:
        dial = _dial(view)
        x, y, _, _ = view.region.box
        local = Dial((dial.centre[0] - x, dial.centre[1] - y), dial.inner, dial.outer, dial.start_deg, dial.sweep_deg)
        levels = unrolled(view.region.cut(view.frame_grey), local, cv2.INTER_LINEAR)
        view.check_time()
        seen = unrolled(view.region.mask, local, cv2.INTER_NEAREST) > 0
        if seen.mean() < SEEN_AT_LEAST:
            raise ToolError(f"only {seen.mean():.0%} of the ring can be seen, {SEEN_AT_LEAST:.0%} needed")
        needle = find_needle(levels, seen, local, self.polarity)
        view.check_time()
        return needle

    def _reason(self, needle: Needle) -> str:
        """Why it is not found; empty: it is."""
        if needle.contrast < self.min_contrast_grey:
            least = self.min_contrast_grey
            return f"needle not found: contrast {math.floor(needle.contrast)} grey levels, {least:g} needed"
        if needle.alone < self.min_score:
            return (
                f"needle not found: something else looks like it, score {needle.alone:.2f}, {self.min_score:g} needed"
            )
        return ""


def _dial(view: View) -> Dial:
    region = view.region
    if region.ring is None:
        raise ToolError("a gauge needs a ring sector about its pivot")
    ring = region.ring
    return Dial(region.centre, ring.inner, ring.outer, ring.start_deg, ring.sweep_deg)


def _on(dial: Dial, radius: float, angle_deg: float) -> tuple[float, float]:
    turn = math.radians(angle_deg)
    return dial.centre[0] + radius * math.cos(turn), dial.centre[1] - radius * math.sin(turn)


def _shown(sample: Sample, number: int) -> float:
    label = sample.labels[0] if sample.labels else ""
    try:
        value = float(label)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise TeachError(f"sample {number}: its label has to be the value that the gauge shows, {label!r} is no number")
    return value
