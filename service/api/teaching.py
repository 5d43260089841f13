"""Any image becomes good or bad in one call, and what the draft was taught learns it."""

from typing import Annotated, Literal, Self

from aiohttp import web
from pydantic import Field, model_validator

from service.hub import Hub
from service.teaching import Labelled

from .problem import Problem
from .recipes import Job, telling
from .references import LookedAt, Sha256, StepName
from .route import delete, get, post
from .sources import ImageSource, path_of, words_of
from .station import Command, who
from .teaching_models import Relearned, TeachingImages

File = Annotated[str, Field(pattern=r"^[0-9a-f]{16}\.(png|jpg|jpeg|bmp|tif|tiff)$", description="As the set lists it")]
Limits = Literal["missing", "all", "none"]
Steps = Annotated[list[StepName], Field(max_length=200)]
TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".bmp": "image/bmp"}


class LearnCommand(Command):
    """Let the draft learn again from all images that are kept."""

    steps: Steps = Field(default_factory=list)
    """The only ones to learn; left out: every step that learns"""
    limits: Limits = "missing"
    """Which of the proposed limits the draft gets: where there are none yet, all, none"""
    sha256: Sha256 | None = None
    """Of the draft that was looked at: another one is refused; left out: whatever the draft is now"""


class LabelCommand(LearnCommand):
    """Say what an image shows, or several of one kind."""

    image: ImageSource | None = None
    """The one"""
    images: Annotated[list[ImageSource], Field(max_length=200)] = Field(default_factory=list)
    """Or several"""
    label: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f-]")]
    """good (ok, pass), bad (ng, nok, fail), or for one step the name of a kind"""
    regions: Annotated[list[Annotated[int, Field(ge=1, le=64)]], Field(max_length=64)] = Field(default_factory=list)
    """Of the one step, from 1, as in `score[2]`: it is said of these alone, and nothing of the others; left out: all"""
    instances: Annotated[list[Annotated[int, Field(ge=1, le=256)]], Field(max_length=256)] = Field(default_factory=list)
    """Of the one step, where it repeats, from 1, as in `pin[3]`: likewise"""
    learn: bool = True
    """false: the images are kept, and nothing is learned yet"""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.image is not None) == bool(self.images):
            raise ValueError("either image, or images")
        if (self.regions or self.instances) and len(self.steps) != 1:
            raise ValueError("regions and instances are those of one step: steps has to name it")
        return self

    @property
    def sources(self) -> list[ImageSource]:
        """All of them."""
        return self.images if self.image is None else [self.image]


@get("/recipes/{job}/teaching", 404, 409)
async def listing(hub: Hub, job: Job) -> TeachingImages:
    """The images that were labelled for this recipe."""
    with telling("the teaching set cannot be read"):
        return await hub.workbench.teaching_set(job)


@get("/recipes/{job}/teaching/{file}", 404, 409, media=tuple(dict.fromkeys(TYPES.values())))
async def image(hub: Hub, job: Job, file: File) -> web.StreamResponse:
    """One of them, as it was kept."""
    with telling("the teaching set cannot be read"):
        path = await hub.workbench.teaching_file(job, file)
    if path is None:
        raise Problem(404, f"the teaching set of job {job} has no image {file}")
    headers = {"Content-Type": TYPES.get(path.suffix, "image/tiff"), "Cache-Control": "private, max-age=86400"}
    return web.FileResponse(path, headers=headers)


@post("/recipes/{job}/label", 404, 409)
async def label(hub: Hub, request: web.Request, job: Job, body: LabelCommand) -> Relearned:
    """Keep images as good or bad, and let the draft learn them; answered when it has learned.

    What names no step is said of the part as a whole: a good one teaches every step, a bad one none, but says how many
    will pass. Of a step with several places one alone may be meant, such as the bad one of four: `regions`,
    `instances`. With fewer than three good images nothing is said of limits and rates yet. What is in production stays.
    """
    said = Labelled(
        [await path_of(hub, one) for one in body.sources],
        body.label,
        body.steps,
        [words_of(one) for one in body.sources],
        body.learn,
        body.limits,
        expect=body.sha256,
        regions=body.regions,
        instances=body.instances,
    )
    with telling("nothing was kept"):
        return await hub.workbench.label(job, who(request), said)


@post("/recipes/{job}/relearn", 404, 409)
async def relearn(hub: Hub, request: web.Request, job: Job, body: LearnCommand) -> Relearned:
    """Let the draft learn again from all images that were labelled; answered when it has learned."""
    said = Labelled(steps=body.steps, limits=body.limits, expect=body.sha256)
    with telling("nothing was learned"):
        return await hub.workbench.label(job, who(request), said)


@delete("/recipes/{job}/teaching/{file}", 404, 409)
async def forget(hub: Hub, request: web.Request, job: Job, file: File, query: LookedAt) -> Relearned:
    """Take an image out of the set. Nothing is learned: `relearn` does, without it."""
    said = Labelled(forget=file, learn=False, expect=query.sha256)
    with telling("the image was not taken out"):
        return await hub.workbench.label(job, who(request), said)


ROUTES = (label, relearn, listing, image, forget)
"""Of this module."""
