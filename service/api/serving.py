"""Put the routes into an application, with everything that each request passes."""

from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from service.auth import GATE, Gate
from service.auth.page import add_token_page
from service.auth.proxies import Proxies
from service.auth.watch import watch
from service.background import running
from service.draining import DRAINING, Draining
from service.embedding import Embedding
from service.headers import add_headers
from service.http_runner import HTTP, LOG
from service.hub import Hub
from service.sockets import SOCKETS, Sockets
from service.viewer import add_live

from .access import Access
from .health import answer_probe
from .problem import problems
from .reference import page
from .route import PREFIX, Route
from .unchanged import tagged


def serve(
    app: web.Application, hub: Hub, routes: Iterable[Route], document: Callable[[], dict[str, Any]], style: Path
) -> None:
    """`document` is asked when somebody wants it; `style` is the sheet of the pages without script."""
    gate, sockets = Gate(hub), Sockets(hub.settings.http)
    draining = app[DRAINING] = Draining(hub.standstill)
    app[GATE], app[SOCKETS], app[HTTP], app[LOG] = gate, sockets, hub.settings.http, hub.log
    proxies = Proxies(hub.settings.http.forwarded_allow_ips)
    around = [answer_probe, proxies.middleware, Access().middleware, problems, draining.middleware]
    app.middlewares.extend([*around, gate.cors.middleware, gate.middleware])
    embedding = Embedding(hub.settings.http.embed_allowed)
    headers = [embedding.add_headers, add_headers, gate.cors.add_headers, gate.add_cookie]
    app.on_response_prepare.extend([*headers, draining.close_after])
    for route in routes:
        app.router.add_route(route.method, route.path, route.bound(hub))
    add_live(app, hub)
    add_token_page(app, hub)
    _add_static(app, hub, f"{PREFIX}/openapi.json", lambda: orjson.dumps(document()), "application/json")
    _add_static(app, hub, "/api", lambda: page(document()).encode(), "text/html")
    _add_static(app, hub, "/api/style.css", style.read_bytes, "text/css")

    async def sessions(_app: web.Application) -> AsyncIterator[None]:
        await hub.offload(gate.sessions.load)
        await hub.offload(gate.view_tokens.load)
        if not hub.doors.users.administered:
            await hub.offload(gate.first_run.begin)
        yield

    async def stop(_app: web.Application) -> None:
        await sockets.close(spread=draining.begun)

    app.cleanup_ctx.append(sessions)
    app.cleanup_ctx.append(running(partial(watch, gate, hub, sockets)))
    app.cleanup_ctx.append(running(hub.live.run))
    app.on_shutdown.append(stop)


def _add_static(app: web.Application, hub: Hub, path: str, make: Callable[[], bytes], kind: str) -> None:
    """What `make` gives, asked once and off the loop: it may take a tenth of a second."""
    charset = None if kind == "application/json" else "utf-8"
    made: list[bytes] = []

    async def show(request: web.Request) -> web.Response:
        if not made:
            made.append(await hub.offload(make))
        return tagged(request, web.Response(body=made[0], content_type=kind, charset=charset))

    app.router.add_get(path, show)
