"""One measurement over the parts of a filter, with the limits that it was held to then."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import apsw
import orjson

from service.stored import ResultFilter
from vision.result import Judgement

from .columns import JUDGEMENTS
from .search import Search


@dataclass(frozen=True, slots=True)
class Limits:
    """What values were held to; infinite = not."""

    low: float
    high: float
    warn_low: float
    warn_high: float
    nominal: float | None


@dataclass(frozen=True, slots=True)
class Value:
    """Of one part; of a step with several regions there may be several."""

    number: int
    at_us: int  # UTC, judged
    value: float | None  # None = not a number
    judgement: Judgement
    limits: int  # which of the series'


@dataclass(frozen=True, slots=True)
class Series:
    """Oldest first."""

    measure: str  # "" = no part has the step
    unit: str
    limits: tuple[Limits, ...]
    values: tuple[Value, ...]


NONE = Series("", "", (), ())


def series(db: apsw.Connection, wanted: ResultFilter, step: str, measure: str | None, limit: int) -> Series:
    """Of the newest `limit` parts; `measure` None = the step's main one."""
    rows = Search(db, wanted).newest("r.number, r.finished_at_us", limit)
    times = {int(number): int(at_us) for number, at_us in rows}
    known: list[tuple[Any, ...]] = db.execute(
        "SELECT id, name, unit, low, high, warn_low, warn_high, nominal FROM measures WHERE step = ?", (step,)
    ).fetchall()
    if not times or not known:
        return NONE
    name = measure if measure is not None else _main(db, [number for number, _ in rows], step, known)
    own = {row[0]: row for row in known if row[1] == name or row[1].startswith(f"{name}[")}
    if not own:
        return NONE
    places: dict[Limits, int] = {}
    values = [
        Value(
            number,
            times[number],
            value,
            JUDGEMENTS.get(code, Judgement.ERROR),
            places.setdefault(Limits(*own[of][3:]), len(places)),
        )
        for number, of, value, code in _measurements(db, list(times), list(own))
    ]
    return Series(name, str(next(iter(own.values()))[2]), tuple(places), tuple(values))


def _measurements(db: apsw.Connection, numbers: Sequence[int], measures: Sequence[int]) -> list[tuple[Any, ...]]:
    """Number, measure, value and judgement, by number."""
    found: list[tuple[Any, ...]] = db.execute(
        "SELECT number, measure, value, judgement FROM measurements"
        f" WHERE number IN ({', '.join(map(str, sorted(numbers)))}) AND measure IN ({', '.join(map(str, measures))})"
        " ORDER BY number, position"
    ).fetchall()
    return found


def _main(db: apsw.Connection, numbers: Sequence[int], step: str, known: Sequence[tuple[Any, ...]]) -> str:
    """As the newest part has it that took the step; else the first that the step ever had."""
    first = str(min(known)[1])
    for number in numbers[:_LOOKED_AT]:
        content = db.execute("SELECT steps FROM results WHERE number = ?", (number,)).get
        found = (
            next((s for s in orjson.loads(content) if s["name"] == step and s.get("main")), None) if content else None
        )
        if found:
            return str(found["main"])
    return first


_LOOKED_AT = 50
