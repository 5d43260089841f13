"""The station's own log: where it goes, what was not written, and from which level on each logger speaks."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from service.hub import Hub
from service.logs.levels import NoSuchLogger
from service.settings import LogLevel

from .problem import Problem
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


ROUTES = (show, change)
