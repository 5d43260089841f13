"""Counts by lot and by shift, and the sets that were latched of them; written with each result.

A tally is live until a latch moves it into a set, whole and in one statement: what is in the sets and what is live
are together every result that was ever counted. Forced results are not counted.
"""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import apsw

from .rows import LatchedSet, Scope, Tally

REMEMBERED = 16  # numbers of one client that are answered with the set they took
MOST_LIVE = 500  # tallies of one kind; more lots than that are latched by the station itself
STATION = "station"  # who latches then
_KEY = "work_order, lot, shift, shift_since_us"
_ROW = f"t.id, {_KEY}, passed, failed, errors"


class Tallies:
    """Part of the writer's transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection

    def count(self, number: int, sign: int) -> None:
        """The row of `number`; with the sign -1 before it changes.

        What is taken out after a latch is taken out of what is live, which may then be below zero for a moment: the
        set has been read, and the sum must stay true.
        """
        row: tuple[Any, ...] | None = self._db.execute(
            f"SELECT judgement, reject_class, forced, {_KEY} FROM results WHERE number = ?", (number,)
        ).fetchone()
        if row is None or row[2]:
            return
        judgement, reject_class, _, order, lot, shift, since_us = row
        counts = [sign * (judgement == code) for code in (1, 2, 3)]
        for scope, key in ((Scope.LOT, (order, lot, "", 0)), (Scope.SHIFT, ("", "", shift, since_us))):
            tally = self._db.execute(
                f"INSERT INTO tallies (scope, latch, {_KEY}, passed, failed, errors)"
                " VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?)"
                f" ON CONFLICT (scope, latch, {_KEY}) DO UPDATE SET passed = passed + excluded.passed,"
                " failed = failed + excluded.failed, errors = errors + excluded.errors RETURNING id",
                (int(scope), *key, *counts),
            ).fetchall()[0][0]
            if judgement == 2:
                self._db.execute(
                    "INSERT INTO tally_classes VALUES (?, ?, ?)"
                    " ON CONFLICT (tally, reject_class) DO UPDATE SET count = count + excluded.count",
                    (tally, reject_class, sign),
                )

    def latch(self, scope: int, client: str, number: int, at_us: int) -> LatchedSet:
        """Move all that is live into a set; a number that `client` used lately gives the set it took then."""
        known = self._db.execute(
            "SELECT id, number FROM latches WHERE scope = ? AND client = ? ORDER BY id DESC LIMIT ?",
            (int(scope), client, REMEMBERED),
        )
        taken = next((latch for latch, used in known.fetchall() if used == number), None)
        if taken is None:
            taken = self._take(scope, client, number, at_us)
        found = latched_set(self._db, taken)
        assert found is not None
        return found

    def trim(self, keep: int, at_us: int) -> None:
        """Drop the oldest sets over `keep`, at most 50; lots that nobody latches become a set of the station's."""
        for scope in Scope:
            live = self._db.execute("SELECT count(*) FROM tallies WHERE scope = ? AND latch = 0", (int(scope),)).get
            if int(str(live)) > MOST_LIVE:
                self._take(scope, STATION, 0, at_us)
        old = self._db.execute(
            "SELECT id FROM latches WHERE id <= (SELECT max(id) FROM latches) - ? ORDER BY id LIMIT 50", (keep,)
        ).fetchall()
        for (latch,) in old:
            self._db.execute(
                "DELETE FROM tally_classes WHERE tally IN (SELECT id FROM tallies WHERE latch = ?)", (latch,)
            )
            self._db.execute("DELETE FROM tallies WHERE latch = ?", (latch,))
            self._db.execute("DELETE FROM latches WHERE id = ?", (latch,))

    def _take(self, scope: int, client: str, number: int, at_us: int) -> int:
        self._db.execute(
            "INSERT INTO latches (scope, client, number, at_us) VALUES (?, ?, ?, ?)",
            (int(scope), client, number, at_us),
        )
        latch = self._db.last_insert_rowid()
        self._db.execute("UPDATE tallies SET latch = ? WHERE scope = ? AND latch = 0", (latch, int(scope)))
        return latch


def live(db: apsw.Connection, scope: int) -> list[Tally]:
    """What no latch has taken yet, newest key first."""
    return _tallies(db, scope, 0)


def latched_set(db: apsw.Connection, latch: Any) -> LatchedSet | None:
    found: tuple[Any, ...] | None = db.execute(
        "SELECT scope, client, number, at_us FROM latches WHERE id = ?", (latch,)
    ).fetchone()
    if found is None:
        return None
    scope, client, number, at_us = found
    return LatchedSet(latch, Scope(scope), client, number, at_us, tuple(_tallies(db, Scope(scope), latch)))


def last_set(db: apsw.Connection, scope: int, client: str) -> LatchedSet | None:
    """The newest one that `client` has taken."""
    latch = db.execute("SELECT max(id) FROM latches WHERE scope = ? AND client = ?", (int(scope), client)).get
    return None if latch is None else latched_set(db, latch)


def sets(db: apsw.Connection, scope: int, before: int | None, limit: int) -> list[LatchedSet]:
    """Newest first, ids below `before`."""
    rows = db.execute(
        "SELECT id FROM latches WHERE scope = ? AND id < ? ORDER BY id DESC LIMIT ?",
        (int(scope), 2**62 if before is None else before, limit),
    ).fetchall()
    return [found for (latch,) in rows if (found := latched_set(db, latch))]


def _tallies(db: apsw.Connection, scope: int, latch: int) -> list[Tally]:
    rows: list[tuple[Any, ...]] = db.execute(
        f"SELECT {_ROW} FROM tallies t WHERE scope = ? AND latch = ? ORDER BY t.id DESC", (int(scope), latch)
    ).fetchall()
    classes: defaultdict[Any, list[tuple[Any, Any]]] = defaultdict(list)
    for tally, reject_class, count in db.execute(
        "SELECT c.tally, c.reject_class, c.count FROM tally_classes c JOIN tallies t ON t.id = c.tally"
        " WHERE t.scope = ? AND t.latch = ? AND c.count <> 0 ORDER BY c.reject_class",
        (int(scope), latch),
    ):
        classes[tally].append((reject_class, count))
    return [replace(Tally(*key_and_counts), classes=tuple(classes[tally])) for tally, *key_and_counts in rows]
