"""What is being made: order, lot, shift, and the texts that recipes match against."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from service.hub import Hub

from .models import ProductionContext
from .route import get, post
from .station import Command, PartId, who


class ProductionCommand(Command):
    """What changes; fields that are left out stay as they are."""

    order: PartId | None = None
    """At most 64 bytes in UTF-8"""
    lot: PartId | None = None
    """At most 64 bytes in UTF-8"""
    shift: PartId | None = None
    """At most 64 bytes in UTF-8; empty = the shift of the clock"""
    strings: Annotated[list[PartId], Field(min_length=4, max_length=4)] | None = None
    """Recipe strings 1-4"""


@get("/station/production")
async def show(hub: Hub) -> ProductionContext:
    """The context that the next results are stored with."""
    return hub.station.production()


@post("/station/production")
async def change(hub: Hub, request: web.Request, body: ProductionCommand) -> ProductionContext:
    """Set order, lot, shift or the recipe strings; kept over restarts."""
    await hub.station.set_production(body.model_dump(exclude_none=True), who(request))
    return hub.station.production()


ROUTES = (show, change)
