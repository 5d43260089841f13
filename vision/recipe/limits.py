"""What a step's numbers are held to."""

import math
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from .strict import Number, Strict


class Limit(Strict):
    """The limits of one measure, as low and high or as nominal and tolerance.

    A value on a limit passes; a limit left out does not bind.
    """

    low: Number | None = None
    """Smallest value that passes"""
    high: Number | None = None
    """Largest value that passes"""
    warn_low: Number | None = None
    """Below this the value is marked; it changes no judgement"""
    warn_high: Number | None = None
    """Above this the value is marked; it changes no judgement"""
    nominal: Number | None = None
    """What the value should be; shown beside it, judges nothing without a tolerance"""
    # Not written where there is none: what was released before keeps its hash.
    tolerance: Annotated[Number | None, Field(ge=0, exclude_if=lambda value: value is None)] = None
    """Nominal minus this is the smallest value that passes, nominal plus this the largest; then without low and high"""
    gain: Number = 1.0
    """The measured number times this, plus the offset, is the value that is judged and shown"""
    offset: Number = 0.0
    """See gain"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self._tolerance_fits()
        low, high = self.bounds
        ends = {"low": low, "warn_low": self.warn_low, "warn_high": self.warn_high, "high": high}
        given = [(name, value) for name, value in ends.items() if value is not None]
        for (name, value), (next_name, next_value) in pairwise(given):
            if value > next_value:
                raise ValueError(f"{name} {value:g} is more than {next_name} {next_value:g}")
        if self.gain == 0:
            raise ValueError("gain 0 would make every value the same")
        return self

    def _tolerance_fits(self) -> None:
        if self.tolerance is None:
            return
        if self.nominal is None:
            raise ValueError(f"tolerance {self.tolerance:g} needs a nominal to lie around")
        if self.low is not None or self.high is not None:
            name, value = ("high", self.high) if self.low is None else ("low", self.low)
            raise ValueError(f"give tolerance {self.tolerance:g} or {name} {value:g}, not both")

    @property
    def binds(self) -> bool:
        """True if a value can fail it."""
        return self.bounds != (None, None)

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Smallest and largest value that pass; None = that side does not bind."""
        if self.nominal is None or self.tolerance is None:
            return self.low, self.high
        # As the digits say: of floats 0.4 - 0.1 is more than 0.3.
        nominal, tolerance = Decimal(repr(self.nominal)), Decimal(repr(self.tolerance))
        return float(nominal - tolerance), float(nominal + tolerance)

    @property
    def ends(self) -> tuple[float, float, float, float]:
        """Low, high, warn_low and warn_high, infinite where left out."""
        smallest, largest = self.bounds
        below, above = (smallest, self.warn_low), (largest, self.warn_high)
        low, warn_low = (-math.inf if end is None else end for end in below)
        high, warn_high = (math.inf if end is None else end for end in above)
        return low, high, warn_low, warn_high
