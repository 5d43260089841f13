"""Read the database; runs in the reader's thread."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import apsw

from protocols.handshake.types import Source
from service.stored import ResultFilter, Review
from vision.result import Judgement, Measurement

from .columns import JUDGEMENTS, VERDICTS
from .drawing import drawn
from .failure import failure
from .rows import (
    AlarmCare,
    AlarmRow,
    EventRow,
    HourRow,
    ParetoRow,
    RecipeVersion,
    ResultDetail,
    ResultRow,
)
from .search import Search
from .steps import steps

_ROW = (
    "r.number, result_seq, judgement, reject_class, error_code, message, job, recipe, recipe_version, part_id,"
    " user_tag, encoder, source, client, trigger_seq, forced, work_order, lot, shift, accepted_at_us, acquired_at_us,"
    " finished_at_us, cycle_us, acquisition_us, processing_us, image, lossless, stored,"
    " meas_id, product_id, sort_class, verdict, verdict_reason, verdict_by, verdict_at_us,"
    " pinned_at_us"
)
_WHERE_IT_FAILED = "CASE WHEN judgement <> 1 THEN steps END, CASE WHEN judgement <> 1 THEN drawing END"


def page(db: apsw.Connection, wanted: ResultFilter, before: int | None, limit: int) -> list[ResultRow]:
    """Newest first, below `before`: a page costs the same anywhere, because it begins where the last one ended."""
    return [_row(row) for row in Search(db, wanted, before).newest(f"{_ROW}, {_WHERE_IT_FAILED}", limit)]


def get(db: apsw.Connection, number: int) -> ResultDetail | None:
    found = db.execute(
        f"SELECT {_ROW}, {_WHERE_IT_FAILED}, steps, drawing FROM results r WHERE number = ?", (number,)
    ).fetchone()
    if found is None:
        return None
    measured = db.execute(
        "SELECT name, value, unit, low, high, warn_low, warn_high, nominal FROM measurements m"
        " JOIN measures d ON d.id = m.measure WHERE m.number = ? ORDER BY position",
        (number,),
    )
    measurements = [
        Measurement(name, float("nan") if value is None else value, unit, *limits)
        for name, value, unit, *limits in measured
    ]
    *row, content, drawing = found
    plain = steps(content, measurements)
    return ResultDetail(_row(row), *(drawn(plain, drawing) if drawing else (plain, (0, 0))))


def hourly(db: apsw.Connection, since_us: int, until_us: int, job: int | None) -> list[HourRow]:
    """Hours that begin in the range, oldest first."""
    only = "" if job is None else " AND job = ?"
    rows = db.execute(
        f"SELECT * FROM rollup_hourly WHERE hour_us >= ? AND hour_us < ?{only} ORDER BY hour_us, job",
        (since_us, until_us) if job is None else (since_us, until_us, job),
    )
    return [HourRow(*row) for row in rows]


def pareto(db: apsw.Connection, since_us: int, until_us: int, job: int | None, limit: int) -> list[ParetoRow]:
    """Of the hours that begin in the range, the step that failed most first."""
    only = "" if job is None else " AND job = ?"
    rows = db.execute(
        "SELECT step, tool, sum(failed), sum(errors) FROM rollup_steps"
        f" WHERE hour_us >= ? AND hour_us < ?{only} GROUP BY step, tool"
        " ORDER BY sum(failed) + sum(errors) DESC, step, tool LIMIT ?",
        (since_us, until_us, limit) if job is None else (since_us, until_us, job, limit),
    )
    return [ParetoRow(*row) for row in rows]


_CARE = ", ".join(one.name for one in fields(AlarmCare))
_OPEN = (
    "AND (cleared_at_us IS NULL OR acknowledged_at_us IS NULL OR confirmed_at_us IS NULL)"
    " AND id IN (SELECT max(id) FROM alarms GROUP BY number)"
)


def alarms(
    db: apsw.Connection, before: int | None, limit: int, *, active: bool = False, standing: bool = False
) -> list[AlarmRow]:
    """Newest first; all, the active ones, or the newest of each number that is active or not yet seen to."""
    only = "AND cleared_at_us IS NULL" if active else _OPEN if standing else ""
    rows = db.execute(
        f"SELECT id, number, severity, text, since_us, cleared_at_us, changed_at_us, {_CARE} FROM alarms"
        f" WHERE id < ? {only} ORDER BY id DESC LIMIT ?",
        (_below(before), limit),
    )
    return [_alarm(*row) for row in rows]


def _alarm(own: int, number: int, severity: str, text: str, *rest: Any) -> AlarmRow:
    since_us, cleared_at_us, changed_at_us, *care = rest
    return AlarmRow(own, number, severity, text, since_us, cleared_at_us, AlarmCare(*care), changed_at_us)


def events(db: apsw.Connection, before: int | None, limit: int) -> list[EventRow]:
    """Newest first."""
    rows = db.execute(
        "SELECT id, at_us, kind, text, who FROM events WHERE id < ? ORDER BY id DESC LIMIT ?", (_below(before), limit)
    )
    return [EventRow(*row) for row in rows]


def recipe_versions(db: apsw.Connection, job: int, version: int | None) -> list[RecipeVersion]:
    """Newest first; all of a job, or those of one version."""
    only = "" if version is None else " AND version = ?"
    rows = db.execute(
        "SELECT job, version, name, sha256, content, at_us FROM recipe_versions"
        f" WHERE job = ?{only} ORDER BY version DESC, at_us DESC",
        (job,) if version is None else (job, version),
    )
    return [RecipeVersion(*row) for row in rows]


def quick_check(db: apsw.Connection) -> str:
    """What is wrong with the file, "" = nothing. Reads all of it."""
    found = db.execute("PRAGMA quick_check(1)").get
    return "" if found == "ok" else str(found)


def _below(before: int | None) -> int:
    return 2**62 if before is None else before


def _row(row: Sequence[Any]) -> ResultRow:
    number, seq, judgement, reject_class, error_code, message, job, recipe, version, part_id, *rest = row
    tag, encoder, source, client, trigger_seq, forced, *rest = rest
    rest, own = rest[:-13], rest[-13:]
    image, lossless, stored, meas_id, product_id, sort_class, verdict, *said, pinned_at_us, content, drawing = own
    values: tuple[Any, ...] = (
        *(number, seq, JUDGEMENTS.get(judgement, Judgement.ERROR), reject_class, error_code, message, job, recipe),
        *(version, part_id.decode("utf-8", "replace"), tag, encoder, Source(source), client, trigger_seq),
        *(bool(forced), *rest, image, bool(lossless), bool(stored), meas_id, product_id, sort_class),
        None if verdict is None else Review(VERDICTS[verdict], *said),
        failure(content, drawing, JUDGEMENTS.get(judgement, Judgement.ERROR)) if content else None,
        pinned_at_us is not None,
    )
    return ResultRow(*values)
