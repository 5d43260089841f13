"""The newest lines of the log, kept in memory for who asks over the network."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from .line import Line

MOST = 2000  # lines


class Ring:
    """The log's thread adds, others read; both only touch the deque, whose single operations are atomic."""

    def __init__(self, most: int = MOST) -> None:
        self._lines: deque[tuple[int, Line]] = deque(maxlen=most)
        self.newest = 0  # number of the newest line; they count from 1

    def add(self, lines: Sequence[Line]) -> None:
        for line in lines:
            self._lines.append((self.newest + 1, line))
            self.newest += 1

    def lines(self, after: int = 0, level: int = 0, text: str = "", limit: int = MOST) -> list[tuple[int, Line]]:
        """The newest `limit` of those numbered above `after`, at least so urgent, oldest first.

        `text`: stands in the line or its logger's name, in capitals or not.
        """
        return list(islice(self._matching(after, level, text.lower()), limit))[::-1]

    def _matching(self, after: int, level: int, text: str) -> Iterator[tuple[int, Line]]:
        for number, line in reversed(list(self._lines)):
            if number <= after:
                return
            if line.level >= level and (text in line.text.lower() or text in line.logger.lower()):
                yield number, line
