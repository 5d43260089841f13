"""The recipes, and which one is active."""

from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from service.hub import Hub, NoSuchRecipe, Rejected

from .models import Recipe, RecipeContent, StationState
from .problem import Problem
from .route import get, post
from .station import Nothing, refusal, who

Job = Annotated[int, Field(ge=1, le=65535, description="Job number, as on Modbus")]


@get("/recipes")
async def listing(hub: Hub) -> list[Recipe]:
    """All recipes by job number."""
    return list(hub.station.recipes())


@get("/recipes/schema")
async def schema(hub: Hub) -> dict[str, Any]:
    """JSON Schema of a recipe."""
    return dict(hub.station.recipe_schema())


@get("/recipes/{job}", 404)
async def show(hub: Hub, job: Job) -> RecipeContent:
    """One recipe as its file has it."""
    try:
        return RecipeContent(job=job, content=dict(hub.station.recipe(job)))
    except NoSuchRecipe:
        raise _missing(job) from None


@post("/recipes/{job}/activate", 404, 409)
async def activate(hub: Hub, request: web.Request, job: Job, body: Nothing) -> StationState:
    """Make a recipe the active one; answered when it is."""
    try:
        await hub.station.activate(job, who(request))
    except NoSuchRecipe:
        raise _missing(job) from None
    except Rejected as exc:
        raise refusal(exc) from exc
    return hub.station.state()


def _missing(job: int) -> Problem:
    return Problem(404, f"no recipe has job number {job}")


ROUTES = (listing, schema, show, activate)
