"""The last 1,000 requests with their answers: the first place to look when a PLC program does not do what it should."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from .blocks import read_block, written_block

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


Raw = tuple[int, int, int, str, int, int, bytes, bytes]
"""Number, when it was taken up and answered (ns of CLOCK_MONOTONIC), client, transaction, unit, request, answer."""
CLIENT: Final = 3
REQUEST: Final = 6


class Trace:
    """A ring of exchanges. What is on the hot path is public and bare: `keep`, `numbers` and `now_ns`.

    Args:
        utc_us: UTC in microseconds; asked when somebody looks, so that all times are told by one clock, also where it
            was set in between.
        now_ns: CLOCK_MONOTONIC in nanoseconds.
    """

    def __init__(self, utc_us: Callable[[], int], now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._utc_us, self.now_ns = utc_us, now_ns
        self._ring: deque[Raw] = deque(maxlen=ENTRIES)
        self.keep = self._ring.append
        self.numbers = count(1)

    @property
    def utc_offset_us(self) -> int:
        """UTC less CLOCK_MONOTONIC, now."""
        return self._utc_us() - self.now_ns() // 1000

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
