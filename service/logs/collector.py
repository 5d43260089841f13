"""Errors to a collector that speaks Sentry's protocol: where in the code, which part; nothing about people.

What leaves is the message before its values were put in, the kind of the exception and the places in the code. The
values themselves (addresses, names, part ids) and all images stay in the log, where InspectionId and time find them.
"""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from traceback import TracebackException
from typing import Any

from .line import Line

EVERY_S = 60.0  # the same message once in this time
MOST_KINDS = 1000
OURS = ("service", "protocols", "vision", "gunicorn")  # whose messages keep their values apart
CLOSE_S = 0.3
MISSING = "sentry-sdk is not installed: errors are not sent; pip install 'vision-inspection[sentry]'"


class CollectorError(Exception):
    """Errors cannot be sent, and why."""


class Collector:
    """Sends from a thread of the library's own, a few at a time; what cannot be sent is given up."""

    def __init__(self, dsn: str, release: str, station: str, now: Callable[[], float] = time.monotonic) -> None:
        """Raises CollectorError."""
        try:
            from sentry_sdk import Client
        except ImportError as exc:
            raise CollectorError(MISSING) from exc
        logging.getLogger("sentry_sdk.errors").setLevel(logging.CRITICAL)  # it would report its own failing
        try:
            self._client = Client(
                dsn=dsn,
                release=release,
                server_name=station,
                environment="production",
                default_integrations=False,
                auto_enabling_integrations=False,
                include_local_variables=False,
                include_source_context=False,
                auto_session_tracking=False,
                enable_backpressure_handling=False,
                send_client_reports=False,
                max_breadcrumbs=0,
                spotlight=False,
                shutdown_timeout=CLOSE_S,
            )
        except ValueError as exc:
            raise CollectorError(f"errors are not sent: [log] sentry_dsn: {exc}") from exc
        self._now = now
        self._sent: dict[tuple[str, str, str], float] = {}

    def __call__(self, line: Line) -> None:
        """In the log's thread."""
        if self._new(line):
            event: Any = event_of(line)
            self._client.capture_event(event)

    def _new(self, line: Line) -> bool:
        kind = line.logger, line.template, _kind(line.trace) if line.trace else ""
        now = self._now()
        if now - self._sent.get(kind, float("-inf")) < EVERY_S:
            return False
        if len(self._sent) >= MOST_KINDS:
            self._sent.clear()
        self._sent[kind] = now
        return True

    def close(self) -> None:
        """What is on its way gets a moment."""
        self._client.close(timeout=CLOSE_S)


def event_of(line: Line) -> Mapping[str, Any]:
    """The event of an error."""
    text = line.template if line.logger.startswith(OURS) else f"{line.logger} logged an error"
    event: dict[str, Any] = {
        "level": "fatal" if line.level >= logging.CRITICAL else "error",
        "logger": line.logger,
        "timestamp": datetime.fromtimestamp(line.at, UTC),
        "logentry": {"message": text},
        "tags": {"thread": line.thread, "function": line.function, "line": str(line.number)},
    }
    if line.inspections:
        event["tags"]["inspection_id"] = str(line.inspections[0])
    if line.trace:
        event["exception"] = {"values": _chain(line.trace)}
    return event


def _chain(trace: TracebackException) -> list[dict[str, Any]]:
    """The cause first, as the protocol has it."""
    values: list[dict[str, Any]] = []
    current: TracebackException | None = trace
    while current is not None and len(values) < 10:
        values.append(_exception(current))
        context = None if current.__suppress_context__ else current.__context__
        current = current.__cause__ or context
    return values[::-1]


def _exception(trace: TracebackException) -> dict[str, Any]:
    frames = [{"filename": _inside(f.filename), "function": f.name, "lineno": f.lineno} for f in trace.stack]
    return {"type": _kind(trace), "value": "see the station's log", "stacktrace": {"frames": frames}}


def _kind(trace: TracebackException) -> str:
    """The class with its module; Python 3.13 has it as text."""
    if (text := getattr(trace, "exc_type_str", None)) is not None:
        return str(text)
    kind = trace.exc_type
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.") if kind else "Exception"


def _inside(path: str) -> str:
    """Without the folders above, which may name a person."""
    for above in ("/site-packages/", "/lib/"):
        if above in path:
            return path.rpartition(above)[2]
    parts = path.split("/")
    start = next((i for i, part in enumerate(parts) if part in OURS), len(parts) - 1)
    return "/".join(parts[start:])
