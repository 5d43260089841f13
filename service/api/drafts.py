"""Drafts as they are edited: a new recipe, the whole content of a draft, and the end of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from aiohttp import web
from pydantic import ConfigDict, Field, RootModel

from service.draft_shown import faults_of
from service.drafting import ContentRefused, JobTaken, Like, OtherDraft
from service.hub import Hub
from vision.recipe import Difference
from vision.words import translated

from .problem import Problem
from .recipe_models import Draft, Recipe, RecipeDifference
from .recipes import Job, telling
from .references import VersionName
from .route import delete, get, post, put
from .station import Command, who
from .texts import Language

NOT_SAID = "If-Match is missing: send the ETag of the draft that you have seen, or * for whatever is there"


class LikeCommand(Command):
    """What to copy."""

    job: Job
    version: VersionName = "production"
    """draft, production, or the number of a version that was released"""


class NewRecipeCommand(Command):
    """Begin a recipe."""

    job: Job
    """That no recipe has"""
    name: Annotated[str, Field(min_length=1, max_length=64)]
    """As people call it"""
    like: LikeCommand | None = None
    """Copy this one with all that it was taught; left out: there is nothing in it yet"""


class CompareQuery(Command):
    """Which two versions: draft, production, or the number of one that was released."""

    before: VersionName = "production"
    """The earlier one"""
    after: VersionName = "draft"
    """The later one; where there is no draft, what one would be made from"""
    language: Language = "en"
    """Of the fields' titles"""


class DraftContent(RootModel[dict[str, Any]]):
    """A recipe as its file has it: see `/recipes/schema`. Its version, release and seal are the station's."""

    model_config = ConfigDict(frozen=True, defer_build=True)


@post("/recipes", 404, 409)
async def create(hub: Hub, request: web.Request, body: NewRecipeCommand) -> Draft:
    """Begin a recipe; it has a draft alone until that is released."""
    like = None if body.like is None else Like(body.like.job, body.like.version)
    with telling("no recipe was begun"):
        try:
            return await hub.drafts.create(body.job, body.name, like, who(request))
        except JobTaken as exc:
            raise Problem(409, str(exc)) from None


@get("/recipes/{job}/draft", 404, 409)
async def show(hub: Hub, job: Job) -> Draft:
    """The draft of a recipe with everything that keeps it from being released; or what a draft would be made from.

    Its `ETag` goes into the `If-Match` of a change. Teaching, labels, references and calibration change it, too.
    """
    with telling("the draft cannot be read"):
        return await hub.recipes.draft(job)


@put("/recipes/{job}/draft", 404, 409, 412, 428)
async def replace(hub: Hub, request: web.Request, job: Job, body: DraftContent) -> Draft:
    """Save the whole draft, which `If-Match` says you have seen; also where it cannot be released yet.

    What keeps it from being released is in the answer. What is no recipe at all is refused, with every reason. 412:
    somebody else changed it meanwhile; the answer says who and when, and nothing was written.
    """
    with _refusing("the draft was not saved"):
        return await hub.drafts.replace(job, body.root, _seen(request), who(request))


@delete("/recipes/{job}/draft", 404, 409, 412, 428)
async def discard(hub: Hub, request: web.Request, job: Job) -> list[Recipe]:
    """Throw the draft away, which `If-Match` says you have seen; a recipe without versions goes with it.

    Answers the recipes that are left.
    """
    with _refusing("the draft was not thrown away"):
        await hub.drafts.discard(job, _seen(request), who(request))
    return list(await hub.recipes.listing())


@get("/recipes/{job}/compare", 404, 409)
async def compare(hub: Hub, job: Job, query: CompareQuery) -> list[RecipeDifference]:
    """What one version has otherwise than another, value by value; steps are told by their names, whatever their order.

    Which parts would be judged otherwise, `POST /evaluations` tells.
    """
    with telling("the versions cannot be compared"):
        found = await hub.drafts.compare(job, query.before, query.after)
    return [_difference(one, query.language) for one in found]


def _difference(one: Difference, language: str) -> RecipeDifference:
    words = translated({"properties": {one.field: {}}}, language)["properties"][one.field]
    title = words.get("x-title") or one.field.replace("_", " ")
    return RecipeDifference(pointer=one.pointer, step=one.step, title=title, before=one.before, after=one.after)


def _seen(request: web.Request) -> str | None:
    """SHA-256 of what the client has seen; None = it takes whatever is there. Raises Problem 428."""
    known = [tag.value for tag in request.if_match or () if not tag.is_weak]
    if not known:
        raise Problem(428, NOT_SAID)
    return None if known[0] == "*" else known[0]


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    """What stands in the way as a problem document."""
    try:
        with telling(what):
            yield
    except ContentRefused as exc:
        faults = faults_of(exc.problems)
        more = f" (and {len(faults) - 1} more)" if faults[1:] else ""
        raise Problem(422, f"{what}: {exc.problems[0]}{more}", faults) from None
    except OtherDraft as exc:
        now = exc.now
        by = f": {now.changed_by}" if now.changed_by else ""
        headers = {"ETag": f'"{now.etag}"'}
        changed: dict[str, Any] = {"changed_at_us": now.changed_at_us, "changed_by": now.changed_by}
        raise Problem(
            412, f"{what}: somebody else changed it{by}", headers=headers, sha256=now.etag, **changed
        ) from None


ROUTES = (create, show, replace, discard, compare)
"""Of this module."""
