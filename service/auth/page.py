"""The page where a browser enters the token: plain HTML, no script."""

import html
from urllib.parse import parse_qs

from aiohttp import web

from service.api.problem import Problem
from service.api.reading import read
from service.hub import Hub

from .doors import STATION
from .gate import FORM, GATE
from .origin import client_of, encrypted
from .watch import keep

LIMIT = 4096  # bytes of the form
# With no-referrer browsers send `Origin: null` for a form, and the gate would refuse it.
HEADERS = {"Referrer-Policy": "same-origin"}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{station}: token</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="api/style.css">
</head>
<body>
<main class="narrow">
<h1>{station}</h1>
{message}<form method="post" action="token">
<label for="token">Token of this station</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button type="submit">Open</button>
</form>
<p>The token stands in the file <code>token</code> of the station's data folder. This browser is asked once.</p>
<p>Entered already, and came here by a link from elsewhere? <a href="./">Open the console</a></p>
{warning}</main>
</body>
</html>
"""
PLAIN = '<p class="quiet">This connection is not encrypted: others on the network can read along.</p>\n'


def add_token_page(app: web.Application, hub: Hub) -> None:
    """Serve ``/token``; the gate must be in `app` before."""
    gate = app[GATE]

    def page(request: web.Request, status: int = 200, message: str = "") -> web.Response:
        text = PAGE.format(
            station=html.escape(hub.station.name),
            message=f'<p class="wrong" role="alert">{html.escape(message)}</p>\n' if message else "",
            warning="" if encrypted(request) else PLAIN,
        )
        return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)

    async def show(request: web.Request) -> web.Response:
        return page(request)

    async def enter(request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            raise Problem(415, f"Content-Type must be application/x-www-form-urlencoded, not {request.content_type}")
        fields = parse_qs((await read(request, LIMIT)).decode("utf-8", "replace"))
        wait_s = gate.tries.wait_s(client_of(request))
        if wait_s:
            response = page(request, 429, f"Too many tries. Wait {wait_s:.0f} s.")
            response.headers["Retry-After"] = f"{wait_s:.0f}"
            return response
        if gate.doors.users.administered:
            return page(request, 403, "This station has an administrator: the token opens it no more. Sign in.")
        if not gate.doors.knows(fields.get("token", [""])[0]):
            return page(request, 403, "This is not the token of this station.")
        response = web.Response(status=303, headers=HEADERS | {"Location": "./"})
        gate.sign_in(request, STATION)
        await keep(gate, hub)
        return response

    app.router.add_get(FORM, show)
    app.router.add_post(FORM, enter)
