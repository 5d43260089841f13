"""How often an address may guess."""

import time
from collections import deque
from collections.abc import Callable

PER_MINUTE = 10
ADDRESSES = 10_000  # remembered; the one that came first is forgotten


class Tries:
    """Ten tries a minute for each address."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._times: dict[str, deque[float]] = {}

    def left(self, address: str) -> bool:
        """Whether one more may be made; it is not counted."""
        recent = [at for at in self._times.get(address, ()) if at > self._now() - 60]
        return len(recent) < PER_MINUTE

    def wait_s(self, address: str) -> float:
        """Count a try: 0 when it may be made, else the seconds until the next one may."""
        now = self._now()
        times = self._times.setdefault(address, deque())
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= PER_MINUTE:
            return times[0] + 60 - now
        times.append(now)
        if len(self._times) > ADDRESSES:
            del self._times[next(iter(self._times))]
        return 0.0
