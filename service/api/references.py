"""Images that a recipe carries to prove itself by: in its draft, judged again before a version goes into production."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from service.hub import Hub

from .problem import Problem
from .recipes import Job, telling
from .reference_models import References, ReferencesJudged
from .route import delete, get, post
from .sources import ImageSource, path_of, words_of
from .station import Command, who

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
VersionName = Annotated[str, Field(pattern="^(draft|production|[1-9][0-9]{0,9})$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$", description="Of the reference")]
StepName = Annotated[str, Field(min_length=1, max_length=200)]


class ReferenceCommand(Command):
    """Add an image to the draft's references."""

    image: ImageSource
    name: Name
    """One of the same name is replaced"""
    judgement: Literal["PASS", "FAIL"] = "PASS"
    """What the part has to be"""
    fails: Annotated[list[StepName], Field(max_length=200)] = Field(default_factory=list)
    """Steps that have to fail on it, where it has to be FAIL"""
    sort_class: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """The class it has to be sorted into; left out: any"""
    note: Annotated[str, Field(max_length=1000)] = ""
    """For people"""
    sha256: Sha256 | None = None
    """Of the draft that was looked at: another one is refused; left out: whatever the draft is now"""

    def words(self) -> list[str]:
        """As options of the command."""
        words = [f"--name={self.name}", f"--note={self.note}", *(f"--step={step}" for step in self.fails)]
        words += ["--fail"] if self.judgement == "FAIL" else []
        words += [f"--sort-class={self.sort_class}"] if self.sort_class else []
        return words + expected(self.sha256)


class JudgeCommand(Command):
    """Judge references again."""

    version: VersionName = "draft"
    """draft, production, or the number of a version that was released"""


class LookedAt(Command):
    """What a change is made to."""

    sha256: Sha256 | None = None
    """Of the draft that was looked at: another one is refused; left out: whatever the draft is now"""


def expected(sha256: str | None) -> list[str]:
    """As an option of every command that changes a draft."""
    return [f"--expect={sha256}"] if sha256 else []


@get("/recipes/{job}/references", 404, 409)
async def listing(hub: Hub, job: Job) -> References:
    """The reference images of the draft; where there is none, of what one would be made from."""
    with telling("the draft cannot be read"):
        return await hub.workbench.references(job)


@get("/recipes/{job}/references/{name}/image", 404, 409, media=("image/png",))
async def image(hub: Hub, job: Job, name: Name) -> web.StreamResponse:
    """The first frame of a reference, as it was kept: bit for bit."""
    with telling("the reference cannot be read"):
        found = await hub.workbench.reference_image(job, name)
    if found is None:
        raise Problem(404, f"the draft has no reference {name!r}")
    return web.Response(body=found, content_type="image/png", headers={"Cache-Control": "no-cache"})


@post("/recipes/{job}/references", 404, 409)
async def add(hub: Hub, request: web.Request, job: Job, body: ReferenceCommand) -> ReferencesJudged:
    """Add an image to the draft's references; answers how the draft judges all of them now."""
    path = await path_of(hub, body.image)
    did = f"reference {body.name!r} ({body.judgement}) from {words_of(body.image)}"
    with telling("the reference was not added"):
        return await hub.workbench.change_references(job, who(request), [str(path), *body.words()], did)


@post("/recipes/{job}/references/judge", 404, 409)
async def judge(hub: Hub, job: Job, body: JudgeCommand) -> ReferencesJudged:
    """Judge all references of a version by it, now. Nothing is changed."""
    with telling("the references were not judged"):
        return await hub.workbench.judge_references(job, body.version)


@delete("/recipes/{job}/references/{name}", 404, 409)
async def remove(hub: Hub, request: web.Request, job: Job, name: Name, query: LookedAt) -> ReferencesJudged:
    """Take a reference out of the draft; answers how it judges those that are left."""
    words = [f"--remove={name}", *expected(query.sha256)]
    with telling("the reference was not removed"):
        return await hub.workbench.change_references(job, who(request), words, f"reference {name!r} was removed")


ROUTES = (listing, add, judge, image, remove)
"""Of this module."""
