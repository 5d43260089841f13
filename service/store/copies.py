"""The database as it was before a migration: so that the release before can start again."""

import logging
import os
import re
import time
from contextlib import suppress
from pathlib import Path

import apsw

from .disk import free_bytes

log = logging.getLogger(__name__)

_MB = 2**20
_COPY = re.compile(r".+-schema\d+\.sqlite")


def copy_database(connection: apsw.Connection, path: Path, version: int) -> Path:
    """Beside `path`, named by the schema that it has; whole, or not there.

    Raises:
        apsw.FullError: There is no room for it.
        apsw.Error, OSError: The disk does not take it.
    """
    copy = path.with_name(f"{path.stem}-schema{version}{path.suffix}")
    part = copy.with_name(copy.name + ".part")
    part.unlink(missing_ok=True)
    _require_room(path, version)
    target = apsw.Connection(str(part))
    try:
        with target.backup("main", connection, "main") as backup:
            backup.step()
    finally:
        target.close()
    part.rename(copy)
    sync_folder(path.parent)
    log.info("the database before the migration is kept as %s", copy)
    return copy


def drop_old_copies(folder: Path, age_s: float) -> None:
    """Those made longer ago go; 0 = none do."""
    for copy in folder.glob("*-schema*.sqlite") if age_s else ():
        with suppress(OSError):
            if _COPY.fullmatch(copy.name) and time.time() - copy.stat().st_mtime > age_s:
                copy.unlink()
                log.info("%s is older than [store] copy_days and was deleted", copy)


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_room(path: Path, version: int) -> None:
    needed = sum(part.stat().st_size for part in (path, path.with_name(path.name + "-wal")) if part.exists())
    free = free_bytes(path.parent)
    if free < needed:
        raise apsw.FullError(
            f"the database is copied before it is migrated from schema {version}, which needs"
            f" {needed // _MB + 1} MB on {path.parent}: {free // _MB} MB are free"
        )
