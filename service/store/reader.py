"""The reader's thread: read-only connections, opened anew when the database was replaced."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

import apsw

from service.offload import Offload

from . import database, queries
from .errors import StoreError

P = ParamSpec("P")
R = TypeVar("R")


class Reader:
    """Queries one after another; `broken` is called, in a thread, with the generation that was found broken and why."""

    def __init__(self, path: Path, broken: Callable[[int, str], None]) -> None:
        self._path, self._broken = path, broken
        self._offload = Offload("store-read")
        self._check = Offload("store-check")
        self._db: apsw.Connection | None = None
        self._opened = -1  # generation
        self._checking: apsw.Connection | None = None
        self._fleeting = False
        self.generation = 0

    def let_go(self, fleeting: bool) -> None:
        """Hold no connection between queries as long as the disk is in trouble.

        Connections of one process share the log's index, and one that was opened on a read-only disk keeps it
        read-only for the writer too, for as long as any of them is open.
        """
        if fleeting and not self._fleeting and not self._offload.closed:
            self._offload.submit(self._lose).add_done_callback(_seen)
        self._fleeting = fleeting

    async def query(self, read: Callable[[apsw.Connection], R]) -> R:
        """
        Raises:
            StoreError: The database cannot be read.
        """
        return await self._offload(self._read, read, self.generation)

    async def aside(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Something else that blocks, between two queries."""
        return await self._offload(call, *args, **kwargs)

    def check(self) -> None:
        """Look through the whole file in the background."""
        self._check.submit(self._quick_check, self.generation).add_done_callback(_seen)

    async def close(self) -> None:
        if (checking := self._checking) is not None:
            with suppress(apsw.ConnectionClosedError):  # it has just ended
                checking.interrupt()
        await asyncio.gather(self._check.close(), self._shut())

    async def _shut(self) -> None:
        closing = self._offload.submit(self._lose)
        await self._offload.close()
        closing.cancel()  # where a query hangs

    def _read(self, read: Callable[[apsw.Connection], R], generation: int) -> R:
        try:
            if self._db is None or generation != self._opened:
                self._lose()
                self._db, self._opened = database.connect_reading(self._path), generation
            return read(self._db)
        except (apsw.Error, OSError) as exc:
            self._lose()
            if isinstance(exc, database.BROKEN):
                self._broken(generation, str(exc))
            raise StoreError(f"the results cannot be read: {exc}") from exc
        finally:
            if self._fleeting:
                self._lose()

    def _lose(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close(True)

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
