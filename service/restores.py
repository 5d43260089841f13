"""A backup that somebody sends to the running station: looked through, and put in its place by a restart."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from .backup.placing import INCOMING, RESTART, STAGE
from .backup_runs import Step
from .told_run import ToldRun

RESTORE = (sys.executable, "-m", "service.cli", "restore", "--beside", "--json")
PASSPHRASE = ("--passphrase-file", "/dev/stdin")


class Phase(StrEnum):
    """How far it has come."""

    NONE = ""
    UPLOAD = "upload"
    CHECK = "check"
    REFUSED = "refused"
    READY = "ready"
    RESTORE = "restore"
    RESTART = "restart"


BUSY = frozenset({Phase.UPLOAD, Phase.CHECK, Phase.RESTORE, Phase.RESTART})


class NotNow(Exception):
    """It is not the time for this; says why."""


class NoRoom(Exception):
    """The disk does not take the archive."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person wants of it."""

    keep_settings: bool = False
    passphrase: str = ""  # "" = keys, certificates, users and token of this machine stay


class Restores:
    """One archive at a time; the work is the command's, in a process of its own behind the line."""

    def __init__(
        self, data: Path, thread: Callable[..., Awaitable[Any]], min_free: int = 0, command: Sequence[str] = RESTORE
    ) -> None:
        """
        Args:
            thread: One that a run may keep for hours.
            min_free: Bytes of the disk that results need, which no archive takes.
        """
        self._data, self._path = data, data / INCOMING
        self._thread, self._min_free, self._command = thread, min_free, tuple(command)
        self._told = ToldRun(self._heard)
        self._run: asyncio.Future[None] | None = None
        self.phase, self.step, self.failure = Phase.NONE, Step("", 0, 0), ""
        self.found: dict[str, Any] | None = None  # what the command says of it

    async def take(self, pieces: AsyncIterator[bytes], size: int, chosen: Chosen) -> None:
        """Keep an archive that arrives in pieces, and begin to look it through.

        Raises:
            NotNow: Another one is under way.
            NoRoom
        """
        self._begin(Phase.UPLOAD)
        try:
            with await self._thread(self._opened, size) as file:
                done = 0
                async for piece in pieces:
                    await self._thread(file.write, piece)
                    done += len(piece)
                    self.step = Step("upload", done, size)
        except OSError as exc:
            await self._forget()
            raise NoRoom(f"the archive cannot be kept: {exc.strerror}") from exc
        except BaseException:  # it stopped half-way
            await self._forget()
            raise
        self.phase = Phase.CHECK
        self._go(self._check(chosen))

    def check(self, chosen: Chosen) -> None:
        """Look it through once more, with other wishes. Raises NotNow."""
        self._have()
        self._begin(Phase.CHECK)
        self._go(self._check(chosen))

    def restore(self, chosen: Chosen, master: int, told: Callable[[bool], Awaitable[object]]) -> None:
        """Make it ready, and restart the station, which puts it in its place.

        Args:
            master: Process id of Gunicorn's master.
            told: True before anything, with which the line stops; False where it comes to nothing.

        Raises:
            NotNow: It was not looked through, or was refused.
        """
        self._have()
        if self.phase is not Phase.READY:
            raise NotNow("the archive was not found good: look it through first")
        self._begin(Phase.RESTORE)
        self._go(self._restore(chosen, master, told))

    async def remove(self) -> None:
        """Throw it away. Raises NotNow."""
        self._begin(Phase.NONE)
        await self._forget()

    async def close(self) -> None:
        """What is under way ends with the station."""
        self._told.end()
        if self._run:
            await asyncio.gather(self._run, return_exceptions=True)

    def _have(self) -> None:
        if self.phase is Phase.NONE:
            raise NotNow("there is no archive: send one first")

    def _begin(self, phase: Phase) -> None:
        if self.phase in BUSY:
            raise NotNow("an archive is being worked on: wait until that has ended")
        self.phase, self.step, self.failure = phase, Step(phase, 0, 0), ""

    def _go(self, run: Any) -> None:
        self._run = asyncio.ensure_future(run)

    async def _check(self, chosen: Chosen) -> None:
        self.phase, self.found = Phase.CHECK, None
        good = await self._done(chosen, "--check")
        self.phase = Phase.READY if good else Phase.REFUSED

    async def _restore(self, chosen: Chosen, master: int, told: Callable[[bool], Awaitable[object]]) -> None:
        await told(True)
        if not await self._done(chosen):
            self.phase = Phase.REFUSED
            await told(False)
            return
        self.phase = Phase.RESTART
        await self._thread(self._placed)
        os.kill(master, signal.SIGTERM)

    async def _done(self, chosen: Chosen, *more: str) -> bool:
        """Whether the command did it."""
        settings = ("--keep-settings",) if chosen.keep_settings else ()
        identity = PASSPHRASE if chosen.passphrase else ("--without-identity",)
        command = (*self._command, *more, *settings, *identity, str(self._path.absolute()))
        try:
            given = f"{chosen.passphrase}\n" if chosen.passphrase else ""
            self.failure = await self._thread(self._told.follow, command, given)
        except OSError as exc:
            self.failure = f"no process can be started: {exc}"
        self.failure = self.failure.replace(f"{self._path.absolute()}: ", "")
        return not self.failure

    def _heard(self, told: dict[str, Any]) -> None:
        if "found" in told:
            self.found = told["found"]
        else:
            self.step = Step(told["what"], told["done"], told["total"])

    def _opened(self, size: int) -> Any:
        """Raises NoRoom, OSError."""
        if shutil.disk_usage(self._data).free < self._min_free + size:
            raise NoRoom("the disk has no room for the archive but that of results")
        return open(self._path, "wb", opener=lambda path, flags: os.open(path, flags | os.O_NOFOLLOW, 0o600))

    def _placed(self) -> None:
        """The archive has done its work; the master is to start again."""
        self._path.unlink(missing_ok=True)
        (self._data / STAGE / RESTART).touch()

    async def _forget(self) -> None:
        await self._thread(self._path.unlink, missing_ok=True)
        self.phase, self.found = Phase.NONE, None
