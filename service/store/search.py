"""Which results a filter finds, by the index that leads to the fewest of them.

Without statistics SQLite cannot know which index that is, and a wrong guess reads or sorts a million rows. So each
index that fits says first from where to where its entries go, and then how many there are between, up to a bound:
they lie side by side, and cost no row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import apsw

from service.stored import ResultFilter
from vision.result import Judgement

from .columns import JUDGEMENTS, VERDICTS
from .spans import between

COUNTED = 20_000  # entries of an index, to compare it with the others
_LAST = 2**62
_CODES = {judgement: code for code, judgement in JUDGEMENTS.items()}
_VERDICTS = {verdict: code for code, verdict in VERDICTS.items()}
_TABLE = "results r NOT INDEXED"


@dataclass(frozen=True, slots=True)
class _Term:
    """One condition, and the index that leads to what meets it in the order of numbers; "" = there is none."""

    sql: str
    values: tuple[Any, ...] = ()
    index: str = ""
    implied: tuple[str, ...] = ()  # further conditions that the index covers, or wants to see


@dataclass(frozen=True, slots=True)
class _Part:
    """One query: what it reads, in the order of `key`."""

    source: str
    key: str
    where: str
    values: tuple[Any, ...]

    def select(self, columns: str, limit: int) -> tuple[str, tuple[Any, ...]]:
        """The newest `limit`."""
        sql = f"SELECT {columns} FROM {self.source} WHERE {self.where} ORDER BY {self.key} DESC LIMIT ?"
        return sql, (*self.values, limit)


@dataclass(slots=True)
class Search:
    """The results of a filter with numbers below `before`."""

    db: apsw.Connection
    wanted: ResultFilter
    before: int | None = None
    _parts: list[_Part] = field(init=False)

    def __post_init__(self) -> None:
        low, high = between(self.db, self.wanted.since_us, self.wanted.until_us)
        numbers = low, min(high + 1, _LAST if self.before is None else self.before)
        terms = _terms(self.wanted)
        self._parts = [self._led([*other, *terms], numbers) for other in _alternatives(self.wanted)]

    def newest(self, columns: str, limit: int) -> list[tuple[Any, ...]]:
        """`columns` of `results r` of the newest ones, newest first."""
        if len(self._parts) == 1:
            only: list[tuple[Any, ...]] = self.db.execute(*self._parts[0].select(columns, limit)).fetchall()
            return only
        found: list[tuple[Any, ...]] = [
            row for part in self._parts for row in self.db.execute(*part.select(f"r.number, {columns}", limit))
        ]
        found.sort(key=lambda row: row[0], reverse=True)
        return [row[1:] for row in found[:limit]]

    def grouped(self, columns: str, by: str, limit: int, of: str) -> list[tuple[Any, ...]]:
        """`columns` of the newest `limit`, which have the columns `of`, in groups; each alternative has its own."""
        found: list[tuple[Any, ...]] = []
        for part in self._parts:
            sql, values = part.select(of, limit)
            found += self.db.execute(f"SELECT {columns} FROM ({sql}) GROUP BY {by}", values).fetchall()
        return found

    def _led(self, terms: Sequence[_Term], numbers: tuple[int, int]) -> _Part:
        """By the term whose index has the fewest entries; the first of those that have more than are counted."""
        for term in terms:
            if term.index:
                numbers = self._within(term, numbers)
        leading = min(
            (term for term in terms if term.index), key=lambda term: self._entries(term, numbers), default=None
        )
        source, key = _TABLE, "r.number"
        if leading is not None and leading.index == "failures":
            source, key = "failures f CROSS JOIN results r ON r.number = f.number", "f.number"
        elif leading is not None:
            source = f"results r INDEXED BY {leading.index}"
        where: list[str] = []
        values: list[Any] = []
        for term in terms:
            own = term is not leading and term.index == "failures"
            where.append(_FAILED if own else term.sql)
            values += term.values
        where += leading.implied if leading else ()
        where += [f"{key} >= ?", f"{key} < ?"]
        return _Part(source, key, " AND ".join(where), (*values, *numbers))

    def _within(self, term: _Term, numbers: tuple[int, int]) -> tuple[int, int]:
        """From the first to the last that meets the term: lots, orders and versions follow each other."""
        table, key, where = self._index(term)
        first, last = (
            self.db.execute(
                f"SELECT {key} FROM {table} WHERE {where} ORDER BY {key} {order} LIMIT 1", (*term.values, *numbers)
            ).get
            for order in ("ASC", "DESC")
        )
        return (0, 0) if first is None or last is None else (int(first), int(last) + 1)

    def _index(self, term: _Term) -> tuple[str, str, str]:
        """Table, key and conditions that read nothing but the term's index, for numbers in a range."""
        failures = term.index == "failures"
        table, key = ("failures f", "f.number") if failures else (f"results r INDEXED BY {term.index}", "r.number")
        return table, key, " AND ".join((term.sql, *term.implied, f"{key} >= ?", f"{key} < ?"))

    def _entries(self, term: _Term, numbers: tuple[int, int]) -> int:
        if term.index == "results_imaged":  # it cannot be counted without the rows
            return COUNTED
        table, _, where = self._index(term)
        counted = self.db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {where} LIMIT ?)", (*term.values, *numbers, COUNTED)
        )
        return int(counted.get)


_FAILED = "EXISTS (SELECT 1 FROM failures f WHERE f.key = ? AND f.number = r.number)"


def _terms(wanted: ResultFilter) -> list[_Term]:
    """In the order of how few results they mostly find."""
    return [*_ids(wanted), *_faults(wanted), *_recipe(wanted), *_rest(wanted)]


def _equal(column: str, value: Any, index: str, empty: str = "''") -> Iterator[_Term]:
    """The index leaves out what is empty."""
    if value is not None:
        there = value not in ("", b"")
        yield _Term(f"r.{column} = ?", (value,), index if there else "", (f"r.{column} <> {empty}",) if there else ())


def _ids(wanted: ResultFilter) -> Iterator[_Term]:
    part_id = None if wanted.part_id is None else wanted.part_id.encode()
    yield from _equal("part_id", part_id, "results_part", "x''")
    yield from _equal("meas_id", wanted.meas_id, "results_meas")
    yield from _equal("lot", wanted.lot, "results_lot")
    yield from _equal("work_order", wanted.order, "results_order")
    yield from _equal("product_id", wanted.product_id, "results_product")


def _faults(wanted: ResultFilter) -> Iterator[_Term]:
    if wanted.verdict == "none":
        yield _Term("r.verdict IS NULL")
    elif wanted.verdict is not None:
        yield _Term("r.verdict = ?", (_VERDICTS[wanted.verdict],), "results_verdict", ("r.verdict IS NOT NULL",))
    if wanted.tool is not None:
        yield _Term("f.key = ?", (wanted.tool,), "failures")
    if wanted.reject_class is not None:
        index = "results_class" if wanted.reject_class else ""
        yield _Term("r.reject_class = ?", (wanted.reject_class,), index, ("r.reject_class <> 0",) if index else ())
    yield from _equal("sort_class", wanted.sort_class, "results_sort")


def _bad(wanted: ResultFilter) -> tuple[str, ...]:
    """What says that a part did not pass; empty where it may have. Literal: a partial index wants to see it."""
    code = None if wanted.judgement is None else _CODES[wanted.judgement]
    if code not in (None, 1):
        return (f"r.judgement = {code}", "r.judgement <> 1")
    return ("r.judgement <> 1",) if wanted.not_passed else ()


def _recipe(wanted: ResultFilter) -> Iterator[_Term]:
    bad = _bad(wanted)
    if wanted.job is not None:
        if wanted.version is not None:
            yield _Term("r.job = ? AND r.recipe_version = ?", (wanted.job, wanted.version), "results_version")
        yield _Term("r.job = ?", (wanted.job,), "results_job_bad" if bad else "results_job", bad)
    elif wanted.version is not None:
        yield _Term("r.recipe_version = ?", (wanted.version,))
    if wanted.recipe is not None:
        yield _Term("r.recipe = ?", (wanted.recipe,), "results_recipe_bad" if bad else "results_recipe", bad)


def _rest(wanted: ResultFilter) -> Iterator[_Term]:
    if bad := _bad(wanted):
        yield _Term(bad[0], (), "results_bad", bad[1:])
    if wanted.judgement is Judgement.PASS:
        yield _Term("r.judgement = 1", (), "results_judgement")
    yield from _equal("shift", wanted.shift, "results_shift")
    if wanted.since_us is not None:
        yield _Term("r.finished_at_us >= ?", (wanted.since_us,))
    if wanted.until_us is not None:
        yield _Term("r.finished_at_us < ?", (wanted.until_us,))
    if wanted.image is not None:
        yield _Term("r.image <> ''", (), "results_imaged") if wanted.image else _Term("r.image = ''")


def _alternatives(wanted: ResultFilter) -> list[list[_Term]]:
    """What may be the part, the order or the lot: no result is found by two of them."""
    own = wanted.any_id
    if own is None:
        return [[]]
    part, order = _Term("r.part_id <> ?", (own.encode(),)), _Term("r.work_order <> ?", (own,))
    return [
        list(_ids(ResultFilter(part_id=own))),
        [*_ids(ResultFilter(order=own)), part],
        [*_ids(ResultFilter(lot=own)), part, order],
    ]
