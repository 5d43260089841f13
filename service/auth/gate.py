"""Every request passes here: the right host, the right origin, the right kind of body, and somebody who may."""

import base64
import hmac
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from service.api.problem import Problem
from service.hub import Hub

from .cors import Cors
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
from .permissions import action_for
from .sessions import LIFETIME_S, Sessions
from .token import digest, station_id
from .view_tokens import ViewTokens

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
METRICS = "/metrics"
GUARDED = ("/api", "/socket.io", METRICS)  # all that shows or changes the station stands below these
OPEN = frozenset({"/api/style.css", "/token"})
PROBES = frozenset({"/healthz", "/readyz"})  # ask nothing at all
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "/token"
USER = web.RequestKey("user", str)  # who gave name and password
CONSOLE = "/"  # asks, so that a browser is led to the form; its scripts and styles do not

LIVE, VIEWS = "/api/v1/live", "/api/v1/views/"
UPLOADS = "/api/v1/uploads"
IMAGES = ("image/png", "image/jpeg", "image/bmp", "image/tiff", "application/octet-stream")
ARCHIVES = ("application/zip", "application/octet-stream")
"""What a body there may be: no form of another site's page can send these without asking."""


class Gate:
    """The rules of one station."""

    def __init__(self, hub: Hub) -> None:
        self._offload = hub.offload
        self._token = digest(hub.token)
        self._probes = PROBES | {METRICS} if hub.settings.http.metrics_open else PROBES
        self._outside = not is_loopback(hub.bind)
        self._hosts = LOOPBACK_NAMES | {name.lower() for name in hub.settings.http.allowed_hosts}
        self._cookie = f"session-{station_id(hub.token)}"
        self.view_tokens = ViewTokens(hub.settings.station.data_folder)
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
            self._check_kind(request)
            if self._guarded(request) and not self.lets(request):
                return self._ask(request)
            self._check_right(request)
        return await handler(request)

    def allows(self, request: web.Request) -> bool:
        """The request is loopback's, or carries the token or a session."""
        return USER in request or self.on_loopback(request) or self._bearer(request) or self._session(request)

    def on_loopback(self, request: web.Request) -> bool:
        """Bound to loopback, from loopback, named so, and nobody stands between."""
        return not self._outside and is_loopback(request.remote) and names_loopback(request) and not forwarded(request)

    def lets(self, request: web.Request) -> bool:
        """As `allows`, or with a view token where that opens."""
        return self.allows(request) or self.views(request)

    def views(self, request: web.Request) -> bool:
        """A view token opens what the view-only pages show, and nothing else."""
        shown = request.path == LIVE or request.path.startswith(VIEWS)
        return shown and request.method in SAFE and self.view_tokens.known(request.query.get("token", ""))

    def knows(self, token: str) -> bool:
        """`token` is the station's."""
        return hmac.compare_digest(digest(token.strip()), self._token)

    async def sign_in(self, request: web.Request, response: web.StreamResponse) -> None:
        """Give the browser a session."""
        session = self.sessions.begin()
        secure = encrypted(request)
        response.set_cookie(
            f"__Host-{self._cookie}" if secure else self._cookie,
            session,
            max_age=LIFETIME_S,
            path="/",
            secure=secure,
            httponly=True,
            samesite="Strict",
        )
        try:
            await self._offload(self.sessions.save)
        except OSError as exc:  # it works until the next start
            log.warning("sessions are not kept over a restart: %s", exc)

    def _check_host(self, request: web.Request) -> None:
        name = host_name(request)
        if name not in self._hosts and name != (local_name(request) or None):
            raise Problem(
                421, f"this station is not called {name!r}: use its address, or list the name in [http] allowed_hosts"
            )

    async def _name(self, request: web.Request) -> None:
        """Who gives name and password is that user, on loopback too."""
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "basic":
            return
        try:
            name, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except ValueError:
            raise Problem(401, "Authorization: Basic takes name:password in UTF-8 and base64") from None
        if not await self.doors.admit(name, password, client_of(request)):
            raise Problem(401, "name or password is wrong, or this address tried too often: wait a minute")
        request[USER] = name

    def _check_right(self, request: web.Request) -> None:
        """Loopback, the token and its sessions may everything."""
        name, action = request.get(USER), action_for(request.method, request.path)
        if name is not None and not self.doors.may(name, action):
            raise Problem(403, f"user {name!r} may not do this: it asks for the right {action.value!r}")

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
        return USER in request or self.on_loopback(request) or self._bearer(request)

    def _check_kind(self, request: web.Request) -> None:
        if request.method in SAFE or request.path.startswith("/socket.io") or request.path == FORM:
            return
        if not request.can_read_body:  # nothing to be taken for something else
            return
        kinds = _kinds(request.path)
        if request.content_type not in kinds:
            raise Problem(415, f"Content-Type must be {' or '.join(kinds)}, not {request.content_type}")

    def _guarded(self, request: web.Request) -> bool:
        if request.path in OPEN:
            return False
        return request.path.startswith(GUARDED) or request.path == CONSOLE or request.method not in SAFE

    def _ask(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            up = "../" * (request.path.count("/") - 1)
            return web.Response(status=303, headers={"Location": f"{up}token"})
        raise Problem(
            401,
            "this needs the station's token: it stands in the file `token` of the data folder; "
            "send it as `Authorization: Bearer …`, or enter it at /token",
            headers={"WWW-Authenticate": 'Bearer realm="station"'},
        )

    def _bearer(self, request: web.Request) -> bool:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and self.knows(token)

    def _session(self, request: web.Request) -> bool:
        cookies = request.cookies
        return any(self.sessions.known(cookies.get(name, "")) for name in (f"__Host-{self._cookie}", self._cookie))


GATE = web.AppKey("gate", Gate)


def _kinds(path: str) -> tuple[str, ...]:
    """What a body to this path may be."""
    if path == UPLOADS:
        return IMAGES
    return ARCHIVES if path.startswith("/api/v1/recipes/") and path.endswith("/archive") else ("application/json",)
