"""Every request passes here: the right host, the right origin, the right kind of body, and somebody who may."""

import base64
from collections.abc import Awaitable, Callable

from aiohttp import web

from service.api.problem import Problem
from service.hub import Hub

from .cors import Cors
from .doors import STATION
from .first_run import FirstRun
from .origin import (
    LOOPBACK_NAMES,
    client_of,
    encrypted,
    forwarded,
    host_name,
    is_loopback,
    local_name,
    names_loopback,
    same_origin,
)
from .permissions import Role, action_for, may
from .principal import PRINCIPAL, By, Principal
from .sessions import LIFETIME_S, Session, Sessions
from .token import station_id
from .view_tokens import ViewTokens

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
METRICS = "/metrics"
GUARDED = ("/api", "/socket.io", METRICS)  # all that shows or changes the station stands below these
OPEN = frozenset({"/api/style.css", "/token"})
SESSION, SETUP = "/api/v1/session", "/api/v1/setup"
OPEN_CALLS = frozenset(  # what leads somebody in
    {
        ("GET", SESSION),
        ("POST", SESSION),
        ("DELETE", SESSION),
        ("GET", f"{SESSION}/address.svg"),
        ("GET", SETUP),
        ("POST", SETUP),
    }
)
PROBES = frozenset({"/healthz", "/readyz"})  # ask nothing at all
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "/token"
BEGUN = web.RequestKey("begun", str)  # id of a session that begins with the answer, "" = one ends
USER = web.RequestKey("user", str)  # who asks, as the journal has it

RESTING = (Role.ENGINEER, Role.ADMINISTRATOR)  # whose rights rest while nobody acts
CHALLENGE = 'Session realm="station"'  # Basic would open the browser's own form
ASK_USER = "sign in, or send name and password of a user as `Authorization: Basic …`"
ASK_TOKEN = (
    "this needs the station's token: it stands in the file `token` of the data folder; "
    "send it as `Authorization: Bearer …`, or enter it at /token"
)

LIVE, VIEWS = "/api/v1/live", "/api/v1/views/"
UPLOADS, INCOMING = "/api/v1/uploads", "/api/v1/backups/incoming"
IMAGES = ("image/png", "image/jpeg", "image/bmp", "image/tiff", "application/octet-stream")
ARCHIVES = ("application/zip", "application/octet-stream")
"""What a body there may be: no form of another site's page can send these without asking."""


class Gate:
    """The rules of one station."""

    def __init__(self, hub: Hub) -> None:
        self._probes = PROBES | {METRICS} if hub.settings.http.metrics_open else PROBES
        self._outside = not is_loopback(hub.bind)
        self._hosts = LOOPBACK_NAMES | {name.lower() for name in hub.settings.http.allowed_hosts}
        self._cookie = f"session-{station_id(hub.token)}"
        self.view_tokens = ViewTokens(hub.settings.station.data_folder)
        self._panels = {address: name for name, address in hub.settings.http.panels.items()}
        self._watched = hub.settings.http.watch_only
        self.first_run = FirstRun(hub.settings.station.data_folder)
        self.sessions = Sessions(hub.settings.station.data_folder, hub.token)
        self.cors = Cors(hub.settings.http.cors_origins)
        self.doors = hub.doors
        self.tries = hub.doors.tries

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path not in self._probes:
            self._check_host(request)
            await self._name(request)
            self._check_origin(request)
            if self._guarded(request):
                if not self.allows(request):
                    return self._ask(request)
                self._check_right(request)
            self._check_kind(request)
        return await handler(request)

    def allows(self, request: web.Request) -> bool:
        """Somebody asks who may at least look."""
        return PRINCIPAL in request

    def still(self, request: web.Request) -> bool:
        """Whoever opened this connection may still look: asked each second, for it lasts."""
        principal, administered = request.get(PRINCIPAL), self.doors.users.administered
        if principal is None:
            return False
        match principal.by:
            case By.SESSION:
                return principal.session is not None and self._there(request, principal.session)
            case By.PASSWORD:
                return self.doors.role(principal.name) is principal.role
            case By.TOKEN:
                return not administered
            case By.VIEW:
                return self.views(request)
            case By.LOOPBACK:
                return not administered or self.unnamed(request) is not None
        return administered

    def _there(self, request: web.Request, session: Session) -> bool:
        """Whether it goes on; whoever holds a connection open is there."""
        if self.of_session(session) is None:
            return False
        session.seen_at(client_of(request), self.sessions.now())
        return True

    def still_may(self, request: web.Request, action: str) -> bool:
        """Whoever asked this may do it now as well: the session lives, its rights do not rest, the role is the same."""
        principal = request.get(PRINCIPAL)
        if principal is None:
            return False
        if principal.session is None:
            return self.still(request) and may(principal.role, action)
        now = self.of_session(principal.session)
        return now is not None and may(now.role, action)

    def on_loopback(self, request: web.Request) -> bool:
        """Bound to loopback, from loopback, named so, and nobody stands between."""
        return not self._outside and is_loopback(request.remote) and names_loopback(request) and not forwarded(request)

    def views(self, request: web.Request) -> bool:
        """A view token opens what the view-only pages show, and nothing else."""
        shown = request.path == LIVE or request.path.startswith(VIEWS)
        return shown and request.method in SAFE and self.view_tokens.known(request.query.get("token", ""))

    def sign_in(self, request: web.Request, user: str) -> Principal:
        """Give the browser a session of its own with the answer; the one that it had ends."""
        stamp = self.doors.stamp(user)
        if stamp is None:
            raise Problem(401, "there is no such user any more")
        self.sign_out(request)
        request[BEGUN] = session_id = self.sessions.begin(user, stamp)
        session = self.sessions.find(session_id)
        if session:
            session.seen_at(client_of(request), self.sessions.now())
        principal = self.of_session(session) if session else None
        assert principal is not None
        return principal

    async def add_cookie(self, request: web.Request, response: web.StreamResponse) -> None:
        """Signal `on_response_prepare`, when aiohttp has written its own cookies already."""
        if BEGUN not in request:
            return
        secure, began = encrypted(request), request[BEGUN]
        name = f"__Host-{self._cookie}" if secure else self._cookie
        parts = [f"{name}={began}", "HttpOnly", f"Max-Age={LIFETIME_S if began else 0}", "Path=/", "SameSite=Strict"]
        response.headers.add("Set-Cookie", "; ".join([*parts, *(["Secure"] if secure else [])]))

    def sign_out(self, request: web.Request) -> str:
        """End the browser's session; returns whose it was, "" = nobody's."""
        session = self._session(request)
        if session is None:
            return ""
        self.sessions.end(session)
        request[BEGUN] = ""
        return session.user

    def _check_host(self, request: web.Request) -> None:
        name = host_name(request)
        if name not in self._hosts and name != (local_name(request) or None):
            raise Problem(
                421, f"this station is not called {name!r}: use its address, or list the name in [http] allowed_hosts"
            )

    async def _name(self, request: web.Request) -> None:
        """Who gives name and password is that user, on loopback too; without any, whom session or place tell."""
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "basic":
            principal: Principal | None = await self._of_password(request, given)
        elif kind.lower() == "bearer" and self.doors.knows(given):
            principal = Principal(By.TOKEN, Role.ADMINISTRATOR)
        else:
            session = self._session(request)
            principal = self.of_session(session) if session else None
        principal = principal or self.unnamed(request) or self._of_view(request)
        if principal is not None:
            request[PRINCIPAL] = principal
            if principal.name:
                request[USER] = principal.name

    async def _of_password(self, request: web.Request, given: str) -> Principal:
        try:
            name, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except ValueError:
            raise Problem(401, "Authorization: Basic takes name:password in UTF-8 and base64") from None
        if not await self.doors.admit(name, password, client_of(request)):
            raise Problem(401, "name or password is wrong, or this address tried too often: wait a minute")
        role = self.doors.role(name)
        if role is None:
            raise Problem(401, "there is no such user any more")
        return Principal(By.PASSWORD, role, name)

    def _session(self, request: web.Request) -> Session | None:
        """The browser's, if its user is as at the sign-in."""
        cookies = request.cookies
        for name in (f"__Host-{self._cookie}", self._cookie):
            session = self.sessions.find(cookies.get(name, ""))
            if session is not None and self._there(request, session):
                return session
        return None

    def of_session(self, session: Session) -> Principal | None:
        """None once it has ended, or role or password of its user is another."""
        role = self.doors.role(session.user)
        if role is None or not self.sessions.lives(session) or self.doors.stamp(session.user) != session.stamp:
            return None
        name = "" if session.user == STATION else session.user
        rests = role in RESTING and self.sessions.rests(session)
        return Principal(By.SESSION, Role.OPERATOR if rests else role, name, session, role)

    def unnamed(self, request: web.Request) -> Principal | None:
        """Nobody signed in: all on loopback until there is an administrator, then panels and who may watch."""
        if not self.doors.users.administered:
            return Principal(By.LOOPBACK, Role.ADMINISTRATOR) if self.on_loopback(request) else None
        panel = self._panels.get(client_of(request))
        if panel:
            return Principal(By.PANEL, Role.OPERATOR, f"panel {panel}")
        return Principal(By.WATCHING, Role.OBSERVER) if self._watched else None

    def _of_view(self, request: web.Request) -> Principal | None:
        return Principal(By.VIEW, Role.OBSERVER) if self.views(request) else None

    def _check_right(self, request: web.Request) -> None:
        principal, action = request[PRINCIPAL], action_for(request.method, request.path)
        if may(principal.role, action):
            return
        asked = f"it asks for the right {action.value!r}"
        if principal.by is By.WATCHING:
            raise Problem(401, f"sign in to do this: {asked}", headers={"WWW-Authenticate": CHALLENGE})
        if principal.full is not None and may(principal.full, action):
            raise Problem(403, f"rights rest after 15 min without an act: type the password again; {asked}")
        raise Problem(403, f"user {principal.name!r} may not do this: {asked}")

    def _check_origin(self, request: web.Request) -> None:
        handshake = request.headers.get("Upgrade", "").lower() == "websocket"
        if request.method in SAFE and not handshake and not request.path.startswith("/socket.io"):
            return
        if "Origin" in request.headers:
            if not same_origin(request) and not self.cors.allows(request):
                raise Problem(
                    403,
                    "another origin may not do this: Origin must name the same address as Host, "
                    "or be listed in [http] cors_origins",
                )
        elif (handshake or request.method not in SAFE) and request.path != FORM and not self._tool(request):
            raise Problem(403, "without Origin only tools on loopback, or with the bearer token, may do this")

    def _tool(self, request: web.Request) -> bool:
        return PRINCIPAL in request and request[PRINCIPAL].tool

    def _check_kind(self, request: web.Request) -> None:
        if request.method in SAFE or request.path.startswith("/socket.io") or request.path == FORM:
            return
        if not request.can_read_body:  # nothing to be taken for something else
            return
        kinds = _kinds(request.path)
        if request.content_type not in kinds:
            raise Problem(415, f"Content-Type must be {' or '.join(kinds)}, not {request.content_type}")

    def _guarded(self, request: web.Request) -> bool:
        if request.path in OPEN or (request.method, request.path) in OPEN_CALLS:
            return False
        return request.path.startswith(GUARDED) or request.method not in SAFE

    def _ask(self, request: web.Request) -> web.StreamResponse:
        """To sign in: a browser by a page."""
        administered = self.doors.users.administered
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            up = "../" * (request.path.count("/") - 1)
            return web.Response(status=303, headers={"Location": (up or "./") if administered else f"{up}token"})
        raise Problem(
            401,
            ASK_USER if administered else ASK_TOKEN,
            headers={"WWW-Authenticate": CHALLENGE if administered else 'Bearer realm="station"'},
        )


GATE = web.AppKey("gate", Gate)


def _kinds(path: str) -> tuple[str, ...]:
    """What a body to this path may be."""
    if path == UPLOADS:
        return IMAGES
    if path == INCOMING:
        return ARCHIVES
    return ARCHIVES if path.startswith("/api/v1/recipes/") and path.endswith("/archive") else ("application/json",)
