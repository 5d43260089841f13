"""Files that SCADA systems and low-code tools import, beside the map of Modbus."""

from pathlib import Path
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from protocols.node_lists import as_csv, as_nodeset
from service.hub import Hub

from .problem import Problem
from .route import get

SERVICE = Path(__file__).resolve().parents[1]
FOLDERS = (SERVICE / "examples", SERVICE.parent / "examples")  # of the package, of a checkout
EXAMPLES = {"node-red": "node-red/flows.json", "fuxa": "fuxa/station.json"}

NodeKind = Annotated[
    Literal["csv", "nodeset"], Field(description="csv: a line a node; nodeset: UANodeSet, for modellers and clients")
]
Example = Annotated[
    Literal["node-red", "fuxa"], Field(description="node-red: a flow over both protocols; fuxa: a SCADA project")
]


@get("/opcua/nodes/{kind}", media=("text/csv", "application/xml"))
async def nodes(hub: Hub, kind: NodeKind) -> web.StreamResponse:
    """The flat tags of OPC UA as a file."""
    text = await hub.offload(as_csv if kind == "csv" else as_nodeset)
    name = "vision-inspection-nodes.csv" if kind == "csv" else "vision-inspection.NodeSet2.xml"
    return _file(text, "text/csv" if kind == "csv" else "application/xml", name)


@get("/examples/{name}", 404)
async def example(hub: Hub, name: Example) -> web.StreamResponse:
    """A working project for a tool that talks to the station."""
    text = await hub.offload(_read, EXAMPLES[name])
    return _file(text, "application/json", f"vision-inspection-{name}.json")


def _read(name: str) -> str:
    """Raises Problem 404."""
    for folder in FOLDERS:
        try:
            return (folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
    raise Problem(404, "the examples were not installed with this station")


def _file(text: str, media: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=text, content_type=media, charset="utf-8", headers=headers)


ROUTES = (nodes, example)
"""Of this module."""
