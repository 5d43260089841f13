"""The functions that formulas may use: what each takes and gives, and how it is worked out."""

import math
import re
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from .syntax import Kind, Value

N, T, B = Kind.NUMBER, Kind.TEXT, Kind.TRUTH
CONSTANTS: Mapping[str, Value] = {"pi": math.pi, "true": True, "false": False}
MOST_DECIMALS = 15
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Function:
    """`work` raises ValueError, in words, where there is no result."""

    help: str
    takes: tuple[Kind, ...]
    gives: Kind
    work: Callable[..., Any]
    optional: int = 0  # so many of the last may be left out
    more: bool = False  # the last may be repeated

    def takes_words(self) -> str:
        """How many it takes."""
        fewest = len(self.takes) - self.optional
        if self.more:
            return f"{fewest} or more"
        return str(fewest) if not self.optional else f"{fewest} or {len(self.takes)}"

    def fits(self, count: int) -> bool:
        """Whether it takes so many."""
        return len(self.takes) - self.optional <= count and (self.more or count <= len(self.takes))


def plain(number: float) -> str:
    """As people write it: 12, 12.5."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def rounded(number: float, decimals: float = 0.0) -> float:
    """Halves away from zero, by the digits that are shown: 2.675 to 2 decimals is 2.68."""
    return float(_quantized(number, decimals))


def _quantized(number: float, decimals: float) -> Decimal:
    if not (float(decimals).is_integer() and 0 <= decimals <= MOST_DECIMALS):
        raise ValueError(f"decimals are a whole number from 0 to {MOST_DECIMALS}, not {plain(decimals)}")
    if abs(number) >= 1e15:  # has no decimals to take off
        return Decimal(repr(number))
    return Decimal(repr(number)).quantize(Decimal(1).scaleb(-int(decimals)), ROUND_HALF_UP, Context(prec=40))


def _as_text(number: float, decimals: float | None = None) -> str:
    if decimals is None:
        return plain(number)
    shown = _quantized(number, decimals)
    return f"{abs(shown) if shown == 0 else shown:f}"


def _as_number(text: str) -> float:
    if _NUMBER.fullmatch(text.strip()) is None or math.isinf(value := float(text)):
        raise ValueError(f"{text!r} is no number")
    return value


def _root(number: float) -> float:
    if number < 0:
        raise ValueError(f"a negative number, {plain(number)}, has no square root")
    return math.sqrt(number)


def _logarithm(work: Callable[[float], float]) -> Callable[[float], float]:
    def of(number: float) -> float:
        if number <= 0:
            raise ValueError(f"only numbers above 0 have a logarithm, not {plain(number)}")
        return work(number)

    return of


def _inverse(work: Callable[[float], float]) -> Callable[[float], float]:
    def of(number: float) -> float:
        if not -1 <= number <= 1:
            raise ValueError(f"{plain(number)} lies outside -1 to 1")
        return math.degrees(work(number))

    return of


def _of_degrees(work: Callable[[float], float]) -> Callable[[float], float]:
    # Through the nearest quarter turn, so that cos(90) is 0 and not 6e-17.
    return lambda degrees: round(work(math.radians(math.fmod(degrees, 360.0))), 15) + 0.0


def _tangent(degrees: float) -> float:
    if math.fmod(degrees, 180.0) in (90.0, -90.0):
        raise ValueError(f"{plain(degrees)} degrees have no tangent")
    return math.tan(math.radians(math.fmod(degrees, 180.0)))


def _direction(y: float, x: float) -> float:
    return math.degrees(math.atan2(y, x))


def _median(*numbers: float) -> float:
    return statistics.median(numbers)


def _modulo(a: float, b: float) -> float:
    if b == 0:
        raise ZeroDivisionError
    return a % b


def _whole(number: float, what: str, least: int) -> int:
    if not number.is_integer() or number < least:
        raise ValueError(f"{what} is a whole number from {least}, not {plain(number)}")
    return min(int(number), 1 << 31)


def _middle(text: str, start: float, count: float = math.inf) -> str:
    first = _whole(start, "the first character", 1) - 1
    return text[first:] if math.isinf(count) else text[first : first + _whole(count, "how many", 0)]


def _right(text: str, count: float) -> str:
    return text[max(0, len(text) - _whole(count, "how many", 0)) :]


FUNCTIONS: Mapping[str, Function] = {
    "min": Function("The least of several numbers", (N,), N, lambda *a: min(a), more=True),
    "max": Function("The largest of several numbers", (N,), N, lambda *a: max(a), more=True),
    "sum": Function("All together", (N,), N, lambda *a: math.fsum(a), more=True),
    "mean": Function("Their mean", (N,), N, lambda *a: math.fsum(a) / len(a), more=True),
    "median": Function("The one in the middle, or the mean of both", (N,), N, _median, more=True),
    "abs": Function("Without its sign", (N,), N, abs),
    "sign": Function("-1, 0 or 1", (N,), N, lambda a: float((a > 0) - (a < 0))),
    "round": Function("To so many decimals (0), halves away from zero", (N, N), N, rounded, optional=1),
    "floor": Function("The next whole number below", (N,), N, lambda a: float(math.floor(a))),
    "ceil": Function("The next whole number above", (N,), N, lambda a: float(math.ceil(a))),
    "mod": Function("What is left of a after division by b; has the sign of b", (N, N), N, _modulo),
    "sqrt": Function("Square root", (N,), N, _root),
    "exp": Function("e to the power of a", (N,), N, math.exp),
    "ln": Function("Natural logarithm", (N,), N, _logarithm(math.log)),
    "log10": Function("Logarithm to base 10", (N,), N, _logarithm(math.log10)),
    "sin": Function("Of an angle in degrees", (N,), N, _of_degrees(math.sin)),
    "cos": Function("Of an angle in degrees", (N,), N, _of_degrees(math.cos)),
    "tan": Function("Of an angle in degrees", (N,), N, _tangent),
    "asin": Function("In degrees", (N,), N, _inverse(math.asin)),
    "acos": Function("In degrees", (N,), N, _inverse(math.acos)),
    "atan": Function("In degrees", (N,), N, lambda a: math.degrees(math.atan(a))),
    "atan2": Function("The direction of (x, y), given y first, in degrees, -180 to 180", (N, N), N, _direction),
    "hypot": Function("The length of the diagonal", (N, N), N, lambda *a: math.hypot(*a), more=True),
    "length": Function("How many characters", (T,), N, lambda t: float(len(t))),
    "mid": Function("From character a (the first is 1), b of them or all", (T, N, N), T, _middle, optional=1),
    "left": Function("The first a characters", (T, N), T, lambda t, a: t[: _whole(a, "how many", 0)]),
    "right": Function("The last a characters", (T, N), T, _right),
    "find": Function("Where b stands in a, from 1; 0 = nowhere", (T, T), N, lambda a, b: float(a.find(b) + 1)),
    "contains": Function("Whether b stands in a", (T, T), B, lambda a, b: b in a),
    "upper": Function("In capitals", (T,), T, str.upper),
    "lower": Function("In small letters", (T,), T, str.lower),
    "trim": Function("Without spaces at both ends", (T,), T, str.strip),
    "number": Function("The number that a text says, with a decimal point", (T,), N, _as_number),
    "text": Function("A number as text, with b decimals or as many as it has", (N, N), T, _as_text, optional=1),
    "part_id": Function("The part's id, as it came with the trigger", (), T, str),
    "plc_string": Function("The PLC's recipe string 1 to 4, written as a number", (N,), T, str),
    "parameter": Function("A number that the PLC gives, by its name in the recipe, written in quotes", (T,), N, float),
    "if": Function("b where the condition a holds, else c; the other one is not worked out", (B, N, N), N, float),
}  # fmt: skip
"""`if`, `part_id`, `plc_string` and `parameter` are worked out by `evaluation`; `if` takes and gives any kind."""
