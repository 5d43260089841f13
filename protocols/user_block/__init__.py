"""The user-defined block: values of recipes at addresses that the engineer chose, the same over all jobs."""

from .layout import EMPTY, Layout, Picked, Shown
from .places import WIRE, Kind, is_bits, span
from .problems import problems_of
from .settings import UserBlockSettings, UserOutput, UserValue
from .sources import FACT_BITS, FACT_NUMBERS, FACT_TEXTS, STEP_BITS, STEP_NUMBERS, Source, parse

__all__ = [
    "EMPTY",
    "FACT_BITS",
    "FACT_NUMBERS",
    "FACT_TEXTS",
    "STEP_BITS",
    "STEP_NUMBERS",
    "WIRE",
    "Kind",
    "Layout",
    "Picked",
    "Shown",
    "Source",
    "UserBlockSettings",
    "UserOutput",
    "UserValue",
    "is_bits",
    "parse",
    "problems_of",
    "span",
]
