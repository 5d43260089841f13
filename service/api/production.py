"""What is being made: order, lot, shift, and the texts that recipes match against."""

from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from service.hub import Hub

from .models import ProductionContext
from .route import get, post
from .station import Command, PartId, who


def _plain(value: str) -> str:
    if any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in value):
        raise PydanticCustomError("control", "no control characters")
    return value


Text = Annotated[PartId, AfterValidator(_plain)]


class ProductionCommand(Command):
    """What changes; fields that are left out stay as they are."""

    order: Text | None = None
    """At most 64 bytes in UTF-8"""
    lot: Text | None = None
    """At most 64 bytes in UTF-8"""
    shift: Text | None = None
    """At most 64 bytes in UTF-8; holds until the next start in `[shifts]`; empty = by the schedule"""
    strings: Annotated[list[Text], Field(min_length=4, max_length=4)] | None = None
    """Recipe strings 1-4"""


@get("/station/production")
async def show(hub: Hub) -> ProductionContext:
    """The context that the next results are stored with."""
    return hub.station.production()


@post("/station/production")
async def change(hub: Hub, request: web.Request, body: ProductionCommand) -> ProductionContext:
    """Set order, lot, shift or the recipe strings for the parts triggered from now on; kept over restarts."""
    await hub.station.set_production(body.model_dump(exclude_none=True), who(request))
    return hub.station.production()


ROUTES = (show, change)
