"""Bring the log of this process up as the settings have it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.offload import Drain
from service.settings import LogSettings

from .access_file import AccessFile
from .choice import Choice, destination_of
from .collector import Collector, CollectorError
from .destinations import Destination, Stream
from .formats import readable
from .handler import Handler
from .levels import Levels
from .ring import Ring
from .writer import Writer

log = logging.getLogger(__name__)

GUNICORN = "gunicorn.error"  # keeps its lines from the others unless told


@dataclass
class Log:
    """The log as REST shows it; nothing is counted where `configure` has not made it."""

    levels: Levels = field(default_factory=lambda: Levels(LogSettings()))
    destination: str = ""
    handler: Handler | None = None
    writer: Writer | None = None
    access_file: AccessFile | None = None  # where `[gunicorn] accesslog` asks for one

    @property
    def written(self) -> Mapping[str, int]:
        """Lines by level, each level there is."""
        return self.writer.written if self.writer else {}

    @property
    def ring(self) -> Ring:
        """The newest lines."""
        return self.writer.ring if self.writer else Ring()

    @property
    def missing(self) -> Mapping[str, int]:
        """Lines by why they are not there: suppressed as one of many, dropped without room, lost by the destination."""
        of_requests = self.access_file.missing if self.access_file else {"dropped": 0, "lost": 0}
        return {
            "suppressed": self.handler.suppressed if self.handler else 0,
            "dropped": (self.handler.dropped if self.handler else 0) + of_requests["dropped"],
            "lost": (self.writer.lost if self.writer else 0) + of_requests["lost"],
        }

    @property
    def waiting(self) -> int:
        """Lines to be written."""
        return self.handler.waiting if self.handler else 0


def configure(settings: LogSettings, choice: Choice, generation: int, version: str) -> Log:
    """Every logger of this process writes by one thread from now on. Once, before anything serves."""
    destination, problem = _destination(choice, generation)
    collect, missing = _collector(settings.sentry_dsn, version, choice.station)
    handler = Handler()
    writer = Writer(destination, handler.missing, collect)
    handler.begin(Drain("log", writer.work, urgent=False))
    handler.on_close += [collect.close] if collect else []
    attach(handler)
    logging.captureWarnings(True)
    levels = Levels(settings)
    levels.apply()
    for words in filter(None, (problem, missing)):
        log.error("%s", words)
    return Log(levels, destination.name, handler, writer)


def attach(handler: logging.Handler) -> None:
    """It alone takes what anybody logs."""
    logging.getLogger().handlers[:] = [handler]
    gunicorn = logging.getLogger(GUNICORN)
    gunicorn.handlers.clear()
    gunicorn.propagate = True


def _destination(choice: Choice, generation: int) -> tuple[Destination, str]:
    """And what is wrong with it: a log that cannot be written must not keep the line from running."""
    try:
        return destination_of(choice, generation, patient=True), ""
    except OSError as exc:
        words = f"[log] file: {choice.file} cannot be written: {exc.strerror}; the log goes to standard error"
        return Stream(readable, patient=True), words


def _collector(dsn: str, version: str, station: str) -> tuple[Collector | None, str]:
    if not dsn:
        return None, ""
    try:
        return Collector(dsn, f"vision-inspection@{version}", station), ""
    except CollectorError as exc:
        return None, str(exc)
