"""Read the database; runs in the reader's thread."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import apsw
import orjson

from protocols.handshake.types import Source
from service.stored import ResultFilter
from vision.result import Judgement, Measurement

from .columns import JUDGEMENTS
from .drawing import drawn
from .rollups import HOUR_US
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
from .steps import steps

_CODES = {judgement: code for code, judgement in JUDGEMENTS.items()}
_ROW = (
    "r.number, result_seq, judgement, reject_class, error_code, message, job, recipe, recipe_version, part_id,"
    " user_tag, encoder, source, client, trigger_seq, forced, work_order, lot, shift, accepted_at_us, acquired_at_us,"
    " finished_at_us, cycle_us, acquisition_us, processing_us, image, lossless, stored,"
    " meas_id, product_id, outcome"
)


def page(db: apsw.Connection, wanted: ResultFilter, before: int | None, limit: int) -> list[ResultRow]:
    """Newest first, below `before`: a page costs the same anywhere, because it begins where the last one ended."""
    source, conditions = _source(wanted)
    values: list[Any] = []
    for name, value in (
        ("recipe = ?", wanted.recipe),
        ("job = ?", wanted.job),
        ("part_id = ?", wanted.part_id.encode() if wanted.part_id is not None else None),
        ("meas_id = ?", wanted.meas_id),
        ("product_id = ?", wanted.product_id),
        ("work_order = ?", wanted.order),
        ("lot = ?", wanted.lot),
        ("shift = ?", wanted.shift),
        ("finished_at_us >= ?", wanted.since_us),
        ("finished_at_us < ?", wanted.until_us),
    ):
        if value is not None:
            conditions.append(name)
            values.append(value)
    if wanted.tool is not None:
        conditions.append("f.key = ?")
        values.append(wanted.tool)
    low, high = between(db, wanted.since_us, wanted.until_us)
    key = "f.number" if wanted.tool is not None else "r.number"
    conditions += [f"{key} >= ?", f"{key} < ?"]
    values += [low, min(high + 1, before if before is not None else high + 1), limit]
    sql = f"SELECT {_ROW} FROM {source} WHERE {' AND '.join(conditions)} ORDER BY {key} DESC LIMIT ?"
    return [_row(row) for row in db.execute(sql, values)]


def get(db: apsw.Connection, number: int) -> ResultDetail | None:
    found = db.execute(f"SELECT {_ROW}, steps, drawing FROM results r WHERE number = ?", (number,)).fetchone()
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


def _source(wanted: ResultFilter) -> tuple[str, list[str]]:
    """The table with the index that leads to the fewest rows in the order of the page, and its condition.

    Named, because without statistics SQLite cannot know, and a wrong guess sorts a million rows.
    """
    code = _CODES.get(wanted.judgement) if wanted.judgement is not None else None
    conditions = [] if code is None else [f"judgement = {code}"]  # literal: a partial index wants to see it
    if wanted.tool is not None:
        return "failures f CROSS JOIN results r ON r.number = f.number", conditions
    bad = code not in (None, 1)
    if bad:
        conditions.append("judgement <> 1")
    candidates = (
        ("results_meas", bool(wanted.meas_id), "meas_id <> ''"),
        ("results_part", bool(wanted.part_id), "part_id <> x''"),
        ("results_lot", bool(wanted.lot), "lot <> ''"),
        ("results_order", bool(wanted.order), "work_order <> ''"),
        ("results_product", bool(wanted.product_id), "product_id <> ''"),
        ("results_recipe_bad", wanted.recipe is not None and bad, ""),
        ("results_job_bad", wanted.job is not None and bad, ""),
        ("results_recipe", wanted.recipe is not None, ""),
        ("results_job", wanted.job is not None, ""),
        ("results_shift", bool(wanted.shift), "shift <> ''"),
        ("results_judgement", code is not None, ""),
    )
    for index, fits, condition in candidates:
        if fits:
            return f"results r INDEXED BY {index}", conditions + ([condition] if condition else [])
    return "results r NOT INDEXED", conditions


def between(db: apsw.Connection, since_us: int | None, until_us: int | None) -> tuple[int, int]:
    """The first and last number that can have finished in the range, whatever was done to the clock."""
    low, high = 0, 2**62
    if since_us is not None:
        found = _ends(db, "min(first)", "min(number)", since_us, since_us + HOUR_US, "hour_us >= ?", since_us)
        low = high + 1 if found is None else found
    if until_us is not None:
        found = _ends(db, "max(last)", "max(number)", until_us - HOUR_US, until_us, "hour_us <= ?", until_us - HOUR_US)
        high = -1 if found is None else found
    return low, high


def _ends(
    db: apsw.Connection, of_hours: str, of_rows: str, since_us: int, until_us: int, hours: str, hour_us: int
) -> int | None:
    """Whole hours by their table, the broken hour at the end of the range by its rows."""
    whole = db.execute(f"SELECT {of_hours} FROM hours WHERE {hours}", (hour_us,)).get
    broken = db.execute(
        f"SELECT {of_rows} FROM results INDEXED BY results_finished WHERE finished_at_us >= ? AND finished_at_us < ?",
        (since_us, until_us),
    ).get
    found = [int(number) for number in (whole, broken) if number is not None]
    if not found:
        return None
    return min(found) if of_hours.startswith("min") else max(found)


def _below(before: int | None) -> int:
    return 2**62 if before is None else before


def _row(row: Sequence[Any]) -> ResultRow:
    number, seq, judgement, reject_class, error_code, message, job, recipe, version, part_id, *rest = row
    tag, encoder, source, client, trigger_seq, forced, *rest = rest
    *rest, image, lossless, stored, meas_id, product_id, outcome = rest
    return ResultRow(
        *(number, seq, JUDGEMENTS.get(judgement, Judgement.ERROR), reject_class, error_code, message, job, recipe),
        *(version, part_id.decode("utf-8", "replace"), tag, encoder, Source(source), client, trigger_seq),
        *(bool(forced), *rest, image, bool(lossless), bool(stored), meas_id, product_id, _sort_class(outcome)),
    )


def _sort_class(outcome: bytes) -> str:
    """Read only where there is one: few recipes sort, and a page has many rows."""
    return str(orjson.loads(outcome)["sort_class"]) if b'"sort_class"' in outcome else ""
