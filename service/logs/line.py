"""A line of the log, taken from Python's record where it is made; what costs time is left to the thread that writes."""

import logging
from collections.abc import Callable, Mapping
from traceback import TracebackException
from types import MappingProxyType
from typing import Any, NamedTuple

from .about import INSPECTION, REQUEST

NO_FIELDS: Mapping[str, Any] = MappingProxyType({})


class Line(NamedTuple):
    """What one line says."""

    at: float  # UTC, seconds
    level: int  # of `logging`
    logger: str
    text: str
    template: str = ""  # `text` before its values were put in
    path: str = ""  # of the source
    number: int = 0  # in the source
    function: str = ""
    thread: str = ""
    inspections: tuple[int, ...] = ()  # InspectionIds of the parts that it is about
    request: str = ""  # id of the request that it is about
    trace: TracebackException | None = None
    fields: Mapping[str, Any] = NO_FIELDS  # more, by names of our own


def line_of(record: logging.LogRecord) -> Line:
    """In the thread that logs. `extra` may carry `inspections` (see `about.parts`) and `fields`."""
    given = record.__dict__
    inspections = given.get("inspections")
    if inspections is None:
        inspections = (number,) if (number := INSPECTION.get()) else ()
    return Line(
        record.created,
        record.levelno,
        record.name,
        _text(record),
        _template(record),
        record.pathname,
        record.lineno,
        record.funcName or "",
        record.threadName or "",
        inspections,
        REQUEST.get(),
        _trace(record),
        given.get("fields", NO_FIELDS),
    )


def _text(record: logging.LogRecord) -> str:
    """A line with a mistake in it is a line all the same, and must not fail who logs."""
    try:
        return record.getMessage()
    except Exception as exc:
        return f"{_template(record)} {_words(repr, record.args)} ({_words(str, exc)})"


def _template(record: logging.LogRecord) -> str:
    return record.msg if isinstance(record.msg, str) else _words(str, record.msg)


def _words(how: Callable[[object], str], what: object) -> str:
    try:
        return how(what)
    except Exception:
        return f"<{type(what).__name__}>"


def _trace(record: logging.LogRecord) -> TracebackException | None:
    """Without the frames, in which images live, and without reading the source yet."""
    if not record.exc_info or record.exc_info[0] is None:
        return None
    kind, value, tb = record.exc_info
    return TracebackException(kind, value, tb, lookup_lines=False, compact=True)
