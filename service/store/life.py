"""A store's life: beside the process before it, writing, and beside the process that follows; and its health."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import tzinfo
from pathlib import Path
from typing import Any, Self

from service.offload import Drain, tell
from service.settings import StoreSettings

from . import database, recovery
from .ballast import Ballast
from .disk import Disk
from .errors import StoreError, TooNew
from .lock import FolderLock, wait_for_lock
from .marks import FILE as MARKS_FILE
from .marks import Marks
from .reader import Reader
from .reading import Reading
from .recovery import Recovered
from .rows import StoreCounters
from .session import Kept, Session
from .writer import Health, Kind, Op, Writer
from .writing import Writing

log = logging.getLogger(__name__)

MOST_WAITING = 64  # acceptances that may wait for the disk before the store is not healthy


class Life(Reading):
    """One writer thread, one reader thread.

    Before `begin` it can be read, and what is to be written waits: the process before this one may still write.
    """

    def __init__(self, folder: Path, settings: StoreSettings, zone: tzinfo, boot_id: Path | None = None) -> None:
        """`boot_id`: the file that tells one power-up from the next."""
        self._folder, self._settings = folder, settings
        self._health = Health()
        self._healthy = False
        self._waiting = self._accepting = self._results = 0
        self._health_callbacks: list[Callable[[bool], object]] = []
        self._replaced_callbacks: list[Callable[[str], object]] = []
        self._event_callbacks: list[Callable[[str, str, str], object]] = []
        self._recovered = Recovered()
        self._loop = asyncio.get_running_loop()
        self.boot_id = recovery.boot_id(boot_id or recovery.BOOT_ID)
        marks = Marks(folder / MARKS_FILE)
        disk = Disk(folder, settings.min_free_mb, Ballast(folder / "ballast"))
        session = Session(folder / database.FILE, marks, self.boot_id, zone)
        self._writer = Writer(session, marks, disk, self._heard)
        self._lock: FolderLock | None = None
        self._drain: Drain[Op] | None = None
        self._early: list[Op] = []  # before `begin`
        self._reader = Reader(folder / database.FILE, self._found_broken)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        folder: Path,
        settings: StoreSettings,
        zone: tzinfo,
        *,
        lock_wait_s: float = 0.0,
        boot_id: Path | None = None,
    ) -> AsyncIterator[Self]:
        """A store that has begun, and ends with the block.

        Raises:
            Locked, TooNew: As `begin`.
        """
        store = cls(folder, settings, zone, boot_id)
        try:
            await store.begin(lock_wait_s)
            yield store
        finally:
            await store.close()

    async def foresee(self) -> None:
        """Look, beside a process that writes, whether `begin` would find what this release cannot read.

        Raises:
            TooNew: The database was written by a newer release.
        """
        try:
            await self._reader.query(lambda db: database.version(db, self._folder / database.FILE))
        except TooNew:
            raise
        except StoreError as exc:  # there is none yet, or it is broken: `begin` makes it anew
            log.debug("%s", exc)

    async def begin(self, lock_wait_s: float = 0.0) -> None:
        """Take the data folder and bring the database up. A disk that takes nothing is a state, no error.

        Args:
            lock_wait_s: How long a process before this one may still have the folder.

        Raises:
            Locked: Another process has the folder; the message names it.
            TooNew: The database was written by a newer release.
        """
        self._lock = await wait_for_lock(self._folder, lock_wait_s)
        self._drain = Drain[Op]("store-write", self._writer.work)
        recovering = self._put(lambda _: self._writer.recover(), Kind.ALONE)
        for op in self._early:
            self._drain.put(op)
        self._early.clear()
        self._recovered = await recovering
        self._reader.check()

    @property
    def begun(self) -> bool:
        """The data folder was taken."""
        return self._drain is not None

    async def let_go(self) -> None:
        """Commit what was put, and leave the folder to the process that follows; from here on this one only reads."""
        lock, self._lock = self._lock, None
        if self._drain is not None and lock is not None:
            self._put(lambda _: self._writer.close(leave_log=True), Kind.ALONE)
            await self._ended(self._drain)
            lock.release()

    async def close(self) -> None:
        """What was put is committed first; a disk that hangs is not waited for longer than two seconds."""
        lock, self._lock = self._lock, None
        if self._drain is not None and lock is not None:
            self._put(lambda _: self._writer.close(), Kind.ALONE)
            await self._ended(self._drain)
        await self._reader.close()
        if lock is not None:
            lock.release()

    async def _ended(self, drain: "Drain[Op]") -> None:
        if not await drain.close():
            log.error("the disk does not answer: the database was not closed")

    async def flushed(self) -> None:
        """Wait until all that was put before has been tried."""
        await asyncio.wait([self._put(lambda _: None, Kind.OWED)])

    # state

    def recover(self) -> Recovered:
        return self._recovered

    @property
    def healthy(self) -> bool:
        return self._healthy

    @property
    def trouble(self) -> str:
        if self._accepting > MOST_WAITING:
            return f"{self._accepting} triggers wait for the disk"
        return self._health.trouble

    @property
    def replaced(self) -> str:
        return self._health.replaced or self._recovered.replaced

    @property
    def counters(self) -> StoreCounters:
        health, writer = self._health, self._writer
        return StoreCounters(self._results, health.owed, health.dropped, self._waiting, writer.commits, writer.failures)

    def on_health(self, callback: Callable[[bool], object]) -> None:
        self._health_callbacks.append(callback)

    def on_event(self, callback: Callable[[str, str, str], object]) -> None:
        self._event_callbacks.append(callback)

    def on_replaced(self, callback: Callable[[str], object]) -> None:
        self._replaced_callbacks.append(callback)

    def _put(
        self,
        run: Callable[[Writing], Any],
        kind: Kind = Kind.NOW,
        *,
        committed: Callable[[Kept], None] | None = None,
        undo: Callable[[Writing], Any] | None = None,
        numbers: tuple[int, int] | None = None,
        about: int = 0,
    ) -> "asyncio.Future[Any]":
        future: asyncio.Future[Any] = self._loop.create_future()
        self._waiting += 1
        future.add_done_callback(self._settled)
        op = Op(run, future, kind, committed, undo, numbers, about)
        if self._drain is None:
            self._early.append(op)
        else:
            self._drain.put(op)
        return future

    def _settled(self, _: object) -> None:
        self._waiting -= 1

    def _accept_ended(self, _: object) -> None:
        self._accepting -= 1
        self._judge()

    def _heard(self, health: Health) -> None:
        """The writer's news."""
        before, self._health = self._health, health
        self._reader.generation = health.generation
        self._reader.let_go(bool(health.trouble))
        if health.opened > before.opened > 0:  # after a failure: is the file still whole?
            self._reader.check()
        self._judge()
        if health.replaced != before.replaced and before.opened:
            for callback in self._replaced_callbacks:
                callback(health.replaced)

    def _judge(self) -> None:
        healthy = not self.trouble
        if healthy != self._healthy:
            self._healthy = healthy
            for callback in self._health_callbacks:
                callback(healthy)

    def _found_broken(self, generation: int, reason: str) -> None:
        """In one of the reader's threads."""
        tell(self._loop, self._condemn, generation, reason)

    def _condemn(self, generation: int, reason: str) -> None:
        self._put(lambda _: self._writer.condemn(generation, reason), Kind.ALONE)
