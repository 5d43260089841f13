"""What a step's numbers are held to."""

import math
from itertools import pairwise
from typing import Self

from pydantic import model_validator

from .strict import Number, Strict


class Limit(Strict):
    """The limits of one measure. A value on a limit passes; a limit left out does not bind."""

    low: Number | None = None
    """Smallest value that passes"""
    high: Number | None = None
    """Largest value that passes"""
    warn_low: Number | None = None
    """Below this the value is marked; it changes no judgement"""
    warn_high: Number | None = None
    """Above this the value is marked; it changes no judgement"""
    nominal: Number | None = None
    """What the value should be; shown beside it, judges nothing"""
    gain: Number = 1.0
    """The measured number times this, plus the offset, is the value that is judged and shown"""
    offset: Number = 0.0
    """See gain"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        given = [
            (name, value)
            for name in ("low", "warn_low", "warn_high", "high")
            if (value := getattr(self, name)) is not None
        ]
        for (name, value), (next_name, next_value) in pairwise(given):
            if value > next_value:
                raise ValueError(f"{name} {value:g} is more than {next_name} {next_value:g}")
        if self.gain == 0:
            raise ValueError("gain 0 would make every value the same")
        return self

    @property
    def binds(self) -> bool:
        """True if a value can fail it."""
        return self.low is not None or self.high is not None

    @property
    def ends(self) -> tuple[float, float, float, float]:
        """Low, high, warn_low and warn_high, infinite where left out."""
        below, above = (self.low, self.warn_low), (self.high, self.warn_high)
        low, warn_low = (-math.inf if end is None else end for end in below)
        high, warn_high = (math.inf if end is None else end for end in above)
        return low, high, warn_low, warn_high
