"""The writer's thread: group commit, what is owed after a failure, and whether all is well."""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto, unique
from itertools import islice
from typing import Any

import apsw

from service.logs.about import parts
from service.offload import tell

from . import database
from .disk import Disk
from .errors import StoreError
from .marks import Marks
from .recovery import Recovered
from .session import Kept, Session
from .writing import Writing, now_us

log = logging.getLogger(__name__)

SLICE = 500  # owed operations in one transaction
MOST_OWED = 10_000
RETRY_S = 0.5
IDLE_S = 2.0  # how often the free disk is looked at


@unique
class Kind(Enum):
    """What becomes of an operation that the disk does not take."""

    NOW = auto()  # it fails
    OWED = auto()  # its future fails, and it is run again until it is stored
    ALONE = auto()  # not part of a transaction: opening, setting aside, closing


@dataclass(slots=True, eq=False)
class Op:
    """One thing to write."""

    run: Callable[[Any], Any]  # gets the statements (`Writing`); None when ALONE
    future: "asyncio.Future[Any]"
    kind: Kind = Kind.NOW
    committed: Callable[[Kept], None] | None = None
    undo: Callable[[Any], Any] | None = None  # owed where the commit failed, because it may have happened all the same
    numbers: tuple[int, int] | None = None  # InspectionId and ResultSeq that the PLC gets, stored or not
    about: int = 0  # InspectionId of the part that it belongs to, for the log; 0 = none


@dataclass(frozen=True, slots=True)
class Health:
    """What the loop knows of the writer."""

    trouble: str = "the database is not open yet"  # empty = all is well
    owed: int = 0
    dropped: int = 0  # owed ones that were given up
    opened: int = 0  # times
    generation: int = 0  # counts databases
    replaced: str = ""  # name of the newest broken one


class Writer:
    """Runs in one thread as the work of a `Drain`; `publish` is called on the loop when the health has changed."""

    def __init__(self, session: Session, marks: Marks, disk: Disk, publish: Callable[[Health], None]) -> None:
        self._session, self._marks, self._disk, self._publish = session, marks, disk, publish
        self._loop = asyncio.get_running_loop()
        self._owed: deque[Op] = deque()
        self._dropped = 0
        self._fault = "the database is not open yet"
        self._retry_at = math.inf  # CLOCK_MONOTONIC; before, a failing disk is left alone; at first until `recover`
        self._look_at = 0.0
        self._told = Health()
        self.commits = self.failures = 0

    def work(self, ops: list[Op]) -> float | None:
        """One round; after how long the next one is due."""
        try:
            return self._round(ops)
        except Exception:  # a defect here must not end the only thread that can write
            log.exception("internal error in the store", extra=parts(*(op.about for op in ops)))
            self._settle([(op, None, StoreError("internal error, see log")) for op in ops])
            return RETRY_S

    def recover(self) -> Recovered:
        """The first thing to run, ALONE.

        Raises:
            TooNew: The database was written by a newer release.
        """
        try:
            recovered = self._session.recover()
        except database.DISK as exc:
            self._failed(exc, [])
            return self._session.recover_reading()
        self._fault, self._retry_at = "", 0.0
        return recovered

    def close(self, *, leave_log: bool = False) -> None:
        """The last thing to run, ALONE; `leave_log`: another process goes on with the log as it is."""
        if self._owed:
            self._write([])
        if self._owed:
            about = parts(*(op.about for op in self._owed))
            log.error("%d rows never reached the disk: %s", len(self._owed), self._fault, extra=about)
        self._session.close(leave_log=leave_log)

    def condemn(self, generation: int, reason: str) -> None:
        """A reader found the database broken, ALONE."""
        if generation == self._session.generation:
            self._failed(apsw.CorruptError(reason), [])

    def _round(self, ops: list[Op]) -> float:
        now = [op for op in ops if op.kind is Kind.NOW]
        owed = [op for op in ops if op.kind is Kind.OWED]
        self._owe(owed)
        if time.monotonic() >= self._retry_at:
            self._write(now)
        else:  # it failed a moment ago
            self._refuse([*now, *owed], self._fault)
        for op in ops:
            if op.kind is Kind.ALONE:
                self._alone(op)
        self._look()
        self._tell()
        if self._fault or self._owed:
            return min(max(0.0, self._retry_at - time.monotonic()), IDLE_S)
        return RETRY_S if self._disk.trouble else IDLE_S

    def _write(self, now: list[Op]) -> None:
        """Commit what is new together with what is owed, oldest first, until nothing is owed or the disk fails."""
        while now or self._owed or self._fault:
            part = [*now, *islice(self._owed, SLICE)]
            try:
                results = self._session.transact([op.run for op in part] or [_probe])
            except database.DISK as exc:
                self._failed(exc, part)
                return
            for _ in range(len(part) - len(now)):
                self._owed.popleft()
            self._committed(part, results)
            now = []

    def _committed(self, part: list[Op], results: list[tuple[Any, Exception | None]]) -> None:
        self.commits += 1
        self._fault = ""
        self._settle([(op, value, error) for op, (value, error) in zip(part, results, strict=False)])
        for op, (_, error) in zip(part, results, strict=False):
            if error:
                log.error("a row was refused: %s", error, exc_info=error, extra=parts(op.about))
            elif op.committed:
                op.committed(self._session.kept)
        try:
            # After an acceptance the camera and the tools are at work, and nobody waits for the disk.
            self._session.checkpoint(overlapped=any(op.undo for op in part))
        except database.DISK as exc:
            self._failed(exc, [])

    def _failed(self, exc: Exception, part: list[Op]) -> None:
        self.failures += 1
        if not self._fault:
            log.error("the store cannot write: %s", exc, extra=parts(*(op.about for op in part)))
        self._fault = f"{type(exc).__name__}: {exc}"
        self._retry_at = time.monotonic() + RETRY_S
        if self._make_way(exc):
            self._retry_at = 0.0
        self._tell()  # before those who wait hear of it
        self._refuse(part, self._fault)
        self._owe([Op(op.undo, op.future, Kind.OWED, about=op.about) for op in part if op.undo])
        for op in part:
            if op.numbers:
                with suppress(OSError):
                    self._marks.offered(*op.numbers)

    def _make_way(self, exc: Exception) -> bool:
        """Whether there is hope for the next attempt."""
        if isinstance(exc, apsw.FullError):
            return self._disk.ballast.drop()
        self._session.lose()
        if isinstance(exc, database.BROKEN):
            with suppress(OSError):
                self._session.replace()
                return True
        return False

    def _owe(self, ops: list[Op]) -> None:
        self._owed.extend(ops)
        while len(self._owed) > MOST_OWED:
            lost = self._owed.popleft()
            self._dropped += 1
            if self._dropped == 1:
                words = "more than %d rows wait for the disk: the oldest are given up"
                log.error(words, MOST_OWED, extra=parts(lost.about))
            self._refuse([lost], "given up")

    def _refuse(self, ops: list[Op], reason: str) -> None:
        self._settle([(op, None, StoreError(reason)) for op in ops])

    def _settle(self, results: list[tuple[Op, Any, Exception | None]]) -> None:
        if results:
            tell(self._loop, _resolve, results)

    def _alone(self, op: Op) -> None:
        try:
            value, error = op.run(None), None
        except Exception as exc:  # raised again where it is awaited
            value, error = None, exc
        self._look()
        self._tell()
        self._settle([(op, value, error)])

    def _look(self) -> None:
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + RETRY_S
        self._disk.look(self._session.reusable)

    def _tell(self) -> None:
        waiting = f"{len(self._owed)} rows wait for the disk" if self._owed else ""
        health = Health(
            trouble=self._fault or self._disk.trouble or waiting,
            owed=len(self._owed),
            dropped=self._dropped,
            opened=self._session.opened,
            generation=self._session.generation,
            replaced=self._session.replaced,
        )
        if health != self._told:
            if self._told.trouble and not health.trouble:
                log.info("the store writes")
            self._told = health
            tell(self._loop, self._publish, health)


def _probe(writing: Writing) -> None:
    """A commit that has to reach the disk."""
    writing.set_meta("probe", now_us())


def _resolve(results: list[tuple[Op, Any, Exception | None]]) -> None:
    """On the loop. The future of something owed may have failed long ago."""
    for op, value, error in results:
        if op.future.done():
            continue
        if error is None:
            op.future.set_result(value)
        else:
            op.future.set_exception(error)
            if op.kind is Kind.OWED:
                op.future.exception()  # it is stored later: nobody has to look
