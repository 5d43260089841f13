"""A message that comes again and again is written a few times a second, and then counted."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from .line import Line

MOST = 10  # of a kind in a second
MOST_KINDS = 1000  # in a second; of what comes beyond, each logger is one kind

Kind = tuple[str, int, str]


@dataclass(slots=True)
class _Second:
    began: float
    last: Line
    count: int = 0


class Flood:
    """Not safe for threads: its owner holds a lock."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kinds: dict[Kind, _Second] = {}
        self.suppressed = 0  # in all

    def passes(self, line: Line) -> bool:
        """Whether it is to be written."""
        now, kind = self._now(), (line.logger, line.level, line.template)
        second = self._kinds.get(kind)
        if second is None and len(self._kinds) >= MOST_KINDS:
            kind = (line.logger, line.level, "")
            second = self._kinds.get(kind)
        if second is None or (now - second.began >= 1 and second.count <= MOST):
            second = self._kinds[kind] = _Second(now, line)
        second.count += 1
        second.last = line
        passes = second.count <= MOST
        self.suppressed += not passes
        return passes

    def over(self) -> list[tuple[Line, int]]:
        """The kinds whose second is over and of which some were not written: the last of each, and how many."""
        now = self._now()
        old = [kind for kind, second in self._kinds.items() if now - second.began >= 1]
        seconds = [self._kinds.pop(kind) for kind in old]
        return [(second.last, second.count - MOST) for second in seconds if second.count > MOST]

    @property
    def waiting(self) -> bool:
        """`over` will have something to say."""
        return any(second.count > MOST for second in self._kinds.values())
