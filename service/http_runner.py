"""How the worker serves HTTP: its limits, its access log, and the door that counts connections."""

import asyncio
import json
import logging
import time
from typing import Any

from aiohttp import web

from .access_log import AccessLog
from .draining import DRAINING
from .logs.access_file import open_access_file
from .logs.setup import Log
from .settings import HttpSettings
from .settings.access_format import format_problem

log = logging.getLogger(__name__)

HTTP = web.AppKey("http", HttpSettings)
LOG = web.AppKey("log", Log)
WAIT_S = 1.0  # for the request of a connection that is turned away, so that its answer is not reset
SAY_S = 60.0  # at least between two words about it


class Runner(web.AppRunner):
    """aiohttp's runner with the station's limits; what Gunicorn's configuration says is `cfg`."""

    def __init__(self, app: web.Application, cfg: Any, gunicorn_log: Any) -> None:
        """

        Raises:
            ValueError: `access_log_format` does not hold.
        """
        http = app[HTTP]
        if cfg.accesslog and (problem := format_problem(cfg.access_log_format)):
            raise ValueError(f"access_log_format: {problem}")
        self._access = app[LOG].access_file = open_access_file(cfg.accesslog) if cfg.accesslog else None
        self._most = http.max_connections
        self._doors: Doors | None = None
        super().__init__(
            app,
            logger=gunicorn_log,
            keepalive_timeout=cfg.keepalive,
            access_log=self._access.logger if self._access else None,
            access_log_class=AccessLog,
            access_log_format=cfg.access_log_format,
            shutdown_timeout=cfg.graceful_timeout * 0.95,
            max_line_size=http.limit_request_line,
            max_headers=http.limit_request_fields,
            max_field_size=http.limit_request_field_size,
        )

        if DRAINING in app:
            app[DRAINING].on_begin.append(self._stop_accepting)

    async def _stop_accepting(self) -> None:
        """What waits in the kernel is the next generation's; what is open here goes on."""
        for site in list(self.sites):
            await site.stop()

    @property
    def server(self) -> Any:
        """What makes a protocol for each new connection."""
        server = super().server
        if server is None:
            return None
        if self._doors is None:
            self._doors = Doors(server, self._most)
        return self._doors

    async def cleanup(self) -> None:
        await super().cleanup()
        if self._access is not None:
            await self._access.close()


class Doors:
    """Stands for aiohttp's server; at most `most` connections get past."""

    def __init__(self, server: web.Server, most: int) -> None:
        self._server, self.most = server, most
        self._said_at = -SAY_S
        reason = f"{most} HTTP connections are open, no more are taken ([http] max_connections)"
        body = json.dumps({"title": "Service Unavailable", "status": 503, "detail": reason}).encode()
        self.answer = (
            b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 5\r\n"
            b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        self._reason = reason

    def __call__(self) -> asyncio.Protocol:
        return _Door(self)

    @property
    def requests_count(self) -> int:
        return self._server.requests_count

    @property
    def full(self) -> bool:
        return len(self._server.connections) >= self.most

    def enter(self, transport: asyncio.Transport) -> None:
        handler = self._server()
        transport.set_protocol(handler)
        handler.connection_made(transport)

    def note_refusal(self) -> None:
        now = time.monotonic()
        if now - self._said_at >= SAY_S:
            self._said_at = now
            log.warning("%s", self._reason)


class _Door(asyncio.Protocol):
    """Decides once the connection is there: of a burst, the loop makes all protocols before it joins the first."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        connection: Any = transport
        if not self._doors.full:
            self._doors.enter(connection)
            return
        self._doors.note_refusal()
        self._transport = connection
        connection.write(self._doors.answer)
        asyncio.get_running_loop().call_later(WAIT_S, connection.close)

    def data_received(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.close()
