"""The recipes: which is active, which version judges, what is drafted; release, withdrawal, and the way back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal, Self

from aiohttp import web
from pydantic import Field, model_validator

from service.hub import Hub, NoSuchRecipe, RecipeRefused, Rejected, StationFacade
from service.teaching import Wanted
from vision.words import translated

from .models import StationState
from .problem import Fault, Problem
from .recipe_models import Recipe, RecipeContent, RecipeVersion
from .route import get, post
from .sources import ImageSource, path_of
from .station import Command, Nothing, refusal, who
from .teaching_models import Taught
from .texts import Language

Job = Annotated[int, Field(ge=1, le=65535, description="Job number, as on Modbus")]
Version = Annotated[int, Field(ge=1, le=2**31, description="Version that was released")]
Reason = Annotated[str, Field(max_length=1000)]


class ReleaseCommand(Command):
    """Put the draft into production."""

    reason: Reason = ""
    """Why, for the record"""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """Of the draft that was looked at: another one is refused; left out: whatever the draft is now"""
    force: bool = False
    """Also if it fails its own references; needs a reason, which is kept with the version and logged"""


class RollbackCommand(Command):
    """Put an earlier version into production again."""

    version: Version | None = None
    """Left out: the one below the version in production"""
    reason: Reason = ""
    """Why, for the record"""
    force: bool = False
    """Also if it fails its own references; needs a reason, which is kept with the version and logged"""


class WithdrawCommand(Command):
    """Take a recipe out of production."""

    reason: Reason = ""
    """Why, for the record"""


Images = Annotated[list[ImageSource], Field(max_length=500)]
Numbers = Annotated[list[Annotated[int, Field(ge=1)]], Field(max_length=500)]


class ShownKind(Command):
    """Images that show one kind of what a step tells apart."""

    name: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f-]")]
    """Of the kind or the defect; of a good part's variant `good NAME`"""
    images: Annotated[list[ImageSource], Field(min_length=1, max_length=500)]


class TeachCommand(Command):
    """Let the draft's steps learn from inspections whose images were kept."""

    good: Numbers = Field(default_factory=list)
    """Inspections of good parts, by number"""
    bad: Numbers = Field(default_factory=list)
    """Of bad parts: they say how many will pass, and teach the step that is named"""
    good_images: Images = Field(default_factory=list)
    """Other images of good parts"""
    bad_images: Images = Field(default_factory=list)
    """Of bad parts, likewise"""
    kinds: Annotated[list[ShownKind], Field(max_length=64)] = Field(default_factory=list)
    """What the step that is named tells apart: kinds, colours, variants of a good part, defects by their names"""
    step: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """The only step to teach; left out: every step that learns"""
    more: bool = False
    """On top of what was taught before, instead of afresh"""
    limits: Literal["missing", "all", "none"] = "missing"
    """Which of the proposed limits the draft gets: where there are none yet, all, none"""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """Of the draft that was looked at: another one is refused; left out: whatever the draft is now"""

    @model_validator(mode="after")
    def _of_a_step(self) -> Self:
        if self.kinds and self.step is None:
            raise ValueError("kinds are what one step tells apart: step has to name it")
        return self


@get("/recipes")
async def listing(hub: Hub) -> list[Recipe]:
    """All recipes by job number, with their drafts; those that were withdrawn too."""
    return list(await hub.recipes.listing())


class SchemaQuery(Command):
    """In which words."""

    language: Language = "en"


@get("/recipes/schema")
async def schema(hub: Hub, query: SchemaQuery) -> dict[str, Any]:
    """JSON Schema of a recipe.

    In another language than English its help is in that, `x-title` names a field, `x-options` the choices.
    """
    return dict(await hub.offload(_schema, hub.station, query.language))


@get("/recipes/{job}", 404)
async def show(hub: Hub, job: Job) -> RecipeContent:
    """The version of a recipe that is in production, as its file has it."""
    with telling():
        return await hub.recipes.content(job)


@get("/recipes/{job}/versions", 404, 409)
async def versions(hub: Hub, job: Job) -> list[RecipeVersion]:
    """Versions of a recipe, newest first: the draft, then all that were released."""
    with telling("the recipe cannot be read"):
        return list(await hub.recipes.versions(job))


@get("/recipes/{job}/versions/{version}", 404)
async def version(hub: Hub, job: Job, version: Version) -> RecipeContent:
    """One version of a recipe that was released, as its file has it."""
    with telling():
        return await hub.recipes.content(job, version)


@post("/recipes/{job}/release", 404, 409)
async def release(hub: Hub, request: web.Request, job: Job, body: ReleaseCommand) -> RecipeContent:
    """Release the draft; answered when it judges.

    Parts that were accepted before are judged by the version before. The station stays online.
    """
    with telling("the draft was not released"):
        await hub.recipes.release(job, who(request), body.reason, body.sha256, body.force)
    return await hub.recipes.content(job)


@post("/recipes/{job}/rollback", 404, 409)
async def rollback(hub: Hub, request: web.Request, job: Job, body: RollbackCommand) -> RecipeContent:
    """Go back to an earlier version; answered when it judges. The draft stays as it is."""
    with telling("the recipe was not changed"):
        await hub.recipes.roll_back(job, who(request), body.reason, body.version, body.force)
    return await hub.recipes.content(job)


@post("/recipes/{job}/withdraw", 404, 409)
async def withdraw(hub: Hub, request: web.Request, job: Job, body: WithdrawCommand) -> list[RecipeVersion]:
    """Take a recipe out of production: no part is judged by it any more, and no product is linked to it.

    Refused for the active job. Parts that were accepted before are judged. All versions stay, as the answer shows:
    `release` or `rollback` brings the recipe back.
    """
    with telling("the recipe was not withdrawn"):
        await hub.recipes.withdraw(job, who(request), body.reason)
        return list(await hub.recipes.versions(job))


@post("/recipes/{job}/activate", 404, 409)
async def activate(hub: Hub, request: web.Request, job: Job, body: Nothing) -> StationState:
    """Make a recipe the active one; answered when it is."""
    try:
        with telling():
            await hub.station.activate(job, who(request))
    except Rejected as exc:
        raise refusal(exc) from exc
    return hub.station.state()


@post("/recipes/{job}/teach", 404, 409)
async def teach(hub: Hub, request: web.Request, job: Job, body: TeachCommand) -> Taught:
    """Teach the draft; answered when it has learned, which may take minutes. What is in production stays as it is.

    It runs in a process of its own, behind everything else on the machine; one at a time.
    """
    wanted = Wanted(
        body.good,
        body.bad,
        body.step,
        body.more,
        body.limits,
        good_files=[await path_of(hub, one) for one in body.good_images],
        bad_files=[await path_of(hub, one) for one in body.bad_images],
        expect=body.sha256,
        kinds=[(kind.name, [await path_of(hub, one) for one in kind.images]) for kind in body.kinds],
    )
    with telling("nothing was learned"):
        return await hub.workbench.teach(job, who(request), wanted)


@contextmanager
def telling(what: str = "") -> Iterator[None]:
    """`what` was not done is the answer to RecipeRefused, with every reason; 404 that to NoSuchRecipe."""
    try:
        yield
    except NoSuchRecipe as exc:
        raise Problem(404, str(exc)) from None
    except RecipeRefused as exc:
        raise _refused(what, exc) from None


def _refused(what: str, exc: RecipeRefused) -> Problem:
    more = f" (and {len(exc.problems) - 1} more)" if exc.problems[1:] else ""
    return Problem(409, f"{what}: {exc.problems[0]}{more}", [_fault(line) for line in exc.problems])


def _fault(line: str) -> Fault:
    """``draft.json: steps[0].slot: 99 is more than 31`` in its parts."""
    *place, words = line.split(": ", 2)
    return Fault(where=": ".join(place) or "recipe", message=words)


def _schema(station: StationFacade, language: str) -> dict[str, Any]:
    return dict(translated(station.recipe_schema(), language))


ROUTES = (listing, schema, show, versions, version, release, rollback, withdraw, teach, activate)
