"""Measurement system analysis: how much of what is measured comes from measuring."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

FEWEST = 25  # frames of one part below which Cg says little (VDA 5 asks for 25, better 50)
CAPABLE = 1.33  # of Cg and Cgk
GOOD, TOLERABLE = 0.10, 0.30  # gauge R&R as a share of the tolerance (AIAG, Measurement Systems Analysis, 4th edition)
DISTINCT = 5  # categories that parts should fall into (likewise)


@dataclass(frozen=True, slots=True)
class Repeatability:
    """Type-1 study: one part that nobody touches, measured again and again (Bosch booklet 10; VDA 5).

    `tolerance` is high less low, `reference` the true value; None = not known, and then neither is what needs it.
    """

    count: int
    mean: float
    spread: float  # standard deviation
    tolerance: float | None = None
    reference: float | None = None

    @property
    def cg(self) -> float | None:
        """A fifth of the tolerance, in six standard deviations."""
        return _ratio(0.2 * self.tolerance, 6 * self.spread) if self.tolerance else None

    @property
    def bias(self) -> float | None:
        """Mean less reference."""
        return None if self.reference is None else self.mean - self.reference

    @property
    def cgk(self) -> float | None:
        """The same of what the bias leaves, on its side."""
        if self.tolerance is None or self.bias is None:
            return None
        return _ratio(0.1 * self.tolerance - abs(self.bias), 3 * self.spread)


@dataclass(frozen=True, slots=True)
class GaugeStudy:
    """Gauge R&R: several parts, each put in several times. Standard deviations."""

    parts: int
    mounts: int  # a part was put in so often
    frames: int  # taken each time
    repeat: float  # between frames of one mount; 0 where there is one frame: it is in `mount` then
    mount: float  # between mounts of one part
    part: float  # between parts
    tolerance: float | None = None

    @property
    def gauge(self) -> float:
        """All that is not the part."""
        return math.hypot(self.repeat, self.mount)

    @property
    def of_tolerance(self) -> float | None:
        """Six standard deviations as a share of the tolerance."""
        return 6 * self.gauge / self.tolerance if self.tolerance else None

    @property
    def of_total(self) -> float:
        """Share of the total variation; NaN where nothing varies."""
        total = math.hypot(self.gauge, self.part)
        return self.gauge / total if total else math.nan

    @property
    def categories(self) -> int | None:
        """Number of distinct categories, ndc; None = without end, since nothing but the part varies."""
        return int(math.sqrt(2) * self.part / self.gauge) if self.gauge else None


def repeatability(values: Values, tolerance: float | None = None, reference: float | None = None) -> Repeatability:
    """Of ``(n,)`` values.

    Raises:
        ValueError: Fewer than two.
    """
    if len(values) < 2:
        raise ValueError(f"{len(values)} value(s): at least 2 are needed, better {FEWEST}")
    return Repeatability(len(values), float(values.mean()), float(values.std(ddof=1)), tolerance, reference)


def gauge_study(values: Values, tolerance: float | None = None) -> GaugeStudy:
    """Of values ``(parts, mounts, frames)``, by analysis of variance: frames in mounts in parts, all random.

    An estimate below zero is zero, as usual.

    Raises:
        ValueError: Fewer than two parts, or than two mounts.
    """
    parts, mounts, frames = values.shape
    if parts < 2 or mounts < 2:
        raise ValueError(f"{parts} part(s), each put in {mounts} time(s): at least 2 of both are needed")
    by_mount, by_part = values.mean(axis=2), values.mean(axis=(1, 2))
    within = float(((values - by_mount[..., None]) ** 2).sum() / (parts * mounts * (frames - 1))) if frames > 1 else 0.0
    between_mounts = frames * float(((by_mount - by_part[:, None]) ** 2).sum()) / (parts * (mounts - 1))
    between_parts = mounts * frames * float(by_part.var(ddof=1))
    return GaugeStudy(
        parts,
        mounts,
        frames,
        math.sqrt(within),
        math.sqrt(max(0.0, between_mounts - within) / frames),
        math.sqrt(max(0.0, between_parts - between_mounts) / (mounts * frames)),
        tolerance,
    )


def _ratio(room: float, spread: float) -> float:
    return room / spread if spread else math.copysign(math.inf, room)
