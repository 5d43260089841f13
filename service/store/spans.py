"""A range of times as one of numbers, which are the order of the results whatever was done to the clock."""

import apsw

from .rollups import HOUR_US


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
