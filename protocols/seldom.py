"""One log line per kind and interval, so that a client cannot fill the disk."""

import time
from collections.abc import Callable, Hashable

INTERVAL_S = 60.0


class Seldom:
    """Remembers when each kind of message was last let through; the caller has few kinds.

    Args:
        now: A monotonic clock in seconds.
    """

    def __init__(self, interval_s: float = INTERVAL_S, now: Callable[[], float] = time.monotonic) -> None:
        self._interval_s, self._now = interval_s, now
        self._last: dict[Hashable, float] = {}

    def due(self, kind: Hashable) -> bool:
        """Whether `kind` may be written now; a yes counts as written."""
        now, last = self._now(), self._last.get(kind)
        if last is not None and now - last < self._interval_s:
            return False
        self._last[kind] = now
        return True
