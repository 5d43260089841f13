"""The writing connection through its life: opened, lost, found broken and replaced."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from typing import Any

import apsw

from protocols.handshake.types import Accepted

from . import database, recovery
from .errors import StoreError
from .marks import Marks
from .recovery import Recovered
from .writing import Writing

_WAL_PAGES = 1000  # 4 MB: then the log is copied into the database
_PAGE_BYTES = 4096
_PATIENCE = 4  # times as long, where somebody always waits

Run = Callable[[Writing], Any]


@dataclass(slots=True)
class Kept:
    """What has been committed and must stand in a database that takes a broken one's place."""

    opened: dict[int, Accepted] = field(default_factory=dict)
    retained: bytes | None = None


class Session:
    """Belongs to the writer's thread. Methods raise `database.DISK` where they reach the disk."""

    def __init__(self, path: Path, marks: Marks, boot_id: str, zone: tzinfo) -> None:
        self._path, self._marks, self._boot_id, self._zone = path, marks, boot_id, zone
        self._db: apsw.Connection | None = None
        self._writing: Writing | None = None
        self._wal_pages = 0
        self.kept = Kept()
        self.opened = 0  # times
        self.generation = 0  # counts databases
        self.replaced = ""  # name of the newest broken one

    def recover(self) -> Recovered:
        """Open for the first time; a broken database is replaced.

        Raises:
            TooNew: It was written by a newer release.
        """
        self._marks.load()
        try:
            recovered = self._recover()
        except database.BROKEN:
            self.replace()
            recovered = self._recover()
        self.kept = Kept({accepted.number: accepted for accepted in recovered.opened}, recovered.retained)
        return replace(recovered, replaced=self.replaced)

    def recover_reading(self) -> Recovered:
        """Where the disk takes nothing: what can be read, or at least numbers that were not used."""
        mark = self._marks.load()
        try:
            connection = database.connect_reading(self._path)
        except apsw.Error:
            return recovery.without_database(mark, self._boot_id)
        try:
            return recovery.read(connection, mark, self._boot_id)
        except apsw.Error:
            return recovery.without_database(mark, self._boot_id)
        finally:
            connection.close(True)

    def transact(self, runs: Sequence[Run]) -> list[tuple[Any, Exception | None]]:
        """All in one commit; a run that fails by its own data leaves no trace and its exception in its place."""
        db, writing = self._open()
        try:
            db.execute("BEGIN IMMEDIATE")
            results = [self._one(db, writing, run) for run in runs]
            db.execute("COMMIT")
        except BaseException:
            writing.rolled_back()
            with suppress(apsw.Error):
                if db.in_transaction:
                    db.execute("ROLLBACK")
            raise
        return results

    @property
    def reusable(self) -> int:
        """Bytes inside of the database that rows which have gone have left; 0 where it cannot be asked."""
        with suppress(apsw.Error):
            if self._db is not None:
                return int(str(self._db.pragma("freelist_count"))) * _PAGE_BYTES
        return 0

    def checkpoint(self, overlapped: bool) -> None:
        """Outside of commits. `overlapped`: nobody waits for the disk now; a log grown long does not wait for that."""
        limit = _WAL_PAGES if overlapped else _WAL_PAGES * _PATIENCE
        if self._db is not None and self._wal_pages > limit:
            self._wal_pages = 0
            self._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)

    def lose(self) -> None:
        """Close, so that the next transaction opens anew."""
        db, self._db, self._writing = self._db, None, None
        if db is not None:
            with suppress(apsw.Error):
                db.close(True)

    def replace(self) -> None:
        """Set the broken database aside; the next transaction begins a new one with what is `kept`."""
        self.lose()
        if self._path.exists():
            self.replaced = database.set_aside(self._path).name
        self.generation += 1

    def close(self, *, leave_log: bool = False) -> None:
        """Leave one file behind, without a log unless somebody goes on with it."""
        if self._db is not None and not leave_log:
            with suppress(apsw.Error):
                self._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        self.lose()
        self._marks.close()

    def _recover(self) -> Recovered:
        db, _ = self._open()
        recovered = recovery.read(db, self._marks.mark, self._boot_id)
        self._marks.booted(recovered.boots, self._boot_id)
        self.transact([lambda w: w.set_meta("boots", recovered.boots), lambda w: w.set_meta("boot_id", self._boot_id)])
        return recovered

    def _open(self) -> tuple[apsw.Connection, Writing]:
        if self._db is not None and self._writing is not None:
            return self._db, self._writing
        db = database.connect(self._path)
        writing = Writing(db, self._marks, self._boot_id, self._zone)
        try:
            if db.execute("SELECT 1 FROM meta WHERE name = 'first_number'").get is None:
                self._begin(db, writing)
        except BaseException:
            db.close(True)
            raise
        self._stretch_log(db)
        db.set_wal_hook(self._logged)
        self._db, self._writing = db, writing
        self.opened += 1
        return db, writing

    def _stretch_log(self, db: apsw.Connection) -> None:
        """Give the log its working size at once, unless the process before has left it so.

        A commit that makes the file longer waits for the file system's journal, and so for every image on its way.
        """
        with suppress(OSError):
            if self._path.with_name(f"{self._path.name}-wal").stat().st_size >= _WAL_PAGES * _PAGE_BYTES:
                return
        with suppress(apsw.Error):  # no room: it grows as it goes
            with db:
                db.execute("CREATE TABLE stretch (nothing)")
                db.execute("INSERT INTO stretch VALUES (zeroblob(?))", (_WAL_PAGES * _PAGE_BYTES,))
                db.execute("DROP TABLE stretch")
            db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)

    def _begin(self, db: apsw.Connection, writing: Writing) -> None:
        """A new database goes on with the numbers and the open triggers of the one before."""
        with db:
            for accepted in self.kept.opened.values():
                writing.accept(accepted, self.kept.retained or b"")
            if self.kept.retained is not None:
                writing.keep(self.kept.retained)
            writing.set_meta("first_number", self._marks.mark.number)
            writing.set_meta("first_seq", self._marks.mark.seq)

    def _logged(self, _db: apsw.Connection, _name: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _one(self, db: apsw.Connection, writing: Writing, run: Run) -> tuple[Any, Exception | None]:
        db.execute("SAVEPOINT one")
        try:
            value = run(writing)
        except database.DISK:
            raise
        except Exception as exc:  # its own data: it must not fail the others; logged where it is answered
            db.execute("ROLLBACK TO one")
            db.execute("RELEASE one")
            writing.rolled_back()
            error = StoreError(f"{type(exc).__name__}: {exc}")
            error.__cause__ = exc
            return None, error
        db.execute("RELEASE one")
        return value, None
