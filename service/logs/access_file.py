"""Gunicorn's access log: lines of HTTP requests in a file of their own, in its format, by a thread of its own."""

import logging
from collections.abc import Mapping
from pathlib import Path

from service.offload import Drain

from .destinations import STDOUT, Destination, File, Stream
from .formats import plain
from .handler import GUNICORN_ACCESS, Handler
from .line import Line
from .writer import Writer

log = logging.getLogger(__name__)


class AccessFile:
    """As `[gunicorn] accesslog` names it; what it cannot take is counted, and said in it."""

    def __init__(self, path: str) -> None:
        """`path`: "-" = standard output.

        Raises:
            OSError: It cannot be written.
        """
        self._handler = Handler()
        self._writer = Writer(_destination(path), self._handler.missing)
        self._drain: Drain[Line] = Drain("access log", self._writer.work, urgent=False)
        self._handler.begin(self._drain)
        self.logger = logging.getLogger(GUNICORN_ACCESS)
        self.logger.handlers[:] = [self._handler]
        self.logger.propagate = False
        self.logger.setLevel(logging.INFO)

    @property
    def missing(self) -> Mapping[str, int]:
        """Lines by why they are not there."""
        return {"dropped": self._handler.dropped, "lost": self._writer.lost}

    async def close(self) -> None:
        """What waits is written, if that can be done in a second."""
        self.logger.removeHandler(self._handler)
        await self._drain.close(1.0)


def open_access_file(path: str) -> AccessFile | None:
    """None where it cannot be written: that is said, and keeps no station from running."""
    try:
        return AccessFile(path)
    except OSError as exc:
        log.error("[gunicorn] accesslog: %s cannot be written: %s; requests are not logged", path, exc.strerror)
        return None


def _destination(path: str) -> Destination:
    return Stream(plain, patient=True, fd=STDOUT) if path == "-" else File(Path(path), plain)
