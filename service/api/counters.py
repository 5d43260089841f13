"""The counters since their last reset."""

from aiohttp import web

from service.hub import Hub

from .count_models import Counters
from .route import get, post
from .station import Nothing, who


@get("/counters")
async def show(hub: Hub) -> Counters:
    """Counters since the last reset."""
    return hub.station.counters()


@post("/counters/reset")
async def reset(hub: Hub, request: web.Request, body: Nothing) -> Counters:
    """Set the counters to zero."""
    await hub.station.reset_counters(who(request))
    return hub.station.counters()


ROUTES = (show, reset)
