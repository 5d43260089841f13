"""The station's own log: its newest lines, where it goes, what is missing, from which level on each logger speaks."""

import logging
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from service.hub import Hub
from service.logs.formats import whole
from service.logs.levels import NoSuchLogger
from service.logs.line import Line
from service.logs.writer import level_name
from service.settings import LogLevel

from .problem import Problem
from .results import clean
from .route import get, post
from .station import Command, who

LoggerName = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_.\-]*$")]


class LoggerLevel(BaseModel):
    """A logger with a level of its own; those below it share it."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    logger: str
    """Its name; empty: all that have none of their own"""
    level: LogLevel
    """Least urgent message that is written"""
    changed: bool
    """Since the start, and only until the next one"""


class LogState(BaseModel):
    """Lines since the start of this generation."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    destination: str
    """standard error, journal, or a file; empty: as the program that runs the station has it"""
    lines: int
    """Written"""
    dropped: int
    """Came faster than they could be written"""
    lost: int
    """The destination did not take them: a full disk, or nobody reads"""
    suppressed: int
    """More than ten of a kind in a second"""
    levels: tuple[LoggerLevel, ...]


class LevelCommand(Command):
    """Another level for one logger or for all."""

    logger: LoggerName = ""
    """A name as log lines have it, e.g. service.camera_keeper, or the beginning of several; empty: all"""
    level: LogLevel | None
    """null: as the settings say"""


class LogLine(BaseModel):
    """One line."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    number: int
    """Counts from the start of this generation"""
    at_us: int
    """UTC"""
    level: Literal["debug", "info", "warning", "error", "critical"]
    logger: str
    """Who says it, e.g. service.camera_keeper"""
    text: str
    """What, with the traceback of a defect on further lines"""


class LogLines(BaseModel):
    """The newest lines that were asked for, oldest first."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    lines: tuple[LogLine, ...]
    newest: int
    """Number of the newest line there is: `after` of the next request; a smaller one than before = a new generation"""


class WantedLines(BaseModel):
    """Which lines."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    after: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0
    """Only those with a higher number"""
    level: LogLevel = "debug"
    """At least so urgent"""
    text: Annotated[str, Field(max_length=200)] = ""
    """Stands in the line or in its logger's name"""
    limit: Annotated[int, Field(ge=1, le=1000)] = 500
    """At most so many"""


@get("/log/lines")
async def lines(hub: Hub, query: WantedLines) -> LogLines:
    """The newest lines of the log, as far as they are kept in memory (2000)."""
    newest = hub.log.ring.newest
    return LogLines(lines=await hub.doors.in_thread(_lines, hub, query), newest=newest)


def _lines(hub: Hub, query: WantedLines) -> tuple[LogLine, ...]:
    level = logging.getLevelNamesMapping()[query.level.upper()]
    return tuple(_line(*each) for each in hub.log.ring.lines(query.after, level, query.text, query.limit))


def _line(number: int, line: Line) -> LogLine:
    name = level_name(line.level)
    return LogLine(number=number, at_us=int(line.at * 1e6), level=name, logger=line.logger, text=clean(whole(line)))


@get("/log")
async def show(hub: Hub) -> LogState:
    """State of the log."""
    return _state(hub)


@post("/log/level", 404)
async def change(hub: Hub, request: web.Request, body: LevelCommand) -> LogState:
    """Change a level while the station runs; it holds until the next start or reload."""
    try:
        before = hub.log.levels.set(body.logger, body.level)
    except NoSuchLogger as exc:
        raise Problem(404, str(exc)) from exc
    name, now = body.logger or "all", body.level or "as the settings say"
    hub.doors.journal("log", f"log level of {name}: {now} (was {before})", who(request))
    return _state(hub)


def _state(hub: Hub) -> LogState:
    log = hub.log
    levels = log.levels.in_force.items()
    return LogState(
        destination=log.destination,
        lines=sum(log.written.values()),
        **log.missing,
        levels=tuple(
            LoggerLevel(logger=name, level=level, changed=name in log.levels.changed) for name, level in sorted(levels)
        ),
    )


ROUTES = (show, lines, change)
