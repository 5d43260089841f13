"""Bring the database file up: connection, schema, and what to do with a broken one."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

import apsw

from .copies import copy_database, sync_folder
from .errors import StoreError, TooNew
from .schema import MIGRATIONS

log = logging.getLogger(__name__)

FILE = "results.sqlite"
BROKEN = (apsw.CorruptError, apsw.NotADBError)
DISK = (
    *BROKEN,
    *(apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.CantOpenError, apsw.BusyError, apsw.LockedError),
    *(apsw.PermissionsError, apsw.ProtocolError, apsw.NoMemError, OSError),
)
"""Not the fault of the row that was to be written."""
_OLDEST_SQLITE = (3, 51, 3)  # before it, WAL mode can corrupt: a checkpoint against a commit


def require_sqlite(version: str = apsw.sqlite_lib_version()) -> None:
    """
    Raises:
        StoreError: This SQLite has the WAL-reset race.
    """
    if tuple(int(part) for part in version.split(".")[:3]) < _OLDEST_SQLITE:
        raise StoreError(
            f"SQLite {version} can corrupt a database in WAL mode: install apsw with SQLite 3.51.3 or newer"
        )


def connect(path: Path, migrations: Sequence[str] = MIGRATIONS) -> apsw.Connection:
    """The one writing and checkpointing connection, its schema up to date.

    Raises:
        TooNew: The file was written by a newer release.
        apsw.Error: The file is broken (`BROKEN`), or the disk is.
    """
    require_sqlite()
    connection = apsw.Connection(str(path), statementcachesize=200)
    try:
        connection.set_busy_timeout(1000)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 0", "cell_size_check = ON"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        for pragma in ("journal_size_limit = 67108864", "cache_size = -16000", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        _migrate(connection, path, migrations)
    except BaseException:
        connection.close(True)
        raise
    return connection


def connect_reading(path: Path) -> apsw.Connection:
    """A connection that can neither write nor checkpoint."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY, statementcachesize=100)
    connection.set_busy_timeout(1000)
    connection.execute("PRAGMA cache_size = -16000")
    return connection


def set_aside(path: Path) -> Path:
    """Rename a broken database, with its log, to a name with the time in it; that name."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    broken = path.with_name(f"{path.stem}-broken-{stamp}{path.suffix}")
    count = 1
    while broken.exists():
        count += 1
        broken = path.with_name(f"{path.stem}-broken-{stamp}-{count}{path.suffix}")
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(broken.with_name(broken.name + ending))
    sync_folder(path.parent)
    log.error("the database was broken and is now %s; a new one was begun", broken)
    return broken


def version(connection: apsw.Connection, path: Path, migrations: Sequence[str] = MIGRATIONS) -> int:
    """Of the schema.

    Raises:
        TooNew: The file was written by a newer release.
    """
    found = int(connection.execute("PRAGMA user_version").get)
    if found > len(migrations):
        raise TooNew(
            f"{path} has schema {found}, this release knows up to {len(migrations)}:"
            " install the release that wrote it, or a newer one"
        )
    return found


def _migrate(connection: apsw.Connection, path: Path, migrations: Sequence[str]) -> None:
    found = version(connection, path, migrations)
    if 0 < found < len(migrations):
        copy_database(connection, path, found)
    for number in range(found + 1, len(migrations) + 1):
        with connection:  # one transaction: a migration that is cut off has not happened
            connection.execute(migrations[number - 1])
            connection.execute(f"PRAGMA user_version = {number}")
        log.info("database schema is now %d", number)
