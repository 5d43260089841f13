"""The results database on SQLite: the writing half, and its life."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import tzinfo
from pathlib import Path
from typing import Any

from protocols.handshake.types import Accepted, Outcome
from service.inspection import Given, Inspection
from service.offload import Drain, tell
from service.settings import StoreSettings

from . import database, recovery
from .ballast import Ballast
from .disk import Disk
from .interface import Written
from .lock import wait_for_lock
from .marks import FILE as MARKS_FILE
from .marks import Marks
from .reader import Reader
from .reading import Reading
from .recovery import Recovered
from .rows import AlarmCare, LatchedSet, StoreCounters
from .session import Kept, Session
from .upkeep import Upkeep
from .writer import Health, Kind, Op, Writer
from .writing import Writing, now_us, without_frames

log = logging.getLogger(__name__)

MOST_WAITING = 64  # acceptances that may wait for the disk before the store is not healthy


class Store(Reading, Upkeep):
    """See `interface.Results`. One writer thread, one reader thread; open it with `Store.open`."""

    def __init__(self, folder: Path, settings: StoreSettings, zone: tzinfo, boot_id: str) -> None:
        self._settings, self._folder = settings, folder
        self._health = Health()
        self._healthy = False
        self._waiting = self._accepting = self._results = 0
        self._health_callbacks: list[Callable[[bool], object]] = []
        self._replaced_callbacks: list[Callable[[str], object]] = []
        self._event_callbacks: list[Callable[[str, str, str], object]] = []
        self._recovered = Recovered()
        self._loop = asyncio.get_running_loop()
        marks = Marks(folder / MARKS_FILE)
        disk = Disk(folder, settings.min_free_mb, Ballast(folder / "ballast"))
        session = Session(folder / database.FILE, marks, boot_id, zone)
        self._writer = Writer(session, marks, disk, self._heard)
        self._drain = Drain[Op]("store-write", self._writer.work)
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
        boot_id: Path = recovery.BOOT_ID,
    ) -> "AsyncIterator[Store]":
        """Take the data folder and bring the database up. A disk that takes nothing is a state, no error.

        Args:
            lock_wait_s: How long a process before this one may still have the folder.

        Raises:
            Locked: Another process has the folder; the message names it.
            TooNew: The database was written by a newer release.
        """
        lock = await wait_for_lock(folder, lock_wait_s)
        try:
            store = cls(folder, settings, zone, recovery.boot_id(boot_id))
            try:
                store._recovered = await store._put(lambda _: store._writer.recover(), Kind.ALONE)
                store._reader.check()
                yield store
            finally:
                await store._close()
        finally:
            lock.release()

    async def _close(self) -> None:
        """What was written is committed first; a disk that hangs is not waited for longer than two seconds."""
        self._put(lambda _: self._writer.close(), Kind.ALONE)
        if not await self._drain.close():
            log.error("the disk does not answer: the database was not closed")
        await self._reader.close()

    # the handshake's journal

    def accept(self, accepted: Accepted, retained: bytes) -> Written:
        def committed(kept: Kept) -> None:
            kept.opened[accepted.number], kept.retained = accepted, retained

        self._accepting += 1
        future = self._put(
            lambda w: w.accept(accepted, retained),
            committed=committed,
            undo=lambda w: w.revoke(accepted.number),
            about=accepted.number,
        )
        future.add_done_callback(self._accept_ended)
        self._judge()
        return future

    def keep(self, retained: bytes) -> Written:
        return self._put(lambda w: w.keep(retained), committed=lambda kept: setattr(kept, "retained", retained))

    def revoke(self, accepted: Accepted) -> Written:
        number = accepted.number
        return self._put(lambda w: w.revoke(number), Kind.OWED, committed=_closed(number), about=number)

    # results

    def save(self, inspection: Inspection) -> Written:
        row, number = without_frames(inspection), inspection.accepted.number
        self._results += 1
        return self._put(
            lambda w: w.save(row),
            Kind.OWED,
            committed=_closed(number),
            numbers=(number, inspection.result_seq),
            about=number,
        )

    def offered_unstored(self, number: int, outcome: Outcome) -> Written:
        return self._put(lambda w: w.restate(number, outcome), Kind.OWED, about=number)

    def give(self, number: int, given: Given) -> Written:
        return self._put(lambda w: w.give(number, given), Kind.OWED)

    def latch(self, scope: int, client: str, number: int) -> "asyncio.Future[LatchedSet]":
        return self._put(lambda w: w.latch(scope, client, number))

    # the rest

    def raise_alarm(
        self, number: int, text: str, at_us: int, severity: str = "error", changed_at_us: int | None = None
    ) -> Written:
        changed_us = at_us if changed_at_us is None else changed_at_us
        return self._put(lambda w: w.raise_alarm(number, severity, text, at_us, changed_us), Kind.OWED)

    def clear_alarm(self, number: int, at_us: int) -> Written:
        return self._put(lambda w: w.clear_alarm(number, at_us), Kind.OWED)

    def care_for_alarm(self, number: int, care: AlarmCare, at_us: int) -> Written:
        return self._put(lambda w: w.care_for_alarm(number, care, at_us), Kind.OWED)

    def event(self, kind: str, text: str, who: str) -> Written:
        at_us = now_us()
        for heard in self._event_callbacks:
            heard(kind, text, who)
        return self._put(lambda w: w.event(kind, text, who, at_us), Kind.OWED)

    def recipe_version(self, job: int, version: int, name: str, sha256: str, content: dict[str, Any]) -> Written:
        return self._put(lambda w: w.recipe_version(job, version, name, sha256, content), Kind.OWED)

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
        future.add_done_callback(self._ended)
        self._drain.put(Op(run, future, kind, committed, undo, numbers, about))
        return future

    def _ended(self, _: object) -> None:
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


def _closed(number: int) -> Callable[[Kept], None]:
    def committed(kept: Kept) -> None:
        kept.opened.pop(number, None)

    return committed
