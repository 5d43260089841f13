"""Does the process serve, is each part of the station ready, and what is measured: for watchdogs and Prometheus."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from service.hub import Hub

from .models import Health, Ready
from .route import Route, json_response

OK = b'{"status":"ok"}'
TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
HEADERS = {"Content-Type": "application/json"}


@web.middleware
async def answer_probe(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The first middleware: a probe every millisecond costs next to nothing."""
    if request.path == "/healthz" and request.method in ("GET", "HEAD"):
        return web.Response(body=OK, headers=HEADERS)
    return await handler(request)


async def healthz() -> Health:
    """200 while the process serves."""
    return Health()


async def readyz(hub: Hub) -> web.StreamResponse:
    """Each part of the station with its reason; 503 when one is not ready, which a failed reload is no reason for."""
    parts = dict(hub.station.readiness())
    ready = all(part.ok for part in parts.values())
    return json_response(Ready(ready=ready, parts=parts, reload=hub.station.reload_trouble()), 200 if ready else 503)


async def metrics(hub: Hub) -> web.StreamResponse:
    """What the station measures, in Prometheus' text format; docs/monitoring.md names every metric."""
    return web.Response(body=await hub.metrics(), headers={"Content-Type": TEXT_FORMAT})


ROUTES = (
    Route("GET", "/healthz", healthz, section="health"),
    Route("GET", "/readyz", readyz, (503,), section="health", model=Ready),
    Route("GET", "/metrics", metrics, (401, 403, 421), ("text/plain",), section="health"),
)
