"""The last 1,000 requests with their answers: the first place to look when a PLC program does not do what it should.

Beside them stands a longer memory of those that said something new: see `longer`.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from .blocks import read_block, written_block
from .longer import CLIENT, REQUEST, Longer, Raw

ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it; kept raw, so that keeping it costs next to nothing."""

    number: int  # 1 for the first since the start, then without a gap
    monotonic_ns: int  # CLOCK_MONOTONIC when it was taken up
    utc_us: int
    client: str
    transaction: int
    unit: int
    request: bytes  # PDU
    answer: bytes  # PDU
    duration_ns: int  # to the answer, with the commit that it waited for

    @property
    def function(self) -> int:
        """Its function code."""
        return self.request[0]

    @property
    def exception(self) -> int:
        """The exception code, 0 = none."""
        return self.answer[1] if self.answer[0] & 0x80 else 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which exchanges; None = all."""

    client: str | None = None
    function: int | None = None
    address: int | None = None  # inside what is read or written, whatever the area

    def fits(self, client: str, request: bytes) -> bool:
        """Whether the exchange with this request is one of them."""
        if self.client is not None and client != self.client:
            return False
        if self.function is not None and request[0] != self.function:
            return False
        if self.address is None:
            return True
        return any(block and self.address in block for block in (read_block(request), written_block(request)))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of the trace, oldest first."""

    exchanges: Sequence[Exchange]
    next: int  # ask for what came after this number
    lost: int  # exchanges after the number asked for that are no longer kept


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange with the registers of a `Stand` right after it; empty where it repeated what was asked before."""

    exchange: Exchange
    stand: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """All that is remembered, taken in one turn of the loop; sorted where it is needed, in another thread."""

    last: Sequence[Raw]
    longer: Sequence[tuple[Raw, bytes]]
    utc_offset_us: int

    @property
    def whole_from(self) -> int:
        """From this number on every request is there, before it only what said something new."""
        return self.last[0][0] if self.last else 1

    def exchanges(self, limit: int) -> Sequence[Recorded]:
        """The newest `limit`, oldest first."""
        stands = {raw[0]: stand for raw, stand in self.longer}
        raws = {raw[0]: raw for raw, _ in self.longer} | {raw[0]: raw for raw in self.last}
        newest = sorted(raws)[-limit:]
        return [Recorded(_exchange(raws[n], self.utc_offset_us), stands.get(n, b"")) for n in newest]


READ_APART_US = 1000  # two clocks are not read at once


class Trace:
    """A ring of exchanges. What is on the hot path is public and bare: `keep`, `numbers`, `now_ns` and `longer`.

    Args:
        utc_us: UTC in microseconds; asked when somebody looks, so that all times are told by one clock, also where it
            was set in between.
        now_ns: CLOCK_MONOTONIC in nanoseconds.
        stand: The registers that are remembered with each exchange that says something new.
    """

    def __init__(
        self,
        utc_us: Callable[[], int],
        now_ns: Callable[[], int] = time.monotonic_ns,
        stand: Callable[[], bytes] = bytes,
    ) -> None:
        self._utc_us, self.now_ns = utc_us, now_ns
        self._utc_offset_us = utc_us() - now_ns() // 1000
        self._ring: deque[Raw] = deque(maxlen=ENTRIES)
        self.keep = self._ring.append
        self.numbers = count(1)
        self.longer = Longer(stand)

    @property
    def utc_offset_us(self) -> int:
        """UTC less CLOCK_MONOTONIC. What is shown twice keeps its time unless the clock was set in between."""
        now = self._utc_us() - self.now_ns() // 1000
        if abs(now - self._utc_offset_us) > READ_APART_US:
            self._utc_offset_us = now
        return self._utc_offset_us

    def recording(self) -> Recording:
        """All that is remembered."""
        return Recording(list(self._ring), self.longer.all(), self.utc_offset_us)

    def between(self, start_ns: int, end_ns: int) -> list[Exchange]:
        """Of the last 1,000 what was answered in ``start_ns <= t <= end_ns`` (CLOCK_MONOTONIC), oldest first."""
        utc_offset_us = self.utc_offset_us
        return [_exchange(raw, utc_offset_us) for raw in self._ring if start_ns <= raw[2] <= end_ns]

    def since(self, number: int, wanted: Wanted | None = None, limit: int = ENTRIES) -> Excerpt:
        """What came after `number` and is wanted, at most `limit` of it."""
        wanted = wanted or Wanted()
        last = self._ring[-1][0] if self._ring else 0
        gone = last - len(self._ring)
        number = 0 if number > last else number  # kept from before a restart
        utc_offset_us = self.utc_offset_us
        found: list[Exchange] = []
        for at in range(max(number - gone, 0), len(self._ring)):
            if len(found) == limit:
                return Excerpt(found, gone + at, max(gone - number, 0))
            raw = self._ring[at]
            if wanted.fits(raw[CLIENT], raw[REQUEST]):
                found.append(_exchange(raw, utc_offset_us))
        return Excerpt(found, last, max(gone - number, 0))


def _exchange(raw: Raw, utc_offset_us: int) -> Exchange:
    number, began_ns, ended_ns, client, transaction, unit, request, answer = raw
    utc_us = began_ns // 1000 + utc_offset_us
    return Exchange(number, began_ns, utc_us, client, transaction, unit, request, answer, ended_ns - began_ns)
