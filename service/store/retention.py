"""Which rows are over the limits."""

import apsw

from .recovery import RESULTS

Row = tuple[int, str]  # number and image name

SLICE = 10  # rows of one transaction: a commit of the line waits no longer than for these


def limit(db: apsw.Connection, max_results: int, before_us: int) -> int:
    """The number below which results go; 0 = none is over the limits, which are 0 where there is none.

    The newest 64 always stay: a restart needs them. Age is told by the oldest number that is young enough.
    """
    keep = newest_but(db, RESULTS - 1)
    by_count = newest_but(db, max(max_results, RESULTS) - 1) if max_results else 0
    if not before_us:
        return by_count
    young = db.execute(
        "SELECT min(number) FROM results INDEXED BY results_finished WHERE finished_at_us >= ?", (before_us,)
    ).get
    return max(by_count, keep if young is None else min(keep, int(str(young))))


def oldest(db: apsw.Connection, limit: int, below: int) -> list[Row]:
    """Number and image of the oldest results below this number that nobody has pinned."""
    rows = db.execute(
        "SELECT number, image FROM results WHERE number < ? AND pinned_at_us IS NULL ORDER BY number LIMIT ?",
        (below, limit),
    )
    return [(int(number), str(image)) for number, image in rows]


def newest_but(db: apsw.Connection, count: int) -> int:
    """The number with `count` newer ones; 0 where there are not so many."""
    rows = db.execute("SELECT number FROM results ORDER BY number DESC LIMIT 1 OFFSET ?", (count,)).fetchall()
    return int(str(rows[0][0])) if rows else 0
