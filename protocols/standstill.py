"""The state of a station on its way to another process: what would change it meanwhile is turned away."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .errors import ProtocolError

WORDS = "the station is being reloaded: ask again"


class StandsStill(ProtocolError):
    """Nothing was done; the same is right a moment later."""


class Standstill:
    """What every server that takes commands asks, but for Modbus TCP, which holds its requests instead."""

    def __init__(self) -> None:
        self.begun = False
        self._under_way = 0
        self._none = asyncio.Event()

    @contextmanager
    def change(self) -> Iterator[None]:
        """Round all that may change something.

        Raises:
            StandsStill: Not now.
        """
        if self.begun:
            raise StandsStill(WORDS)
        self._under_way += 1
        self._none.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._none.set()

    async def begin(self, limit_s: float) -> None:
        """Nothing new begins; what is under way has ended, or takes longer than `limit_s`."""
        self.begun = True
        if self._under_way:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._none.wait(), limit_s)

    def end(self) -> None:
        """The station goes on here."""
        self.begun = False
