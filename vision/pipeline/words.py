"""Measurements and readings in the operator's words."""

import math

from ..result import Measurement

SIGNS = {"deg": "°"}


def measured(measurement: Measurement) -> str:
    """``width 0.41 mm (0.45 … 0.60)``."""
    m = measurement
    digits = max(_decimals(m.low), _decimals(m.high))
    value = f"{m.name.replace('_', ' ')} {_outside(m, digits)}{_unit(m.unit)}"
    if m.low == m.high:
        return f"{value} ({m.low:.{digits}f} wanted)"
    if math.isinf(m.low) and math.isinf(m.high):
        return value
    if math.isinf(m.low):
        return f"{value} (at most {m.high:.{digits}f})"
    if math.isinf(m.high):
        return f"{value} (at least {m.low:.{digits}f})"
    return f"{value} ({m.low:.{digits}f} … {m.high:.{digits}f})"


def _outside(m: Measurement, digits: int) -> str:
    """The value with as many decimals as it takes to be seen outside: never 0.45 where 0.4499 failed against 0.45."""
    while digits < 9 and m.low <= float(f"{m.value:.{digits}f}") <= m.high:
        digits += 1
    return f"{m.value:.{digits}f}"


def _decimals(limit: float) -> int:
    if math.isinf(limit):
        return 0
    return len(f"{limit:.4f}".rstrip("0").partition(".")[2])


def _unit(unit: str) -> str:
    return SIGNS.get(unit) or (f" {unit}" if unit else "")
