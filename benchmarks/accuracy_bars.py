"""The accuracy that the tools are held to, one row a figure of the scorer."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure of a task's answer, by its path in it, and its limit; `yard`: a time, which grows with the machine's."""

    task: str
    figure: str
    path: tuple[str, ...]
    sign: str
    limit: float
    yard: bool = False

    def measured(self, answer: Mapping[str, Any]) -> float | None:
        """None: the scorer had nothing to measure."""
        value: Any = answer
        for key in self.path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return share(value) / (float(answer["yard"]) if self.yard else 1.0) if value is not None else None

    def met(self, answer: Mapping[str, Any]) -> bool:
        value = self.measured(answer)
        return value is not None and SIGNS[self.sign](value, self.limit)


SIGNS: Mapping[str, Callable[[float, float], bool]] = {"≥": operator.ge, "≤": operator.le}


def share(value: Any) -> float:
    """A number, or the part of a whole that is told as ``23/24``."""
    if isinstance(value, str):
        part, whole = value.split("/")
        return int(part) / int(whole)
    return float(value)


def _shape(condition: str, px: float, deg: float) -> tuple[Bar, ...]:
    at = ("conditions", condition)
    return (
        Bar("shape", f"{condition}: found", (*at, "found"), "≥", 1.0),
        Bar("shape", f"{condition}: place, median px", (*at, "px_median"), "≤", px),
        Bar("shape", f"{condition}: angle, median °", (*at, "deg_median"), "≤", deg),
    )


def _time(task: str, limit: float, key: str = "ms_median", what: str = "median ms") -> Bar:
    return Bar(task, what, (key,), "≤", limit, yard=True)


def _codes(task: str, median: float, p95: float) -> tuple[Bar, ...]:
    return _time(task, median), _time(task, p95, "ms_p95", "p95 ms")


BARS: tuple[Bar, ...] = (
    Bar("deeppcb", "F", ("detection", "f"), "≥", 0.985),
    Bar("deeppcb", "recall", ("detection", "recall"), "≥", 0.985),
    Bar("deeppcb", "F with class", ("with_class", "f"), "≥", 0.978),
    _time("deeppcb", 20),
    Bar("screws", "accuracy, first 8 taught", ("accuracy",), "≥", 1.0),
    _time("screws", 12),
    Bar("screws_any", "errors in 400 places", ("errors_per_400",), "≤", 1),
    Bar("screws_any", "worst window", ("worst_window",), "≤", 3),
    Bar("ballscrew", "AUROC grafted, mean", ("auroc_grafted_mean",), "≥", 0.90),
    Bar("ballscrew", "AUROC grafted, lowest", ("auroc_grafted_min",), "≥", 0.77),
    Bar("ballscrew", "pit hit at 1", ("pit_hit_at_1",), "≥", 0.75),
    Bar("ballscrew", "pit hit at 3", ("pit_hit_at_3",), "≥", 0.86),
    _time("ballscrew", 30),
    Bar("codes", "read", ("read_rate",), "≥", 0.965),
    Bar("codes", "wrong text", ("other_text",), "≤", 1),
    Bar("codes", "nothing read where nothing is", ("read", "none"), "≥", 1.0),
    *_codes("codes", 2, 60),
    Bar("codes_gen", "read", ("read_rate",), "≥", 0.95),
    Bar("codes_gen", "wrong text", ("other_text",), "≤", 1),
    *_codes("codes_gen", 30, 150),
    Bar("ocr", "print, exact", ("exact", "print"), "≥", 59 / 60),
    Bar("ocr", "dot matrix, exact", ("exact", "dot"), "≥", 54 / 60),
    Bar("ocr", "dot matrix, wrong characters", ("character_error_rate", "dot"), "≤", 0.03),
    _time("ocr", 40),
    *_shape("plain", 0.02, 0.02),
    *_shape("clutter", 0.02, 0.02),
    *_shape("occl", 0.035, 0.03),
    *_shape("dark", 0.02, 0.02),
    *_shape("scaled", 0.06, 0.03),
    _time("shape", 20),
    Bar("caliper", "missed", ("missed",), "≤", 0),
    Bar("caliper", "width at noise 0, RMS px", ("width_rms_px", "noise 0"), "≤", 0.017),
    Bar("caliper", "width at noise 2, RMS px", ("width_rms_px", "noise 2"), "≤", 0.019),
    Bar("caliper", "width at noise 5, RMS px", ("width_rms_px", "noise 5"), "≤", 0.050),
    _time("caliper", 500, "us_median", "median µs"),
    Bar("calib", "failed", ("failed",), "≤", 0),
    Bar("calib", "distance error, median squares", ("worst_distance_error_squares_median",), "≤", 0.020),
    Bar("calib", "distance error, worst squares", ("worst",), "≤", 0.027),
    _time("calib", 10),
)
"""`codes_gen` has a bar for each symbology as well: see `lowest_symbology`."""

SYMBOLOGY = Bar("codes_gen", "read, worst symbology", ("lowest_symbology",), "≥", 0.85)
FURTHER = ("ocr", "codes_gen", "shape", "caliper")
"""Generated sets, which meet their bars from other seeds as well."""


def rows(task: str, answer: Mapping[str, Any]) -> list[tuple[Bar, float | None, bool]]:
    """Each bar of a task with what was measured and whether it is met."""
    if "by_symbology" in answer:
        lowest = min(share(read) for read in answer["by_symbology"].values())
        answer = {**answer, "lowest_symbology": lowest}
    bars = [bar for bar in (*BARS, SYMBOLOGY) if bar.task == task]
    return [(bar, bar.measured(answer), bar.met(answer)) for bar in bars]
