"""The reload without a gap: new settings, recipes or release, and the old generation goes on where they do not hold."""

from aiohttp import web

from service import generations
from service.hub import Hub
from service.reloads import AlreadyReloading

from .models import Payload
from .problem import Problem
from .route import get, post
from .station import Nothing, who


class ReloadState(Payload):
    """What became of the last reload."""

    generation: int
    """That answers; a higher one than before = the reload is done"""
    busy: bool
    """It is being checked, or the successor starts"""
    failure: str
    """Why the last one came to nothing; empty: it did not"""


@get("/station/reload")
async def show(hub: Hub) -> ReloadState:
    """Whether a reload is under way, and what became of the last one."""
    return _state(hub)


@post("/station/reload", 409)
async def reload(hub: Hub, request: web.Request, body: Nothing) -> ReloadState:
    """Begin a reload: everything is checked first, then the next generation takes over and no connection is lost.

    The list of `GET /station/reload` tells how it ends.
    """
    if not generations.master:
        raise Problem(409, "this station was started without Gunicorn: nobody can start its successor")
    try:
        hub.reloads.begin(generations.master)
    except AlreadyReloading:
        raise Problem(409, "a reload is under way: wait until it has ended") from None
    hub.doors.journal("reload", "a reload was asked for", who(request))
    return _state(hub)


def _state(hub: Hub) -> ReloadState:
    failure = hub.reloads.failure or hub.station.reload_trouble()
    return ReloadState(generation=generations.age, busy=hub.reloads.busy, failure=failure)


ROUTES = (show, reload)
"""Of this module."""
