"""Who I am here: sign in and out, what I may, and my own password."""

from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from pydantic import Field

from service.auth.address import address_of, qr_code
from service.auth.gate import GATE, RESTING
from service.auth.origin import client_of, encrypted
from service.auth.permissions import Action, Role
from service.auth.principal import PRINCIPAL, By, Principal
from service.auth.sessions import IDLE_S, Session
from service.auth.users import UserError
from service.auth.watch import keep
from service.hub import Hub

from .models import Payload
from .problem import Problem
from .route import delete, get, post, put
from .station import Command, Nothing

US = 1_000_000

Name = Annotated[str, Field(min_length=1, max_length=64)]
Password = Annotated[str, Field(min_length=1, max_length=256)]


class SessionState(Payload):
    """Who asks, and what that one may now."""

    by: By | None
    """How the station knows: name and password with each request, the generated token, a sign-in, a panel's address,
    the demonstration on loopback, or nobody in particular who may look; null = nobody at all"""
    name: str
    """Of the user; `panel` and its name for a panel; empty: nobody's in particular"""
    role: Role | None
    """What is allowed now; null = nothing"""
    full_role: Role | None
    """What is allowed once the password is typed again; differs from `role` while rights rest"""
    actions: Sequence[Action]
    """What is allowed now, one by one"""
    rests_at_us: int | None
    """When rights rest unless the person acts; null = they do not"""
    ends_at_us: int | None
    """When the session ends; null = there is none"""
    watch_only: bool
    """Whoever has not signed in may look"""
    setup_due: bool
    """There is no administrator yet: `/setup` makes the first one"""
    station: str
    """Its name"""
    state: str
    """Of OPC 40100-1, as in `StationState`: no more than /readyz tells everybody"""
    encrypted: bool
    """The browser speaks HTTPS"""
    on_screen_keyboard: bool
    """Browsers show keys on the screen for each field, unless their user says otherwise"""


class SignIn(Command):
    """Name and password of a user."""

    name: Name
    password: Password


class Unlock(Command):
    """The password of who is signed in."""

    password: Password


class OwnPassword(Command):
    """Another password for who is signed in."""

    password: Password
    """The one until now"""
    new: Password
    """10 to 256 characters"""


@get("/session")
async def show(hub: Hub, request: web.Request) -> SessionState:
    """Who I am and what I may; asked by everybody, answered to everybody."""
    return state_of(hub, request, request.get(PRINCIPAL))


@post("/session", 429)
async def begin(hub: Hub, request: web.Request, body: SignIn) -> SessionState:
    """Sign in: the answer sets the session's cookie, in place of the one before.

    Wrong passwords are delayed: ten a minute of one address, and after five of one user each further one by 1 s, 2 s,
    4 s and so on up to a minute (429, with `Retry-After`).
    """
    await _admit(hub, request, body.name, body.password)
    gate = request.app[GATE]
    principal = gate.sign_in(request, body.name)
    await keep(gate, hub)
    hub.doors.journal("session", f"signed in as {principal.role}", f"web {body.name} {client_of(request)}")
    return state_of(hub, request, principal)


@delete("/session")
async def end(hub: Hub, request: web.Request) -> SessionState:
    """Sign out; nothing happens where nobody is signed in."""
    gate = request.app[GATE]
    user = gate.sign_out(request)
    if user:
        await keep(gate, hub)
        hub.doors.journal("session", "signed out", f"web {user} {client_of(request)}")
    return state_of(hub, request, gate.unnamed(request))


@post("/session/acted", 409)
async def acted(hub: Hub, request: web.Request, body: Nothing) -> SessionState:
    """The person at the browser did something: rights rest 15 minutes after the last time. Wakes none that rest."""
    request.app[GATE].sessions.acted(_own(request))
    return _again(hub, request)


@post("/session/unlock", 409, 429)
async def unlock(hub: Hub, request: web.Request, body: Unlock) -> SessionState:
    """Take up rights that rest."""
    session = _own(request)
    await _admit(hub, request, session.user, body.password)
    request.app[GATE].sessions.unlock(session)
    return _again(hub, request)


@put("/session/password", 409, 429)
async def password(hub: Hub, request: web.Request, body: OwnPassword) -> SessionState:
    """Another password of one's own; ends the user's other sessions."""
    session, gate = _own(request), request.app[GATE]
    await _admit(hub, request, session.user, body.password)
    try:
        await hub.doors.in_thread(hub.doors.users.set_password, session.user, body.new)
    except UserError as exc:
        raise Problem(409, str(exc)) from exc
    hub.doors.journal("users", f"user {session.user}: new password", f"web {session.user} {client_of(request)}")
    principal = gate.sign_in(request, session.user)
    gate.sessions.end(session)
    await keep(gate, hub)
    return state_of(hub, request, principal)


@get("/session/address.svg", media=("image/svg+xml",))
async def address(hub: Hub, request: web.Request) -> web.StreamResponse:
    """The station's address as a QR code."""
    code = await hub.offload(qr_code, address_of(request, hub.settings.http.public_url))
    return web.Response(body=code, content_type="image/svg+xml")


async def _admit(hub: Hub, request: web.Request, name: str, given: str) -> None:
    """Raises Problem 401, 429."""
    doors, client = hub.doors, client_of(request)
    wait_s = doors.wait_s(name, client)
    if not wait_s:
        if await doors.admit(name, given, client):
            return
        wait_s = doors.wait_s(name, client)
        if not wait_s:
            raise Problem(401, "user or password is wrong")
    seconds = f"{max(1, round(wait_s))}"
    text = f"user or password is wrong, as too often before: wait {seconds} s"
    raise Problem(429, text, headers={"Retry-After": seconds})


def _own(request: web.Request) -> Session:
    principal: Principal | None = request.get(PRINCIPAL)
    if principal is None or principal.session is None:
        raise Problem(409, "nobody is signed in here")
    return principal.session


def _again(hub: Hub, request: web.Request) -> SessionState:
    return state_of(hub, request, request.app[GATE].of_session(_own(request)))


def state_of(hub: Hub, request: web.Request, principal: Principal | None) -> SessionState:
    """Of whoever asks."""
    http = hub.settings.http
    session = principal.session if principal else None
    return SessionState(
        by=principal.by if principal else None,
        name=principal.name if principal else "",
        role=principal.role if principal else None,
        full_role=(principal.full or principal.role) if principal else None,
        actions=principal.actions if principal else [],
        rests_at_us=int((session.acted + IDLE_S) * US) if session and principal and principal.full in RESTING else None,
        ends_at_us=int(session.until * US) if session else None,
        watch_only=http.watch_only,
        setup_due=not hub.doors.users.administered,
        station=hub.station.name,
        state=hub.station.state().state,
        encrypted=encrypted(request),
        on_screen_keyboard=http.on_screen_keyboard,
    )


ROUTES = (show, begin, end, acted, unlock, password, address)
