"""Who may use the station by name."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from service.auth.permissions import Role
from service.auth.users import NAME, Account, UserError, Users
from service.hub import Hub

from .problem import Problem
from .route import delete, get, post
from .station import Command, who

UserName = Annotated[str, Field(pattern=f"^{NAME.pattern}$", description="Name of the user")]


class User(BaseModel):
    """One user."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    name: str
    """As it is given when signing in"""
    role: Role
    """What the user may"""
    password: bool
    """Can sign in"""
    certificate: str
    """SHA-256 of the certificate by which OPC UA knows the user, in hex; empty: none"""


class UserCommand(Command):
    """A new user, or what changes of one: what is left out stays."""

    name: UserName
    """A letter or digit, then up to 63 letters, digits, . _ @ or -"""
    role: Literal["observer", "operator", "engineer", "administrator", "scada"] | None = None
    """A new user without it is an observer"""
    password: str | None = None
    """10 to 256 characters"""
    certificate: Annotated[str, Field(max_length=16 * 1024)] | None = None
    """PEM: who holds its key is the user over OPC UA; empty: nobody any more"""


@get("/users")
async def listing(hub: Hub) -> list[User]:
    """Every user but `station`, whose password is the token."""
    return await _all(hub)


async def _all(hub: Hub) -> list[User]:
    await hub.doors.in_thread(hub.doors.users.refresh)
    return [_shown(account) for account in hub.doors.users.accounts]


def _shown(account: Account) -> User:
    known = bool(account.password)
    return User(name=account.name, role=account.role, password=known, certificate=account.certificate)


@post("/users", 409)
async def change(hub: Hub, request: web.Request, body: UserCommand) -> User:
    """Add a user, or change role or password of one; counts at once."""
    before = hub.doors.users.account(body.name)
    try:
        await hub.doors.in_thread(_change, hub, body)
    except UserError as exc:
        raise Problem(409, str(exc)) from exc
    made = hub.doors.users.account(body.name)
    assert made is not None
    old = f" (was {before.role})" if before else " (new)"
    new = ", new password" if body.password else ""
    if body.certificate is not None:
        new += f", certificate {made.certificate[:16] or 'none'}"
    hub.doors.journal("users", f"user {made.name}: {made.role}{old}{new}", who(request))
    return _shown(made)


def _change(hub: Hub, body: UserCommand) -> None:
    users = hub.doors.users
    if users.account(body.name) is None:
        users.add(body.name, Role(body.role or "observer"), body.password or "")
    else:
        if body.role is not None:
            if Role(body.role) is not Role.ADMINISTRATOR:
                _leave_one(users, body.name)
            users.set_role(body.name, Role(body.role))
        if body.password is not None:
            users.set_password(body.name, body.password)
    if body.certificate is not None:
        users.set_certificate(body.name, body.certificate.encode())


@delete("/users/{name}", 404, 409)
async def remove(hub: Hub, request: web.Request, name: UserName) -> list[User]:
    """Remove a user: refused from the next request on."""
    if hub.doors.users.account(name) is None:
        raise Problem(404, f"there is no user {name!r}")
    try:
        await hub.doors.in_thread(_remove, hub.doors.users, name)
    except UserError as exc:
        raise Problem(409, str(exc)) from exc
    hub.doors.journal("users", f"user {name} removed", who(request))
    return await _all(hub)


def _remove(users: Users, name: str) -> None:
    _leave_one(users, name)
    users.remove(name)


def _leave_one(users: Users, name: str) -> None:
    """Without an administrator the station would be open to whoever sets it up next."""
    if users.alone(name):
        raise UserError(f"{name!r} is the only administrator: make another one first")


ROUTES = (listing, change, remove)
