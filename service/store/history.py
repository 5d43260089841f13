"""Results in the order of time, for history: a range of times becomes one of numbers, which are the order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import apsw

from .spans import between

R = TypeVar("R")

MARGIN_US = 300_000_000  # from an exposure to the end of its part, and what a clock is set by
SOURCE = "CASE WHEN acquired_at_us > 0 THEN acquired_at_us ELSE finished_at_us END"
"""The time that a result's tags carry."""
FINISHED = "finished_at_us"


@dataclass(frozen=True, slots=True)
class Range:
    """Times are UTC microseconds, both limits included."""

    low_us: int
    high_us: int
    newest_first: bool
    limit: int
    after: int | None = None  # only what comes behind this number
    time: str = SOURCE
    present: str = "1"  # SQL: which results have the value at all


def read(db: apsw.Connection, columns: str, wanted: Range, make: Callable[..., R]) -> list[R]:
    """`make` of number, time and `columns` of the results in the range. SQL here is ours, never a client's."""
    since = max(0, wanted.low_us - MARGIN_US) or None
    until = wanted.high_us + MARGIN_US if wanted.high_us < 2**61 else None
    low, high = between(db, since, until)
    if wanted.after is not None:
        low, high = (low, min(high, wanted.after - 1)) if wanted.newest_first else (max(low, wanted.after + 1), high)
    order = "DESC" if wanted.newest_first else "ASC"
    found = db.execute(
        f"SELECT number, {wanted.time} AS at_us, {columns} FROM results NOT INDEXED"
        f" WHERE number >= ? AND number <= ? AND at_us >= ? AND at_us <= ? AND {wanted.present}"
        f" ORDER BY number {order} LIMIT ?",
        (low, high, wanted.low_us, wanted.high_us, wanted.limit),
    )
    return [make(*row) for row in found]
