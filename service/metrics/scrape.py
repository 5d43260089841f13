"""Answers a scrape: read on the loop, put into words in a thread; a disk that hangs leaves out what it would tell."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack

from service.offload import Abandoned, Offload

from . import table
from .machine import Machine
from .metric import Spread, Value
from .parts import PartMetrics
from .pauses import Pauses
from .standing import Standing

log = logging.getLogger(__name__)
MACHINE_S = 2.0  # what does not answer by then hangs, as a disk over the network does


class Metrics:
    """All who ask while an answer is being made get that one."""

    browsers: Callable[[], int] = staticmethod(lambda: 0)  # Socket.IO clients; given once they can come

    def __init__(self, standing: Standing, machine: Machine, thread: Offload) -> None:
        self._standing, self._machine, self._thread = standing, machine, thread
        self._parts = PartMetrics(standing.station.line.timings)
        self._pauses = Pauses()
        self._making: asyncio.Task[bytes] | None = None
        self._hangs = False

    def begin(self, stack: AsyncExitStack) -> None:
        """Count from now on, until `stack` closes."""
        self._standing.station.line.sinks.append(self._parts.inspected)
        stack.enter_context(self._pauses.watching())
        stack.push_async_callback(self._end)

    async def __call__(self) -> bytes:
        """The answer, in Prometheus' text format."""
        if self._making is None:
            self._making = asyncio.ensure_future(self._make())
            self._making.add_done_callback(self._made)
        return await asyncio.shield(self._making)

    def _made(self, making: "asyncio.Task[bytes]") -> None:
        self._making = None
        if not making.cancelled() and (exc := making.exception()):  # who asked may have gone
            log.error("the metrics cannot be told", exc_info=exc)

    async def _make(self) -> bytes:
        machine = await self._of_machine()
        began = time.perf_counter()
        values = list(self._values())
        held = Value(table.SCRAPE, time.perf_counter() - began)
        return await self._thread(_rendered, (*values, *machine, held))

    def _values(self) -> Iterator[Value | Spread]:
        yield from self._standing.values(self.browsers())
        yield from self._parts.values(self._standing.recipes())
        yield from self._pauses.values()

    async def _of_machine(self) -> list[Value]:
        """Nothing while a thread hangs in it."""
        if self._thread.hung:
            return []
        reading = self._thread.submit(self._machine.values)
        give_up = asyncio.get_running_loop().call_later(MACHINE_S, self._thread.abandon)
        try:
            found = await reading
        except Abandoned:
            self._hanging(True)
            return []
        finally:
            give_up.cancel()
        self._hanging(False)
        return found

    def _hanging(self, now: bool) -> None:
        if now != self._hangs:
            log.warning("the disk of the data folder %s", "does not answer" if now else "answers again")
        self._hangs = now

    async def _end(self) -> None:
        if self._making is not None:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)


def _rendered(values: Iterable[Value | Spread]) -> bytes:
    """In the thread. The library is imported with the first scrape: a start has no time for it."""
    from .text import render

    return render(values)
