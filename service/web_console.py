"""Serve the built web console: its page, the view-only pages, their hashed assets, and nothing else."""

from pathlib import Path

from aiohttp import web

DIST = Path(__file__).parent / "console" / "dist"
VIEWS = ("live", "last", "last-failed")  # view-only pages, which other systems' pages may embed
FOREVER = "public, max-age=31536000, immutable"  # an asset's name changes with its content

NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Console not built</title></head>
<body>
<h1>The web console of this station is not built.</h1>
<p>Inspection, Modbus TCP, OPC UA and the <a href="api">API</a> work without it.</p>
<p>To build it, in the folder of the project: <code>pip install -e .</code>, then load this page again.</p>
</body>
</html>
"""


def add_console(app: web.Application, dist: Path = DIST) -> None:
    """Add the page at ``/`` and what it loads."""

    async def page(_request: web.Request) -> web.StreamResponse:
        return built(dist / "index.html")

    async def view(request: web.Request) -> web.StreamResponse:
        if request.match_info["name"] not in VIEWS:
            raise web.HTTPNotFound
        return built(dist / "view" / "index.html")

    def built(index: Path) -> web.StreamResponse:
        if not index.is_file():  # looked at each time: it may be built while the station runs
            return web.Response(text=NOT_BUILT, content_type="text/html", headers={"Cache-Control": "no-cache"})
        return web.FileResponse(index, headers={"Cache-Control": "no-cache"})

    async def asset(request: web.Request) -> web.StreamResponse:
        return _file(dist / "assets", request.match_info["name"], FOREVER)

    async def icon(_request: web.Request) -> web.StreamResponse:
        return _file(dist, "icon.svg", "no-cache")

    app.router.add_get("/", page)
    app.router.add_get("/view/{name}", view)
    app.router.add_get("/icon.svg", icon)
    app.router.add_get("/assets/{name}", asset)


def console_build(dist: Path = DIST) -> str:
    """What `dist` was built of, as Socket.IO's hello says it; "" where none is built."""
    stamp = dist / ".stamp"
    return stamp.read_text()[:12] if stamp.is_file() else ""


def _file(folder: Path, name: str, cached: str) -> web.FileResponse:
    path = folder / name
    if path.parent != folder or not path.is_file():  # `name` is one segment; ".." is none of the folder's files
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": cached})
