"""HTTP of a generation that has handed over: what is open is answered, and told to connect to the next one."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from protocols.standstill import StandsStill, Standstill

from .api.problem import Problem

READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Draining:
    """`begin` once; what would change something is turned away from then on, and while the station stands still."""

    def __init__(self, standstill: Standstill) -> None:
        self._standstill = standstill
        self.begun = False
        self.on_begin: list[Callable[[], Awaitable[object]]] = []

    async def begin(self) -> None:
        self.begun = True
        for tell in self.on_begin:
            await tell()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """What a station that has handed over would take, the next one would never know of."""
        if request.method in READS:
            return await handler(request)
        try:
            with self._standstill.change():
                return await handler(request)
        except StandsStill as exc:
            raise Problem(503, str(exc), headers={"Retry-After": "1"}) from None

    async def close_after(self, request: web.Request, response: web.StreamResponse) -> None:
        """For `on_response_prepare`: the next request comes over a new connection, and so to the next generation."""
        if self.begun and not isinstance(response, web.WebSocketResponse):
            response.force_close()
            response.headers["Connection"] = "close"  # aiohttp has written its own by now


DRAINING = web.AppKey("draining", Draining)
