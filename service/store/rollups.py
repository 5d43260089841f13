"""Counts by the hour, kept with every result so that a chart of a year reads a few thousand rows."""

from datetime import UTC, datetime, tzinfo
from typing import Any

import apsw
import orjson

from vision.result import Judgement

HOUR_US = 3_600_000_000
_BAD = (Judgement.FAIL, Judgement.ERROR)


class Rollups:
    """Part of the writer's transaction. A row is taken out with the sign -1 before it changes."""

    def __init__(self, connection: apsw.Connection, zone: tzinfo) -> None:
        self._db, self._zone = connection, zone

    def hour(self, at_us: int) -> int:
        """Start of the hour on the station's clock, which need not be one of UTC."""
        offset = datetime.fromtimestamp(at_us / 1e6, UTC).astimezone(self._zone).utcoffset()
        shift_us = int(offset.total_seconds() * 1e6) if offset else 0
        return at_us - (at_us + shift_us) % HOUR_US

    def count(self, number: int, sign: int) -> None:
        """The judgement and cycle time of the row of `number`. Forced results are not counted."""
        row: tuple[Any, ...] | None = self._db.execute(
            "SELECT finished_at_us, job, judgement, cycle_us, forced FROM results WHERE number = ?", (number,)
        ).fetchone()
        if row is None:
            return
        at_us, job, judgement, cycle_us, forced = row
        hour = self.hour(at_us)
        self._db.execute(
            "INSERT INTO hours VALUES (?, ?, ?) ON CONFLICT (hour_us) DO UPDATE SET"
            " first = min(first, excluded.first), last = max(last, excluded.last)",
            (hour, number, number),
        )
        if not forced:
            self._db.execute(
                "INSERT INTO rollup_hourly VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hour_us, job) DO UPDATE SET"
                " passed = passed + excluded.passed, failed = failed + excluded.failed,"
                " errors = errors + excluded.errors, cycle_us = cycle_us + excluded.cycle_us",
                (hour, job, *(sign * (judgement == code) for code in (1, 2, 3)), sign * cycle_us),
            )

    def count_steps(self, number: int, sign: int) -> None:
        """The steps of the row of `number` that did not pass."""
        row: tuple[Any, ...] | None = self._db.execute(
            "SELECT finished_at_us, job, forced, steps FROM results WHERE number = ?", (number,)
        ).fetchone()
        if row is None:
            return
        at_us, job, forced, steps = row
        bad = [s for s in orjson.loads(steps) if s["judgement"] != Judgement.PASS]
        if not bad or forced:
            return
        hour = self.hour(at_us)
        self._db.executemany(
            "INSERT INTO rollup_steps VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hour_us, job, step, tool) DO UPDATE SET"
            " failed = failed + excluded.failed, errors = errors + excluded.errors",
            [(hour, job, s["name"], s["tool"], *(sign * (s["judgement"] == j) for j in _BAD)) for s in bad],
        )
