"""What the writer does inside a transaction, table by table."""

import dataclasses
import logging
import time
from datetime import tzinfo
from functools import cache
from typing import Any

import apsw
import orjson

from protocols.handshake.types import Accepted, Outcome
from protocols.retentive.records import outcome_bytes
from service.inspection import NOTHING, Given, Inspection
from service.logs.about import parts
from service.stored import Review
from vision.result import Judgement, StepResult

from .columns import TRIGGER, TRIGGER_COUNT, VERDICTS, clean, trigger_values
from .drawing import drawing_bytes
from .image_rows import ImageRows
from .marks import Marks
from .rollups import Rollups
from .rows import AlarmCare, LatchedSet
from .steps import steps_bytes
from .tallies import Tallies

log = logging.getLogger(__name__)

_CODES = {Judgement.PASS: 1, Judgement.FAIL: 2, Judgement.ERROR: 3}
_VERDICTS = {verdict: code for code, verdict in VERDICTS.items()}
_RESULT = (
    f"{TRIGGER}, result_seq, recipe, recipe_version, judgement, reject_class, error_code, message, acquired_at_us,"
    " finished_at_us, cycle_us, acquisition_us, processing_us, image, lossless, stored,"
    " outcome, steps, drawing, counted, sort_class"
)
_MARKS = ", ".join("?" * len(_RESULT.split(",")))
_INSERT_RESULT = f"INSERT INTO results ({_RESULT}) VALUES ({_MARKS})"
_INSERT_GIVEN = f"INSERT INTO results ({_RESULT}, meas_id, product_id) VALUES ({_MARKS}, ?, ?)"
_INSERT_ACCEPTANCE = f"INSERT OR REPLACE INTO acceptances ({TRIGGER}) VALUES ({', '.join('?' * TRIGGER_COUNT)})"
_MOST_MEASURES = 20_000  # ids remembered
_MEASUREMENT, _MOST_ROWS = 6, 128  # columns; of one statement
_MEASURE = ("step", "tool", "name", "unit", "low", "high", "warn_low", "warn_high", "nominal")
_SAME_MEASURE = " AND ".join(f"{column} IS ?" for column in _MEASURE)


@cache
def _insert_measurements(rows: int) -> str:
    """For several at once: after each statement the writer waits for the interpreter, which others want too.

    A power of two, so that there are few statements to prepare.
    """
    row = f"({', '.join('?' * _MEASUREMENT)})"
    return f"INSERT INTO measurements VALUES {', '.join([row] * rows)}"


def now_us() -> int:
    """UTC."""
    return time.time_ns() // 1000


class Writing:
    """The statements, on one connection; lives in the writer's thread. Every method is part of a transaction."""

    def __init__(self, connection: apsw.Connection, marks: Marks, boot_id: str, zone: tzinfo) -> None:
        self._db, self._marks, self._boot_id = connection, marks, boot_id
        self._rollups, self._tallies = Rollups(connection, zone), Tallies(connection)
        self.images = ImageRows(connection)
        self._measures: dict[tuple[Any, ...], int] = {}

    def rolled_back(self) -> None:
        """Ids that were given out may not stand."""
        self._measures.clear()

    # the handshake's journal

    def accept(self, accepted: Accepted, retained: bytes) -> None:
        self._marks.reserve(accepted.number, 0)
        self._db.execute(_INSERT_ACCEPTANCE, trigger_values(accepted))
        self.keep(retained)

    def keep(self, retained: bytes) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO retained (id, state, boot_id, at_us) VALUES (1, ?, ?, ?)",
            (retained, self._boot_id, now_us()),
        )

    def revoke(self, number: int) -> None:
        self._db.execute("DELETE FROM acceptances WHERE number = ?", (number,))

    # results

    def save(self, inspection: Inspection) -> None:
        """Row, measurements and rollups; may be repeated: a commit that failed may have happened all the same."""
        number, steps = inspection.accepted.number, inspection.result.steps
        self._marks.reserve(number, inspection.result_seq)
        self._forget(number)
        finished_at_us = inspection.finished_at_us or now_us()
        values, given = _result_values(inspection, finished_at_us), inspection.given
        if given == NOTHING:
            self._db.execute(_INSERT_RESULT, values)
        else:
            self._db.execute(_INSERT_GIVEN, (*values, clean(given.meas_id), clean(given.product_id)))
        self._measurements(number, steps)
        keys = {
            (key, number)
            for s in steps
            if s.judgement is not Judgement.PASS
            for key in (clean(s.name), clean(s.step), clean(s.tool))
        }
        self._db.executemany("INSERT INTO failures (key, number) VALUES (?, ?)", keys)
        self._rollups.count(number, 1)
        self._rollups.count_steps(number, 1)
        self._tallies.count(number, 1)
        self.revoke(number)

    def restate(self, number: int, outcome: Outcome) -> None:
        """The row of `number` tells what the PLC was given while the commit was awaited."""
        self._rollups.count(number, -1)
        self._tallies.count(number, -1)
        self._db.execute(
            "UPDATE results SET judgement = ?, reject_class = ?, error_code = ?, stored = ?, sort_class = ?,"
            " outcome = ? WHERE number = ?",
            (
                *(outcome.judgement, outcome.reject_class, outcome.error_code, outcome.stored),
                *(clean(outcome.sort_class), outcome_bytes(outcome), number),
            ),
        )
        if self._db.changes() == 0:
            log.error("result %d was offered unstored and cannot be found", number, extra=parts(number))
        self._rollups.count(number, 1)
        self._tallies.count(number, 1)

    def give(self, number: int, given: Given) -> None:
        self._db.execute(
            "UPDATE results SET meas_id = ?, product_id = ? WHERE number = ?",
            (clean(given.meas_id), clean(given.product_id), number),
        )

    def review(self, number: int, review: Review | None) -> bool:
        """What a person said about this result; None = nothing any more. Whether there is such a result."""
        told: tuple[Any, ...] = (None, "", "", 0)
        if review is not None:
            told = (_VERDICTS[review.verdict], clean(review.reason), clean(review.by), review.at_us)
        self._db.execute(
            "UPDATE results SET verdict = ?, verdict_reason = ?, verdict_by = ?, verdict_at_us = ? WHERE number = ?",
            (*told, number),
        )
        return self._db.changes() > 0

    def latch(self, scope: int, client: str, number: int) -> LatchedSet:
        return self._tallies.latch(scope, clean(client), number, now_us())

    def trim_latches(self, keep: int) -> None:
        self._tallies.trim(keep, now_us())

    def drop_results(self, numbers: list[int]) -> None:
        """Retention; the rollups stay. A statement a table: after each the writer waits for the interpreter."""
        marks = ", ".join("?" * len(numbers))
        for table in ("results", "measurements", "failures"):
            self._db.execute(f"DELETE FROM {table} WHERE number IN ({marks})", numbers)

    def _forget(self, number: int) -> None:
        if self._db.execute("SELECT 1 FROM results WHERE number = ?", (number,)).fetchone():
            self._rollups.count(number, -1)
            self._rollups.count_steps(number, -1)
            self._tallies.count(number, -1)
            self.drop_results([number])

    def _measurements(self, number: int, steps: tuple[StepResult, ...]) -> None:
        values: list[Any] = []
        for step in steps:
            name, tool, status = step.name, step.tool, int(step.status)
            for m in step.measurements:
                key = (name, tool, m.name, m.unit, m.low, m.high, m.warn_low, m.warn_high, m.nominal)
                measure = self._measures.get(key) or self._measure(key)
                place = len(values) // _MEASUREMENT
                values += (number, place, measure, float(m.value), _CODES[m.judgement], status)
        at, rows = 0, len(values) // _MEASUREMENT
        while rows:
            some = min(1 << rows.bit_length() - 1, _MOST_ROWS)
            self._db.execute(_insert_measurements(some), values[at : at + some * _MEASUREMENT])
            at, rows = at + some * _MEASUREMENT, rows - some

    def _measure(self, key: tuple[Any, ...]) -> int:
        """The id of a measurement's definition, which is not known yet: all columns of `measures` but the first."""
        texts, numbers = map(clean, key[:4]), (None if limit is None else _number(limit) for limit in key[4:])
        row = (*texts, *numbers)
        found = self._db.execute(f"SELECT id FROM measures WHERE {_SAME_MEASURE}", row).get
        if found is None:
            self._db.execute(f"INSERT INTO measures ({', '.join(_MEASURE)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            found = self._db.last_insert_rowid()
        if len(self._measures) >= _MOST_MEASURES:  # limits that come with each part would fill the memory
            self._measures.clear()
        self._measures[key] = found
        return int(found)

    # the rest

    def raise_alarm(self, number: int, severity: str, text: str, at_us: int, changed_at_us: int) -> None:
        """One row while it is active."""
        self._db.execute(
            "INSERT INTO alarms (number, severity, text, since_us, changed_at_us) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (number) WHERE cleared_at_us IS NULL DO UPDATE SET"
            " text = excluded.text, changed_at_us = excluded.changed_at_us",
            (number, severity, clean(text), at_us, changed_at_us),
        )

    def clear_alarm(self, number: int, at_us: int) -> None:
        self._db.execute(
            "UPDATE alarms SET cleared_at_us = ?, changed_at_us = ? WHERE number = ? AND cleared_at_us IS NULL",
            (at_us, at_us, number),
        )

    def care_for_alarm(self, number: int, care: AlarmCare, at_us: int) -> None:
        """Of the newest alarm of this number."""
        self._db.execute(
            "UPDATE alarms SET changed_at_us = ?, acknowledged_at_us = ?, acknowledged_by = ?, confirmed_at_us = ?,"
            " confirmed_by = ?, comment = ?, commented_at_us = ?, commented_by = ?"
            " WHERE id = (SELECT max(id) FROM alarms WHERE number = ?)",
            (
                *(at_us, care.acknowledged_at_us, clean(care.acknowledged_by), care.confirmed_at_us),
                *(
                    clean(care.confirmed_by),
                    clean(care.comment),
                    care.commented_at_us,
                    clean(care.commented_by),
                    number,
                ),
            ),
        )

    def event(self, kind: str, text: str, who: str, at_us: int) -> None:
        self._db.execute(
            "INSERT INTO events (at_us, kind, text, who) VALUES (?, ?, ?, ?)",
            (at_us, clean(kind), clean(text), clean(who)),
        )

    def recipe_version(self, job: int, version: int, name: str, sha256: str, content: dict[str, Any]) -> None:
        """Once for each job, version and hash."""
        self._db.execute(
            "INSERT OR IGNORE INTO recipe_versions (job, version, name, sha256, content, at_us)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (job, version, clean(name), sha256, orjson.dumps(content).decode(), now_us()),
        )

    def set_meta(self, name: str, value: Any) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def trim(self, table: str, keep: int) -> None:
        """Drop the oldest rows of `alarms` (only cleared ones) or `events`, at most 500."""
        cleared = "AND cleared_at_us IS NOT NULL" if table == "alarms" else ""
        self._db.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table}"
            f" WHERE id <= (SELECT max(id) FROM {table}) - ? {cleared} ORDER BY id LIMIT 500)",
            (keep,),
        )


def _number(value: float) -> float:
    """NaN would be NULL, which no limit may be: it limits nothing."""
    return float(value) if value == value else float("-inf")


def _result_values(inspection: Inspection, finished_at_us: int) -> tuple[Any, ...]:
    outcome, result = inspection.outcome, inspection.result
    return (
        *trigger_values(inspection.accepted),
        *(inspection.result_seq, clean(inspection.recipe), outcome.recipe_version, outcome.judgement),
        *(outcome.reject_class, outcome.error_code, clean(result.message), outcome.acquisition_time_us),
        *(finished_at_us, outcome.trigger_to_result_us, outcome.acquisition_us, outcome.processing_us),
        *(clean(inspection.image), False),
        *(outcome.stored, outcome_bytes(outcome), steps_bytes(result.steps)),
        drawing_bytes(result.steps, inspection.frame_size),
        orjson.dumps(inspection.counted).decode() if inspection.counted else None,
        clean(outcome.sort_class),
    )


def without_frames(inspection: Inspection) -> Inspection:
    """What waits for the disk must not hold images."""
    return dataclasses.replace(inspection, acquisition=None)
