"""The alarms, and what people say about them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from service.alarm_state import AlarmState, detail_of
from service.alarms import Alarms, AlreadyDone, NoSuchAlarm
from service.hub import Hub
from service.store import AlarmRow

from .journal import Paging
from .models import Alarm, Payload
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


class PastAlarm(Payload):
    """One time that an alarm was active."""

    id: int
    """Counts them"""
    number: int
    """Of the alarm"""
    severity: str
    """error or warning"""
    text: str
    """What happened, the detail and what to do, in English"""
    detail: str
    """What exactly; not translated"""
    since_us: int
    """When it came"""
    over_at_us: int | None
    """When it was over; null while it is active"""
    acknowledged_by: str
    """Who has seen it; empty: nobody"""
    confirmed_by: str
    """Who has seen to its cause; empty: nobody"""
    comment: str


class PastAlarmPage(Payload):
    """Newest first."""

    items: tuple[PastAlarm, ...]
    next: int | None
    """`before` of the next page; null on the last one"""


@get("/alarms/past")
async def past(hub: Hub, query: Paging) -> PastAlarmPage:
    """Every time that an alarm was active, as far as they are kept: the newest 10,000."""
    rows = await hub.alarms.past(query.before, query.limit)
    items = tuple(_past(row) for row in rows)
    return PastAlarmPage(items=items, next=items[-1].id if len(items) == query.limit else None)


def _past(row: AlarmRow) -> PastAlarm:
    return PastAlarm(
        id=row.id,
        number=row.number,
        severity=row.severity,
        text=clean(row.text),
        detail=clean(detail_of(row)),
        since_us=row.since_us,
        over_at_us=row.cleared_at_us,
        acknowledged_by=clean(row.care.acknowledged_by),
        confirmed_by=clean(row.care.confirmed_by),
        comment=clean(row.care.comment),
    )


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


ROUTES = (listing, past, acknowledge, confirm, comment)
