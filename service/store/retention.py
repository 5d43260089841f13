"""Which rows are over the limits."""

import apsw

from .recovery import RESULTS

SLICE = 100  # rows of one transaction: a commit of the line waits no longer than for these


def limit(db: apsw.Connection, max_results: int, before_us: int) -> int:
    """The number below which results go; 0 = none is over the limits, which are 0 where there is none.

    The newest 64 always stay: a restart needs them. Age is told by the oldest number that is young enough.
    """
    keep = _newest_but(db, RESULTS - 1)
    by_count = _newest_but(db, max(max_results, RESULTS) - 1) if max_results else 0
    if not before_us:
        return by_count
    young = db.execute(
        "SELECT min(number) FROM results INDEXED BY results_finished WHERE finished_at_us >= ?", (before_us,)
    ).get
    return max(by_count, keep if young is None else min(keep, int(str(young))))


def oldest(db: apsw.Connection, limit: int, below: int) -> list[tuple[int, str]]:
    """Number and image of the oldest results below this number."""
    rows = db.execute("SELECT number, image FROM results WHERE number < ? ORDER BY number LIMIT ?", (below, limit))
    return [(int(number), str(image)) for number, image in rows]


def images(db: apsw.Connection, numbers: list[int]) -> dict[int, str]:
    """Image names by number, of those results that have one."""
    marks = ", ".join("?" * len(numbers))
    rows = db.execute(f"SELECT number, image FROM results WHERE number IN ({marks}) AND image <> ''", numbers)
    return {int(number): str(image) for number, image in rows}


def count_images(db: apsw.Connection) -> int:
    return int(str(db.execute("SELECT count(*) FROM results INDEXED BY results_image WHERE image <> ''").get))


def oldest_images(db: apsw.Connection, limit: int, passed_first: bool, after: int) -> list[tuple[int, int, str]]:
    """Number, time and image name above `after`, oldest first; with `passed_first` those of PASS before all others."""
    found: list[tuple[int, int, int, str]] = []
    for judgement in (1, 2, 3):  # a query each: the index gives each of them in order
        rows = db.execute(
            "SELECT number, finished_at_us, image FROM results INDEXED BY results_image"
            " WHERE judgement = ? AND image <> '' AND number > ? ORDER BY number LIMIT ?",
            (judgement, after, limit),
        )
        rank = int(passed_first and judgement != 1)
        found += [(rank, number, at_us, image) for number, at_us, image in rows]
    return [row[1:] for row in sorted(found)[:limit]]


def _newest_but(db: apsw.Connection, count: int) -> int:
    """The number with `count` newer ones; 0 where there are not so many."""
    rows = db.execute("SELECT number FROM results ORDER BY number DESC LIMIT 1 OFFSET ?", (count,)).fetchall()
    return int(str(rows[0][0])) if rows else 0
