"""The tools that a step can have: what each is for, takes, measures and shows."""

from pathlib import Path
from typing import Annotated

from aiohttp import web
from pydantic import Field

from service.bench import NotTried
from service.hub import Hub
from vision.tool_catalogue import CATALOGUE, picture

from .problem import Problem
from .route import JSON_HEADERS, Route, get
from .station import Command
from .texts import Language, accepted
from .tool_models import Tool
from .unchanged import tagged

Kind = Annotated[str, Field(pattern="^[a-z_]{1,40}$", description="Type of the tool")]


class ToolQuery(Command):
    """In which words."""

    language: Language | None = None
    """Left out: as `Accept-Language` says, else English"""


async def listing(hub: Hub, request: web.Request, query: ToolQuery) -> web.StreamResponse:
    """Every tool with the form of its parameters, in the order of what they are for."""
    try:
        body = await hub.bench.tools(query.language or accepted(request))
    except NotTried as exc:
        raise Problem(409, f"the tools cannot be listed: {exc}") from None
    return tagged(request, web.Response(body=body, headers=JSON_HEADERS))


@get("/tools/{kind}/picture", 404, media=("image/jpeg",))
async def show_picture(hub: Hub, kind: Kind) -> web.StreamResponse:
    """The tool at work, 320 px wide."""
    path = picture(kind)
    if kind not in CATALOGUE or not await hub.offload(Path.is_file, path):
        raise Problem(404, f"there is no tool {kind}")
    return web.FileResponse(path, headers={"Content-Type": "image/jpeg", "Cache-Control": "private, max-age=86400"})


ROUTES = (Route("GET", "/api/v1/tools", listing, (409,), section="tools", model=list[Tool]), show_picture)
"""Of this module."""
