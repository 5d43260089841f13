"""Who is signed in at a browser now. For administrators."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from service.auth.gate import GATE
from service.auth.permissions import Role
from service.auth.principal import PRINCIPAL
from service.auth.sessions import PUBLIC
from service.auth.watch import keep
from service.hub import Hub

from .models import Payload
from .problem import Problem
from .route import delete, get
from .station import who

US = 1_000_000
SessionName = Annotated[str, Field(pattern=f"^[0-9a-f]{{{PUBLIC}}}$", description="`id` of the list")]


class SignedIn(Payload):
    """One browser in which somebody has signed in."""

    id: str
    """To end it by; it opens nothing"""
    user: str
    """Whose it is; `station` = who used the token"""
    role: Role
    """What the user may"""
    rests: bool
    """The person did nothing for 15 minutes: until the password is typed again only what an operator may"""
    since_us: int
    """When it began"""
    seen_us: int
    """When the browser asked something last, or had a connection open"""
    address: str
    """Where it was seen then"""
    ends_us: int
    """When it ends by itself"""
    own: bool
    """Whoever asks this is it"""


@get("/sessions")
async def listing(hub: Hub, request: web.Request) -> list[SignedIn]:
    """Every session that has not ended, last seen first."""
    return _all(request)


@delete("/sessions/{session}", 404)
async def end(hub: Hub, request: web.Request, session: SessionName) -> list[SignedIn]:
    """End one: its next request is refused, its connections are closed within two seconds. Answers what is left."""
    gate = request.app[GATE]
    found = gate.sessions.listing().get(session)
    if found is None:
        raise Problem(404, f"there is no session {session}, or it has ended")
    gate.sessions.end(found)
    await keep(gate, hub)
    hub.doors.journal("session", f"session of {found.user} at {found.address or '?'} ended", who(request))
    return _all(request)


def _all(request: web.Request) -> list[SignedIn]:
    gate, asking = request.app[GATE], request.get(PRINCIPAL)
    found = []
    for name, session in gate.sessions.listing().items():
        principal = gate.of_session(session)
        if principal is None:  # the user's role or password is another one now
            continue
        found.append(
            SignedIn(
                id=name,
                user=session.user,
                role=principal.full or principal.role,
                rests=principal.role is not principal.full,
                since_us=int(session.since * US),
                seen_us=int(session.seen * US),
                address=session.address,
                ends_us=int(session.until * US),
                own=asking is not None and asking.session is session,
            )
        )
    return sorted(found, key=lambda one: -one.seen_us)


ROUTES = (listing, end)
"""Of this module."""
