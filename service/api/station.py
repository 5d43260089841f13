"""The station itself: its state, a trigger by hand, online and offline."""

from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from protocols.handshake import PART_ID_BYTES
from service.hub import Hub, Rejected

from .models import AcceptedTrigger, StationState
from .problem import Problem
from .route import get, post


def _fits(value: str) -> str:
    size = len(value.encode())
    if size > PART_ID_BYTES:
        raise PydanticCustomError(
            "too_long", "at most {most} bytes, this has {size}", {"most": PART_ID_BYTES, "size": size}
        )
    return value


PartId = Annotated[str, AfterValidator(_fits)]


class Command(BaseModel):
    """What a request asks for; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class TriggerCommand(Command):
    """Inspect one part."""

    part_id: PartId = ""
    """Stored with the result: at most 64 bytes in UTF-8"""


class OnlineCommand(Command):
    """Take the station online or offline."""

    online: bool


class Nothing(Command):
    """An empty object, or no body at all."""


def who(request: web.Request) -> str:
    """Who asks, as the journal has it."""
    from service.auth.gate import USER  # the gate knows the problems of this package
    from service.auth.origin import client_of

    name = f"{request[USER]} " if USER in request else ""
    return f"web {name}{client_of(request) or 'local'}"


def refusal(exc: Rejected) -> Problem:
    """The station said no."""
    return Problem(409, str(exc), code=exc.code)


@get("/station")
async def show(hub: Hub) -> StationState:
    """State of the station."""
    return hub.station.state()


@post("/station/trigger", 409)
async def trigger(hub: Hub, request: web.Request, body: TriggerCommand) -> AcceptedTrigger:
    """Trigger an inspection.

    Answered when the trigger is accepted and committed; the result follows by Socket.IO, and under
    `/inspections/{number}`.
    """
    try:
        accepted = await hub.station.trigger(body.part_id.encode(), who(request))
    except Rejected as exc:
        raise refusal(exc) from exc
    return AcceptedTrigger(number=accepted.number, job=accepted.job, at_us=accepted.accepted_at_us)


@post("/station/online", 409)
async def online(hub: Hub, request: web.Request, body: OnlineCommand) -> StationState:
    """Take the station online or offline."""
    try:
        await hub.station.set_online(body.online, who(request))
    except Rejected as exc:
        raise refusal(exc) from exc
    return hub.station.state()


ROUTES = (show, trigger, online)
