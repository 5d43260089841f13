"""A draft on an image while it is edited: nothing is saved, and the line does not notice."""

from typing import Annotated, Any, Self

import orjson
from aiohttp import web
from pydantic import Field, model_validator

from service.bench import NotTried, Superseded
from service.bench.door import Answer
from service.hub import Hub

from .inspections import Number
from .problem import Problem
from .recipes import Job, telling
from .references import Name, StepName
from .route import JSON_HEADERS, Route, json_response, post
from .sources import ImageSource, UploadId, path_of
from .station import Command, who
from .teaching import File
from .trial_models import Trial


class TrialImage(Command):
    """Exactly one of the four."""

    inspection: Number | None = None
    """Number of an inspection whose image was kept"""
    upload: UploadId | None = None
    """One that was lent to the station, by `POST /uploads` or `POST /uploads/live`"""
    reference: Name | None = None
    """Name of a reference of this recipe"""
    teaching: File | None = None
    """One of the images that were labelled for this recipe"""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.inspection, self.upload, self.reference, self.teaching)) != 1:
            raise ValueError("exactly one of inspection, upload, reference and teaching")
        return self


class Tryable(Command):
    """A recipe's content as it is in the editor, and an image."""

    job: Job
    """The recipe that it is a draft of: its taught data is used"""
    recipe: dict[str, Any]
    """The whole content, as `PUT /recipes/{job}/draft` takes it"""
    image: TrialImage
    client: Annotated[str, Field(max_length=64)] = ""
    """Any name for one editor: of its requests that wait only the newest is done"""


class TrialCommand(Tryable):
    """Try a content on an image."""

    steps: Annotated[list[StepName], Field(max_length=500)] | None = None
    """The only steps to be tried, with those that they need; left out: all"""


class LayerCommand(Tryable):
    """Show what a step sees, or an intermediate image of its tool."""

    step: StepName
    """Of a step that repeats ``step[i]``"""
    layer: Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
    """As `/tools` lists them"""
    region: Annotated[int, Field(ge=0, le=1000)] = 0
    """Which of its regions, where the layer shows one alone; from 0"""


async def _try(hub: Hub, request: web.Request, body: TrialCommand) -> web.StreamResponse:
    """Judge an image by a content that is not saved; made for every move of a region that is dragged.

    Steps that have a fault, and those that need them, are left out. What a change does not touch is not done again.
    """
    asked = await _request(hub, body) | {"steps": body.steps}
    try:
        return web.Response(body=(await _asked(hub, request, body.client, asked)).body, headers=JSON_HEADERS)
    except Superseded:
        return json_response(Trial(superseded=True))


@post("/trials/layer", 404, 409, media=("image/png",))
async def layer(hub: Hub, request: web.Request, body: LayerCommand) -> web.StreamResponse:
    """An intermediate image of a step.

    `X-Layer-Transform` has six numbers a b c d e f: a pixel x, y of it lies at a x + b y + c, d x + e y + f of the
    frame; without it the image does not lie on the frame in any straight way. 204: the same client asked something
    newer meanwhile.
    """
    asked = await _request(hub, body) | {"layer": {"step": body.step, "layer": body.layer, "region": body.region}}
    try:
        answer = await _asked(hub, request, f"{body.client} layer" if body.client else "", asked)
    except Superseded:
        return web.Response(status=204)
    lies = orjson.loads(answer.body)["transform"]
    placed = {} if lies is None else {"X-Layer-Transform": " ".join(f"{value:.6g}" for value in lies)}
    return web.Response(body=answer.data, headers=placed | {"Content-Type": "image/png", "Cache-Control": "no-store"})


async def _request(hub: Hub, body: Tryable) -> dict[str, Any]:
    """As the process is asked. Raises Problem."""
    with telling("nothing was tried"):
        folder = await hub.workbench.folder(body.job)
        image = await _image(hub, body.job, body.image)
    return {"folder": str(folder.resolve()), "recipe": body.recipe, "image": image}


async def _image(hub: Hub, job: int, image: TrialImage) -> dict[str, str]:
    if image.reference is not None:
        return {"reference": image.reference}
    if image.teaching is not None:
        path = await hub.workbench.teaching_file(job, image.teaching)
        if path is None:
            raise Problem(404, f"the teaching set of job {job} has no image {image.teaching}")
        return {"path": str(path)}
    return {"path": str(await path_of(hub, ImageSource(inspection=image.inspection, upload=image.upload)))}


async def _asked(hub: Hub, request: web.Request, client: str, asked: dict[str, Any]) -> Answer:
    return await asked_of(hub, f"{who(request)} {client}" if client else "", asked)


async def asked_of(hub: Hub, client: str, asked: dict[str, Any]) -> Answer:
    """What the process says. Raises Superseded, Problem 409."""
    try:
        return await hub.bench.ask(client, asked)
    except NotTried as exc:
        raise Problem(409, f"nothing was tried: {exc}") from None


ROUTES = (Route("POST", "/api/v1/trials", _try, section="trials", model=Trial), layer)
"""Of this module."""
