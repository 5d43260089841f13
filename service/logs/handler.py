"""Takes lines from whoever logs, at once, and never waits: what the writer cannot keep up with is counted."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from .flood import Flood
from .line import Line, line_of

MOST_WAITING = 4096  # lines
ACCESS = "service.access"
GUNICORN_ACCESS = "gunicorn.access"
WANTED = (ACCESS, GUNICORN_ACCESS)  # lines that are all of one kind
SHUTDOWN_S = 0.5  # that the end of the process waits for a disk or a reader


class Thread(Protocol):
    """What writes the lines (`service.offload.Drain`)."""

    @property
    def waiting(self) -> int: ...

    def put(self, item: Line) -> None: ...

    def settle(self, timeout_s: float) -> bool: ...

    async def close(self) -> bool: ...


class Handler(logging.Handler):
    """Counts from its start on."""

    def __init__(self) -> None:
        super().__init__()
        self.thread: Thread | None = None
        self.on_close: list[Callable[[], object]] = []
        self._flood = Flood()
        self._counting = threading.Lock()  # not Python's of this handler: who ends the process holds that in `flush`
        self.dropped = 0  # there was no room

    @property
    def suppressed(self) -> int:
        """Of a kind that came too often."""
        return self._flood.suppressed

    @property
    def waiting(self) -> int:
        """Lines to be written."""
        return self.thread.waiting if self.thread else 0

    def begin(self, thread: Thread) -> None:
        """Before it is attached."""
        self.thread = thread

    def emit(self, record: logging.LogRecord) -> None:
        """Python holds this handler's lock meanwhile."""
        line, thread = line_of(record), self.thread
        if line.logger not in WANTED:
            with self._counting:
                passes = self._flood.passes(line)
            if not passes:
                return
        if thread is None or thread.waiting >= MOST_WAITING:
            self.dropped += 1
        else:
            thread.put(line)

    def missing(self) -> tuple[int, list[tuple[Line, int]]]:
        """In the writer's thread: how many were dropped so far; what was suppressed lately, and how often."""
        with self._counting:
            return self.dropped, self._flood.over()

    def flush(self) -> None:
        """Python calls it when the process ends."""
        if self.thread is not None:
            self.thread.settle(SHUTDOWN_S)

    def close(self) -> None:
        """Likewise."""
        for close in self.on_close:
            close()
        super().close()
