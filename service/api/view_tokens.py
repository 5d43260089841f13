"""Tokens for screens that show the view-only pages: the secret is told once, revoked it opens nothing."""

from typing import TYPE_CHECKING, Annotated

from aiohttp import web
from pydantic import Field

from service.auth.view_tokens import ViewToken as Kept
from service.auth.view_tokens import ViewTokenError
from service.hub import Hub

from .models import Payload
from .problem import Problem
from .route import delete, get, post
from .station import Command, who

if TYPE_CHECKING:
    from service.auth.view_tokens import ViewTokens

PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"
Name = Annotated[str, Field(pattern=PATTERN, description="Name of the view token")]


class ViewToken(Payload):
    """What opens the view-only pages for one screen."""

    name: str
    """Which screen, as whoever made it called it"""
    made_at_us: int
    made_by: str
    """Who, with the address"""


class NewViewToken(ViewToken):
    """A token that was just made."""

    token: str
    """The secret, told this once: `/view/last?token=…`"""


class ViewTokenCommand(Command):
    """A token for one more screen."""

    name: Name
    """Which screen: a letter or digit, then up to 63 letters, digits, . _ @ or -"""


@get("/view-tokens")
async def listing(request: web.Request) -> list[ViewToken]:
    """Every view token by name, without its secret."""
    return _all(request)


@post("/view-tokens", 409)
async def make(hub: Hub, request: web.Request, body: ViewTokenCommand) -> NewViewToken:
    """Make a token that opens the view-only pages and their images, and nothing else."""
    try:
        token, secret = await hub.doors.in_thread(_tokens(request).make, body.name, who(request))
    except ViewTokenError as exc:
        raise Problem(409, str(exc)) from exc
    hub.doors.journal("users", f"view token {body.name} made", who(request))
    return NewViewToken(**_shown(token).model_dump(), token=secret)


@delete("/view-tokens/{name}", 404)
async def revoke(hub: Hub, request: web.Request, name: Name) -> list[ViewToken]:
    """Revoke a token: pages that were opened with it get nothing from now on."""
    try:
        await hub.doors.in_thread(_tokens(request).revoke, name)
    except ViewTokenError as exc:
        raise Problem(404, str(exc)) from exc
    hub.doors.journal("users", f"view token {name} revoked", who(request))
    return _all(request)


def _all(request: web.Request) -> list[ViewToken]:
    return [_shown(token) for token in _tokens(request).all]


def _tokens(request: web.Request) -> "ViewTokens":
    from service.auth.gate import GATE  # the gate knows the problems of this package

    return request.app[GATE].view_tokens


def _shown(token: Kept) -> ViewToken:
    return ViewToken(name=token.name, made_at_us=token.made_at_us, made_by=token.made_by)


ROUTES = (listing, make, revoke)
