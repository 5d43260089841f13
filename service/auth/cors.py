"""Pages of other origins that the settings name may use the station, with the token; nobody else's."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
METHODS = "GET, POST, PUT, PATCH, DELETE"
REQUEST_HEADERS = "Authorization, Content-Type"
PREFLIGHT_S = 600


class Cors:
    """What browsers ask before they let another origin's page read an answer."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origin.lower() for origin in origins)

    def allows(self, request: web.Request) -> bool:
        """`Origin` is a listed one."""
        return bool(self._origins) and request.headers.get("Origin", "").lower() in self._origins

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A preflight carries no token: it is answered before anybody is asked for one."""
        preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        if preflight and self.allows(request):
            headers = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": REQUEST_HEADERS}
            return web.Response(status=204, headers=headers | {"Access-Control-Max-Age": str(PREFLIGHT_S)})
        return await handler(request)

    async def add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Signal `on_response_prepare`. No Allow-Credentials: cookies are the station's own pages'."""
        if not self._origins:
            return
        response.headers.add("Vary", "Origin")
        if self.allows(request):
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
