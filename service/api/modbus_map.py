"""The active Modbus map as a file for PLC and SCADA engineers."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from protocols.active_map import FORMATS, ExportError, export
from service.hub import Hub
from service.user_values import user_layout

from .problem import Problem
from .route import get

Kind = Annotated[
    Literal["csv", "ignition", "codesys", "scl", "rockwell"],
    Field(description="csv: every address; ignition: tag import; codesys, scl, rockwell: data types, function blocks"),
]
MEDIA = tuple(dict.fromkeys(one.media for one in FORMATS.values()))


@get("/modbus/map/{kind}", 409, media=MEDIA)
async def active_map(hub: Hub, kind: Kind) -> web.StreamResponse:
    """The active Modbus map, with the user-defined block, as a file."""
    made = FORMATS[kind]
    try:
        text = await hub.offload(export, kind, user_layout(hub.settings))
    except ExportError as exc:
        raise Problem(409, str(exc)) from exc
    headers = {"Content-Disposition": f'attachment; filename="{made.file}"'}
    return web.Response(text=text, content_type=made.media, charset="utf-8", headers=headers)


ROUTES = (active_map,)
"""Of this module."""
