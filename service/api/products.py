"""The products, and which recipes they are linked to."""

from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from service.hub import Hub, NoSuchRecipe, Rejected

from .models import Product
from .problem import Problem
from .route import get, post
from .station import Command, PartId, who

Job = Annotated[int, Field(ge=1, le=65535)]


def _plain(value: str) -> str:
    if not value or value != value.strip() or not value.isprintable():
        raise PydanticCustomError("product", "a text without control characters, and without spaces at its ends")
    return value


class ProductCommand(Command):
    """A product and one of its recipes."""

    product: Annotated[PartId, AfterValidator(_plain)]
    """At most 64 bytes in UTF-8"""
    job: Job
    """Job number of the recipe"""


@get("/products")
async def listing(hub: Hub) -> list[Product]:
    """Every product with the recipes that are linked to it, by name."""
    return list(hub.products.listing())


@post("/products/link", 404, 409)
async def link(hub: Hub, request: web.Request, body: ProductCommand) -> list[Product]:
    """Link a product to a recipe that is in production; again changes nothing. Kept over restarts."""
    try:
        await hub.products.link(body.product, body.job, who(request))
    except NoSuchRecipe as exc:
        raise Problem(404, str(exc)) from None
    except Rejected as exc:
        raise Problem(409, str(exc)) from None
    return list(hub.products.listing())


@post("/products/unlink", 404)
async def unlink(hub: Hub, request: web.Request, body: ProductCommand) -> list[Product]:
    """Undo that; a product that no recipe is linked to is none any more."""
    try:
        await hub.products.unlink(body.product, body.job, who(request))
    except NoSuchRecipe as exc:
        raise Problem(404, str(exc)) from None
    return list(hub.products.listing())


ROUTES = (listing, link, unlink)
