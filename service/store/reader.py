"""The reader's thread: read-only connections, opened anew when the database was replaced."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

import apsw

from service.offload import Offload

from . import database, queries
from .errors import StoreError, TooSlow

P = ParamSpec("P")
R = TypeVar("R")

MOST_S = 2.0  # of a search
_STEPS = 20_000  # of SQLite's machine, about a millisecond: how often a search looks whether it may go on


class _Lane:
    """A thread with a connection of its own."""

    def __init__(self, name: str, path: Path, broken: Callable[[int, str], None]) -> None:
        self.offload = Offload(name)
        self._path, self._broken = path, broken
        self._db: apsw.Connection | None = None
        self._opened = -1  # generation
        self._fleeting = False

    def let_go(self, fleeting: bool) -> None:
        if fleeting and not self._fleeting and not self.offload.closed:
            self.offload.submit(self._lose).add_done_callback(_seen)
        self._fleeting = fleeting

    def read(self, read: Callable[[apsw.Connection], R], generation: int, limit: "_Limit | None" = None) -> R:
        """In the thread."""
        try:
            if self._db is None or generation != self._opened:
                self._lose()
                self._db, self._opened = database.connect_reading(self._path), generation
            self._db.set_progress_handler(limit.begun() if limit else None, _STEPS)
            return read(self._db)
        except apsw.InterruptError as exc:
            raise TooSlow(f"the search takes longer than {MOST_S:g} s") from exc
        except (apsw.Error, OSError) as exc:
            self._lose()
            if isinstance(exc, database.BROKEN):
                self._broken(generation, str(exc))
            raise StoreError(f"the results cannot be read: {exc}") from exc
        finally:
            if self._fleeting:
                self._lose()

    async def close(self) -> None:
        closing = self.offload.submit(self._lose)
        await self.offload.close()
        closing.cancel()  # where a query hangs

    def _lose(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close(True)


class _Limit:
    """How long a search may take; given up at once where nobody waits for it any more."""

    def __init__(self) -> None:
        self._until = 0.0
        self.unwanted = False

    def begun(self) -> Callable[[], bool]:
        self._until = time.monotonic() + MOST_S
        return self._over

    def _over(self) -> bool:
        return self.unwanted or time.monotonic() > self._until


class Reader:
    """Queries one after another; `broken` is called, in a thread, with the generation that was found broken and why.

    Searches have a thread of their own: what somebody looks for among a million results holds up nobody else.
    """

    def __init__(self, path: Path, broken: Callable[[int, str], None]) -> None:
        self._path, self._broken = path, broken
        self._reading, self._searching = (_Lane(name, path, broken) for name in ("store-read", "store-search"))
        self._check = Offload("store-check")
        self._checking: apsw.Connection | None = None
        self.generation = 0

    def let_go(self, fleeting: bool) -> None:
        """Hold no connection between queries as long as the disk is in trouble.

        Connections of one process share the log's index, and one that was opened on a read-only disk keeps it
        read-only for the writer too, for as long as any of them is open.
        """
        for lane in (self._reading, self._searching):
            lane.let_go(fleeting)

    async def query(self, read: Callable[[apsw.Connection], R]) -> R:
        """
        Raises:
            StoreError: The database cannot be read.
        """
        return await self._reading.offload(self._reading.read, read, self.generation)

    async def search(self, read: Callable[[apsw.Connection], R]) -> R:
        """A query that may have to read much.

        Raises:
            TooSlow: It took longer than `MOST_S`.
            StoreError: The database cannot be read.
        """
        limit = _Limit()
        try:
            return await self._searching.offload(self._searching.read, read, self.generation, limit)
        finally:
            limit.unwanted = True

    async def aside(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Something else that blocks, between two queries."""
        return await self._reading.offload(call, *args, **kwargs)

    def check(self) -> None:
        """Look through the whole file in the background."""
        self._check.submit(self._quick_check, self.generation).add_done_callback(_seen)

    async def close(self) -> None:
        if (checking := self._checking) is not None:
            with suppress(apsw.ConnectionClosedError):  # it has just ended
                checking.interrupt()
        await asyncio.gather(self._check.close(), self._reading.close(), self._searching.close())

    def _quick_check(self, generation: int) -> None:
        try:
            self._checking = database.connect_reading(self._path)
            if found := queries.quick_check(self._checking):
                self._broken(generation, found)
        except database.BROKEN as exc:
            self._broken(generation, str(exc))
        except apsw.Error:  # interrupted by closing, or the disk is away: the writer says so
            pass
        finally:
            if self._checking is not None:
                self._checking.close(True)
            self._checking = None


def _seen(future: "asyncio.Future[None]") -> None:
    if not future.cancelled():
        future.exception()
