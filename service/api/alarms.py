"""The alarms, and what people say about them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from service.alarm_state import AlarmState
from service.alarms import Alarms, AlreadyDone, NoSuchAlarm
from service.hub import Hub

from .models import Alarm
from .problem import Problem
from .results import clean
from .route import get, post
from .station import Command, who

Number = Annotated[int, Field(ge=1, le=65535, description="Of the alarm")]
Ask = Callable[[int, str, Any], Awaitable[None]]
Comment = Annotated[str, Field(max_length=500)]


class Remark(Command):
    """What goes with it."""

    comment: Comment | None = None
    """Kept with the alarm in place of the one before; without it, that one stays"""


class Words(Command):
    """A comment."""

    comment: Comment
    """Kept with the alarm in place of the one before; empty = none"""


class Which(BaseModel):
    """Which alarms."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    over: bool = False
    """Also those that are over, and not yet acknowledged and confirmed"""


def alarm_of(alarm: AlarmState) -> Alarm:
    """As REST and Socket.IO show it."""
    care = alarm.care
    return Alarm(
        number=alarm.number,
        severity=alarm.severity,
        text=alarm.text,
        detail=alarm.detail,
        since_us=alarm.since_us,
        active=alarm.active,
        over_at_us=alarm.cleared_at_us,
        acknowledged=alarm.acknowledged,
        acknowledged_at_us=care.acknowledged_at_us,
        acknowledged_by=clean(care.acknowledged_by),
        confirmed=alarm.confirmed,
        confirmed_at_us=care.confirmed_at_us,
        confirmed_by=clean(care.confirmed_by),
        comment=clean(care.comment),
        commented_at_us=care.commented_at_us,
        commented_by=clean(care.commented_by),
    )


@get("/alarms")
async def listing(hub: Hub, query: Which) -> list[Alarm]:
    """Active alarms, by number."""
    return list(hub.station.alarms(over=query.over))


@post("/alarms/{number}/acknowledge", 404, 409)
async def acknowledge(hub: Hub, request: web.Request, number: Number, body: Remark) -> list[Alarm]:
    """Say that an alarm was seen. All three answer with what still stands."""
    return await _cared_for(hub.alarms, hub.alarms.acknowledge, number, who(request), body.comment)


@post("/alarms/{number}/confirm", 404, 409)
async def confirm(hub: Hub, request: web.Request, number: Number, body: Remark) -> list[Alarm]:
    """Say that the cause of an alarm was seen to; that acknowledges it, too."""
    return await _cared_for(hub.alarms, hub.alarms.confirm, number, who(request), body.comment)


@post("/alarms/{number}/comment", 404)
async def comment(hub: Hub, request: web.Request, number: Number, body: Words) -> list[Alarm]:
    """Comment on an alarm."""
    return await _cared_for(hub.alarms, hub.alarms.comment, number, who(request), body.comment)


async def _cared_for(alarms: Alarms, ask: Ask, number: int, by: str, words: str | None) -> list[Alarm]:
    try:
        await ask(number, by, words)
    except NoSuchAlarm as exc:
        raise Problem(404, str(exc)) from exc
    except AlreadyDone as exc:
        raise Problem(409, str(exc)) from exc
    return [alarm_of(alarm) for alarm in alarms.standing]


ROUTES = (listing, acknowledge, confirm, comment)
