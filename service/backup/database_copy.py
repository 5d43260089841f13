"""A copy of the database while the station writes to it: SQLite's online backup, in small steps."""

import time
from dataclasses import dataclass
from pathlib import Path

import apsw

from service.store import database

from .errors import BackupError
from .progress import Progress

WHAT = "database"
_PAGES = 256  # a step: a megabyte
_REST_S = 0.01  # between two steps others have disk and processor


@dataclass(frozen=True, slots=True)
class Copied:
    """What the copy holds."""

    schema: int
    last_number: int  # of the newest inspection; 0 = none
    last_seq: int


def copy_database(source: Path, target: Path, progress: Progress) -> Copied:
    """As it stood in one moment; the station goes on writing. `target` is one file, without a log, and was checked.

    Raises:
        BackupError: It cannot be read, or is damaged.
    """
    try:
        reading = database.connect_reading(source)
        writing = apsw.Connection(str(target))
        try:
            _copy(reading, writing, progress)
            return _checked(writing)
        finally:
            writing.close(True)
            reading.close(True)
    except (apsw.Error, OSError) as exc:
        raise BackupError(f"{source}: the database cannot be copied: {exc}") from exc


def _copy(reading: apsw.Connection, writing: apsw.Connection, progress: Progress) -> None:
    reading.execute("BEGIN")
    page = int(reading.execute("PRAGMA page_size").get)
    _ = reading.execute("SELECT count(*) FROM sqlite_schema").get  # from here on it sees this moment alone
    with writing.backup("main", reading, "main") as backup:
        while not backup.done:
            backup.step(_PAGES)
            progress(WHAT, (backup.page_count - backup.remaining) * page, backup.page_count * page)
            time.sleep(_REST_S)
    reading.execute("COMMIT")


def _checked(copy: apsw.Connection) -> Copied:
    copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    if (said := copy.execute("PRAGMA quick_check(1)").get) != "ok":
        raise BackupError(f"the database is damaged: {said}; the next start of the station sets it aside")
    schema = int(copy.execute("PRAGMA user_version").get)
    newest = copy.execute("SELECT number, result_seq FROM results ORDER BY number DESC LIMIT 1").fetchone()
    return Copied(schema, *(newest or (0, 0)))
