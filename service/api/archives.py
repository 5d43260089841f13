"""A recipe with all that it was taught, as one archive: from one station to another."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from protocols.opcua.machine_vision.files import RefusedFileError
from service.auth.gate import ARCHIVES
from service.hub import Hub

from .problem import Problem
from .reading import PIECE, pieces
from .recipe_models import RecipeVersion
from .recipes import Job, telling
from .route import get, post
from .station import Command, who


class ArchiveQuery(Command):
    """Which version."""

    version: Annotated[int, Field(ge=1, le=2**31)] | None = None
    """Left out: the one in production"""


@get("/recipes/{job}/archive", 404, media=("application/zip",))
async def take(hub: Hub, request: web.Request, job: Job, query: ArchiveQuery) -> web.StreamResponse:
    """A released version as a ZIP archive; the same version is the same archive, byte for byte.

    `vision-inspection import` and `POST` of another station take it.
    """
    try:
        file = await hub.files.recipe(job, query.version)
    except RefusedFileError as exc:
        raise Problem(404, str(exc)) from exc
    headers = {"Content-Type": "application/zip", "Content-Disposition": f'attachment; filename="{file.name}"'}
    response = web.StreamResponse(headers=headers)
    response.content_length = file.size
    try:
        await response.prepare(request)
        for position in range(0, file.size, PIECE):
            await response.write(await file.read(position, PIECE))
    finally:
        await file.close()
    return response


@post("/recipes/{job}/archive", 409, takes=ARCHIVES)
async def bring(hub: Hub, request: web.Request, job: Job) -> list[RecipeVersion]:
    """Put the recipe of an archive beside the others; what was released there is released here, as the next version.

    A draft stays a draft, and one that is here already is never written over. Answers the recipe's versions.
    """
    try:
        file = await hub.files.incoming(job)
        try:
            async for piece in pieces(request):
                await file.write(file.size, piece)
            await file.commit(who(request))
        finally:
            await file.close()
    except RefusedFileError as exc:
        raise Problem(409, str(exc), headers={"Connection": "close"}) from exc
    with telling("the recipe cannot be read"):
        return list(await hub.recipes.versions(job))


ROUTES = (take, bring)
"""Of this module."""
