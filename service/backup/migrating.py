"""A database from an archive becomes one that this release goes on with."""

from datetime import UTC, datetime
from pathlib import Path

import apsw

from service.store import StoreError, database
from service.store.marks import FILE as MARKS
from service.store.marks import LAST_SEQ, Marks

from .errors import ArchiveError
from .manifest import Manifest

PARTS_PER_S = 20  # so many at most since the backup: their numbers are given to nobody else
AT_LEAST = 1000
_HIGHEST = 2**31  # an InspectionId has 32 bits; a clock that is far ahead must not use them up


def bring_up(path: Path) -> None:
    """Check it, migrate it, and make the next start a power-up: what it was in the middle of is long over.

    Raises:
        ArchiveError: It is damaged, or of a newer release.
    """
    try:
        connection = database.connect(path)
        try:
            if (said := connection.execute("PRAGMA quick_check(1)").get) != "ok":
                raise ArchiveError(f"database: it is damaged: {said}")
            with connection:
                connection.execute("UPDATE retained SET boot_id = ''")
                connection.execute("UPDATE meta SET value = '' WHERE name = 'boot_id'")
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        finally:
            connection.close(True)
    except (apsw.Error, StoreError) as exc:
        raise ArchiveError(f"database: this release cannot go on with it: {exc}") from exc
    for copy in path.parent.glob(f"{path.stem}-schema*"):  # of before the migration: the archive has it
        copy.unlink()


def go_on_above(staged: Path, present: Path, told: Manifest) -> int:
    """Numbers of parts that were inspected since the backup are not given again; the number that is gone on from.

    Args:
        staged: Folder of what is restored.
        present: The data folder that it takes the place of.
    """
    here, archived = Marks(present / MARKS).load(), Marks(staged / MARKS)
    archived.load()
    since_s = (datetime.now(UTC) - datetime.fromisoformat(told.made_at)).total_seconds()
    room = min(max(AT_LEAST, int(since_s * PARTS_PER_S)), _HIGHEST) if told.last_number else 0
    number = max(told.last_number + room, archived.mark.number, here.number, here.offered_number)
    seq = told.last_seq or archived.mark.seq or LAST_SEQ
    archived.offered(number, seq)
    archived.reserve(number, seq)
    archived.close()
    return number
