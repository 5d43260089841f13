"""How the levels of a region are spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging.channels import Channel, channel
from ..tool import Findings, Measure, Prepared, Region, Sample, Taught, Tool, View

LEVELS = 256
Shares = NDArray[np.float64]
"""``(256,)``: share of the pixels at each grey level; their sum is 1."""


class Histogram(Tool):
    """Measure how the levels of a channel are spread, and how far they lie from those of good parts.

    Only where the step is taught it is compared with what was taught.
    """

    type: Literal["histogram"] = "histogram"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("median", unit="grey", help="Half of the pixels are darker", main=True, each_region=True),
        Measure("low", unit="grey", help="Level of the lower percentile", each_region=True),
        Measure("high", unit="grey", help="Level of the upper percentile", each_region=True),
        Measure("spread", unit="grey", help="Upper less lower percentile", each_region=True),
        Measure("mean", unit="grey", help="Mean level", each_region=True),
        Measure("std", unit="grey", help="Standard deviation", each_region=True),
        Measure(
            "difference",
            unit="grey",
            help="How far the levels have to be moved, on average, to be spread as taught; only where taught",
            each_region=True,
        ),
        Measure(
            "overlap",
            unit="%",
            help="What the histogram shares with the taught one; only where taught",
            each_region=True,
        ),
    )
    regions: ClassVar[tuple[int, int]] = (0, 64)
    learns: ClassVar[bool] = True
    must_learn: ClassVar[bool] = False

    channel: Channel = "grey"
    """What of a colour is looked at; saturation: 0 is grey, 255 pure; value: the brightest of red, green, blue"""
    low_percentile: Annotated[float, Field(ge=0, le=100)] = 5.0
    """So many of the pixels are darker than `low` (%)"""
    high_percentile: Annotated[float, Field(ge=0, le=100)] = 95.0
    """So many of the pixels are darker than `high` (%)"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low_percentile > self.high_percentile:
            raise ValueError(
                f"low_percentile {self.low_percentile:g} is above high_percentile {self.high_percentile:g}"
            )
        return self

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn the mean histogram of all regions labelled good."""
        good = [
            _shares(self._levels(sample.view, region))
            for sample in samples
            for region, label in zip(sample.view.areas, _labels(sample), strict=True)
            if label == "good"
        ]
        if taught is not None:
            before, count = _taught(taught)
            good += [before] * count
        if not good:
            raise TeachError("histogram learns from good regions: none of the samples has one")
        mean = np.mean(good, axis=0)
        return Taught({"shares": mean / mean.sum(), "count": np.array(len(good))}, texts={"channel": self.channel})

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        if not taught.arrays:
            return self
        given = taught.texts.get("channel", "unknown")
        if given != self.channel:
            raise ToolError(
                f"the taught histogram is of channel {given}, the step's is {self.channel}; teach this step"
            )
        return _Ready(self, _taught(taught)[0])

    def measure(self, view: View) -> Findings:
        """Without comparing."""
        return self.compared(view, None)

    def compared(self, view: View, taught: Shares | None) -> Findings:
        levels = [self._levels(view, region) for region in view.areas]
        wanted = (self.low_percentile, 50, self.high_percentile)
        lows, medians, highs = zip(*(np.percentile(one, wanted).tolist() for one in levels), strict=True)
        shares = [_shares(one) for one in levels] if taught is not None else []
        return Findings(
            median=medians,
            low=lows,
            high=highs,
            spread=tuple(high - low for low, high in zip(lows, highs, strict=True)),
            mean=tuple(float(one.mean(dtype=np.float64)) for one in levels),
            std=tuple(float(one.std(dtype=np.float64)) for one in levels),
            difference=tuple(_difference(one, taught) for one in shares) if taught is not None else None,
            overlap=tuple(100 * float(np.minimum(one, taught).sum()) for one in shares) if taught is not None else None,
        )

    def _levels(self, view: View, region: Region) -> NDArray[np.float32]:
        """``(n,)``: of the pixels that belong to the region, 0-255."""
        view.check_time()
        return channel(region.cut(view.raw), self.channel, view.full_scale)[region.mask > 0]


@dataclass(frozen=True, slots=True)
class _Ready:
    tool: Histogram
    taught: Shares

    def measure(self, view: View) -> Findings:
        return self.tool.compared(view, self.taught)


def _shares(levels: NDArray[np.float32]) -> Shares:
    return np.bincount(np.rint(levels).astype(np.int64), minlength=LEVELS) / len(levels)


def _difference(one: Shares, other: Shares) -> float:
    """The earth mover's distance, grey levels."""
    return float(np.abs(np.cumsum(one - other)).sum())


def _labels(sample: Sample) -> tuple[str, ...]:
    if len(sample.labels) != len(sample.view.areas):
        raise TeachError(f"{len(sample.labels)} labels for {len(sample.view.areas)} regions")
    for label in sample.labels:
        if label not in ("good", "bad"):
            raise TeachError(f"label {label!r} is neither good nor bad")
    return sample.labels


def _taught(taught: Taught) -> tuple[Shares, int]:
    shares, count = taught.array("shares"), taught.array("count")
    if shares.shape != (LEVELS,) or not np.isfinite(shares).all() or count.shape != ():
        raise ToolError(f"taught data does not fit: a histogram of {shares.shape} levels; teach this step")
    return shares, int(count)
