"""The first administrator, made with the one-time code of the station's log."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from service.auth.first_run import FirstRun
from service.auth.gate import GATE
from service.auth.origin import client_of
from service.auth.permissions import Role
from service.auth.users import UserError
from service.auth.watch import keep
from service.hub import Hub

from .models import Payload
from .problem import Fault, Problem
from .route import get, post
from .session import SessionState, state_of
from .station import Command
from .users import UserName

US = 1_000_000
DONE = "this station has an administrator"


class SetupState(Payload):
    """What is needed to set the station up."""

    open: bool
    """A code may be entered; else the next start makes another one"""
    until_us: int
    """The code is good until then"""
    tries_left: int
    """Of the code"""
    file: str
    """Where the code stands on the station, beside its log"""


class Setup(Command):
    """The code, and who shall be the first administrator."""

    code: Annotated[str, Field(max_length=64)]
    """As the station's log has it; upper or lower case, with or without dashes"""
    name: UserName
    """A letter or digit, then up to 63 letters, digits, . _ @ or -"""
    password: Annotated[str, Field(max_length=256)]
    """10 to 256 characters"""


@get("/setup", 404)
async def show(hub: Hub, request: web.Request) -> SetupState:
    """Whether a code may be entered. Exists only while there is no administrator."""
    first = _first(hub, request)
    return SetupState(
        open=first.open, until_us=int(first.until * US), tries_left=first.tries_left, file=str(first.path)
    )


@post("/setup", 404, 409)
async def make(hub: Hub, request: web.Request, body: Setup) -> SessionState:
    """Make the first administrator, and sign in as that one; the generated token opens nothing any more.

    Exists only while there is no administrator. A code has ten tries.
    """
    first, gate, doors = _first(hub, request), request.app[GATE], hub.doors
    if not first.open:
        raise Problem(409, "the code is no longer good: restart the station, its log has a new one")
    if not first.fits(body.code):
        doors.journal("refused", "a wrong set-up code", client_of(request))
        left = f"{first.tries_left} tries are left" if first.tries_left else "restart the station for a new one"
        text = f"this is not the code of the station's log; {left}"
        raise Problem(422, text, [Fault(where="body.code", message=text)])
    try:
        await doors.in_thread(_make, hub, body)
    except UserError as exc:
        first.again()
        raise Problem(409, str(exc)) from exc
    doors.journal("users", f"user {body.name}: administrator (the first)", client_of(request))
    await hub.offload(first.end)
    principal = gate.sign_in(request, body.name)
    await keep(gate, hub)
    return state_of(hub, request, principal)


def _make(hub: Hub, body: Setup) -> None:
    users = hub.doors.users
    users.refresh()
    if users.administered:
        raise UserError(DONE)
    if users.account(body.name) is None:
        users.add(body.name, Role.ADMINISTRATOR, body.password)
    else:
        users.set_password(body.name, body.password)
        users.set_role(body.name, Role.ADMINISTRATOR)


def _first(hub: Hub, request: web.Request) -> FirstRun:
    if hub.doors.users.administered:
        raise Problem(404, DONE)
    return request.app[GATE].first_run


ROUTES = (show, make)
