"""What a PLC did that says something new is kept longer than its polls.

A client that polls every 2 ms would push the write that went wrong out of any ring within seconds. So each request is
held against those that the same client has sent, byte for byte, since the station last changed: a repetition brings
nothing new and is left to the short ring. What is new, every other write and the first read after each change, goes
into a ring that is limited by its bytes.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

Raw = tuple[int, int, int, str, int, int, bytes, bytes]
"""Number, when it was taken up and answered (ns of CLOCK_MONOTONIC), client, transaction, unit, request, answer."""
CLIENT: Final = 3
REQUEST: Final = 6
ANSWER: Final = 7

BYTES = 8 << 20
OVERHEAD = 420  # of an entry beside its PDUs, as CPython stores it
SEEN = 256  # different requests of one client between two changes; a scanner sends more, and starts again
CLIENTS = 1000  # as many as there may be connections: none of those that are open is ever forgotten
HEARTBEAT = 6  # HR 6: a write that changes nothing else is a repetition


class Longer:
    """A ring of exchanges with the registers that stood after each.

    Args:
        stand: The registers that show a change of the station, now.
    """

    def __init__(self, stand: Callable[[], bytes], limit: int = BYTES) -> None:
        self._stand, self._limit = stand, limit
        self._ring: deque[tuple[Raw, bytes]] = deque()
        self._bytes = 0
        self._seen: dict[str, set[bytes]] = {}
        self._last = b""

    def seen_by(self, client: str) -> set[bytes]:
        """The requests of `client` since the last change: one set for good, which the hot path looks into."""
        found = self._seen[client] = self._seen.pop(client, set())  # to the end
        if len(self._seen) > CLIENTS:
            del self._seen[next(iter(self._seen))]
        return found

    def keep(self, raw: Raw, seen: set[bytes]) -> None:
        """An exchange whose request is not in `seen`, the client's own set."""
        request = raw[REQUEST]
        what = request if request[0] <= 4 else without_heartbeat(request)
        if what in seen:
            return
        stand = self._stand()
        if stand != self._last:
            self._last = stand
            self.changed()
        elif len(seen) >= SEEN:
            seen.clear()
        seen.add(what)
        self._ring.append((raw, stand))
        self._bytes += OVERHEAD + len(request) + len(raw[ANSWER])
        while self._bytes > self._limit:
            old, _ = self._ring.popleft()
            self._bytes -= OVERHEAD + len(old[REQUEST]) + len(old[ANSWER])

    def changed(self) -> None:
        """Something happened to a part: what is asked now is worth keeping again."""
        for seen in self._seen.values():
            seen.clear()

    def all(self) -> list[tuple[Raw, bytes]]:
        """The exchanges, oldest first, each with the registers that stood after it."""
        return list(self._ring)


def without_heartbeat(request: bytes) -> bytes:
    """A write with 0 in PlcHeartbeat."""
    function = request[0]
    at = {6: 3, 16: 6, 23: 10}.get(function)
    if at is None or len(request) < at + 2:
        return request
    start = int.from_bytes(request[5:7] if function == 23 else request[1:3], "big")
    at += 2 * (HEARTBEAT - start)
    if start > HEARTBEAT or at + 2 > len(request):
        return request
    return request[:at] + b"\0\0" + request[at + 2 :]
