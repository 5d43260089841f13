"""Every request has an id that its lines and its answer carry and, where that is switched on, a line of its own."""

import itertools
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from service.auth.gate import USER
from service.auth.origin import client_of
from service.headers import REQUEST_ID
from service.logs.about import REQUEST
from service.logs.handler import ACCESS

log = logging.getLogger(ACCESS)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")  # by a proxy before us; anything else gets one of ours
LONGEST = 500  # characters of a path


class Access:
    """The middleware around all others but the one for probes."""

    def __init__(self) -> None:
        self._prefix, self._counter = secrets.token_hex(4), itertools.count(1)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if GIVEN.fullmatch(given) else f"{self._prefix}-{next(self._counter):x}"
        request[REQUEST_ID] = request_id
        before = REQUEST.set(request_id)
        began = time.monotonic()
        status = 0  # cut off: the station ends
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as exc:
            status = exc.status
            raise
        finally:
            if log.isEnabledFor(logging.INFO):
                _write(request, status, time.monotonic() - began)
            REQUEST.reset(before)


def _write(request: web.Request, status: int, took_s: float) -> None:
    """Without the query, which may say whose part it is."""
    fields = {
        "method": request.method,
        "path": request.path[:LONGEST],
        "status": status,
        "duration_ms": round(took_s * 1000, 3),
        "remote": client_of(request),
        "user": request.get(USER, ""),
    }
    log.info("%s %s %d", request.method, fields["path"], status, extra={"fields": fields})
