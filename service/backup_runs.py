"""Backups that somebody asks the running station for: each in a process of its own, behind the line."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .told_run import ToldRun

MAKE = (sys.executable, "-m", "service.cli", "backup", "--json")  # takes the settings that the station has


class AlreadyRunning(Exception):
    """One at a time."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far it has come."""

    what: str  # database, recipes, images, check, …
    done: int
    total: int  # bytes of this part; 0 = not known yet


class BackupRuns:
    """At most one at a time; its process ends with the station's."""

    def __init__(self, thread: Callable[..., Awaitable[Any]], command: Sequence[str] = MAKE) -> None:
        """`thread`: one that a run may keep for hours."""
        self._thread, self._command = thread, tuple(command)
        self._told = ToldRun(self._heard)
        self._run: asyncio.Future[None] | None = None
        self.step: Step | None = None  # of the one that runs; None = none does
        self.made = ""  # the last one's archive
        self.failure = ""  # or why there is none

    def begin(self, images: int | None) -> None:
        """`images`: how many of the newest, -1 = all; None = as the settings say.

        Raises:
            AlreadyRunning: One is being made.
        """
        if self.step:
            raise AlreadyRunning
        self.step, self.made, self.failure = Step("begin", 0, 0), "", ""
        chosen = () if images is None else ("--images", "all" if images < 0 else str(images))
        self._run = asyncio.ensure_future(self._make(chosen))

    async def close(self) -> None:
        """The next one removes what this one leaves behind."""
        self._told.end()
        if self._run:
            await asyncio.gather(self._run, return_exceptions=True)

    async def _make(self, chosen: tuple[str, ...]) -> None:
        try:
            self.failure = await self._thread(self._told.follow, (*self._command, *chosen))
        except OSError as exc:
            self.failure = f"no process can be started: {exc}"
        finally:
            self.step = None

    def _heard(self, told: dict[str, Any]) -> None:
        if "made" in told:
            self.made = told["made"]
        else:
            self.step = Step(told["what"], told["done"], told["total"])
