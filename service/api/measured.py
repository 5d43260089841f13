"""The values of a step over many images: what a distribution is drawn of, and what limits are held against."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field

from service.hub import Hub
from service.stored import ResultFilter, StoredResult
from service.teaching_set import BAD, PART, KeptImage

from .evaluations import StoredQuery
from .recipes import Job, telling
from .references import StepName
from .results import is_lossy
from .route import post
from .station import Command
from .trial_models import MeasuredImage, MeasuredImages
from .trials import asked_of

PAGE = 500
MOST = 5000
Label = Literal["good", "bad"]
Source = tuple[dict[str, Any], dict[str, str]]
"""What is said of an image, and how the process finds it."""


class ImageSet(Command):
    """Which images."""

    teaching: bool = True
    """Those that were labelled for this recipe"""
    references: bool = True
    """Those that the content carries as references"""
    stored: StoredQuery | None = None
    """Inspections of this job whose images were kept; at most 5000"""


class ValuesCommand(Command):
    """Measure a step of a content that is not saved on many images."""

    job: Job
    recipe: dict[str, Any]
    """The whole content, as `PUT /recipes/{job}/draft` takes it"""
    step: StepName
    images: Annotated[ImageSet, Field(default_factory=ImageSet)]


@post("/trials/values", 404, 409)
async def values(hub: Hub, body: ValuesCommand) -> MeasuredImages:
    """What a step measures on each of many images, with what is known of them; ask again until `done` is `total`.

    Limits change no value: what was measured is kept for the step as long as nothing else of it, or of what it needs,
    changes. Each request goes on for a quarter of a second, beside the line, and lets a trial go before.
    """
    with telling("nothing was measured"):
        folder = await hub.workbench.folder(body.job)
        sources = await _sources(hub, body)
    asked = {"folder": str(folder.resolve()), "recipe": body.recipe, "values": body.step}
    answer = await asked_of(hub, "", asked | {"images": [one for _, one in sources]})
    return await hub.offload(_measured, [said for said, _ in sources], answer.body)


def _measured(said: Sequence[dict[str, Any]], body: bytes) -> MeasuredImages:
    told = orjson.loads(body)
    found = told["found"] if told["found"] is not None else [None] * len(said)
    images = tuple(
        MeasuredImage(**one, known=each is not None, **(each or {})) for one, each in zip(said, found, strict=True)
    )
    done = sum(one.known for one in images)
    total = len(images) if told["found"] is not None else 0
    return MeasuredImages(done=done, total=total, images=images, faults=told["faults"])


async def _sources(hub: Hub, body: ValuesCommand) -> list[Source]:
    wanted, found = body.images, list[Source]()
    if wanted.teaching:
        found += [_of_teaching(body, *one) for one in await hub.workbench.teaching_paths(body.job)]
    if wanted.references:
        found += _of_references(body)
    if wanted.stored is not None:
        found += [_of_stored(row, hub.archive.path(row.image)) for row in await _rows(hub, body.job, wanted.stored)]
    return found


def _of_teaching(body: ValuesCommand, image: KeptImage, path: Path) -> Source:
    said = {image.of(body.step), *image.places(body.step).values()}
    label = BAD if BAD in said else image.of(body.step) or (BAD if image.labels.get(PART) == BAD else None)
    picture = f"recipes/{body.job}/teaching/{image.file}"
    return _said("teaching", image.file, label, picture, path), {"path": str(path.resolve())}


def _of_references(body: ValuesCommand) -> list[Source]:
    """As the content has them; what is none there is none here."""
    listed = body.recipe.get("references")
    named = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [
        (
            _said("reference", name, _label_of(one, body.step), f"recipes/{body.job}/references/{name}/image"),
            {"reference": name},
        )
        for one in named
        if isinstance(name := one.get("name"), str)
    ]


def _label_of(reference: dict[str, Any], step: str) -> Label | None:
    """A bad part that names the steps that have to fail says nothing of the others."""
    if reference.get("judgement") != "FAIL":
        return "good"
    fails = reference.get("fails") or [step]
    return "bad" if step in fails else None


def _of_stored(row: StoredResult, path: Path) -> Source:
    verdict = row.review.verdict if row.review is not None else None
    label: Label | None = "good" if verdict == "false" else "bad" if verdict == "real" else None
    said = _said("inspection", str(row.number), label, f"inspections/{row.number}/thumbnail", path)
    return said, {"path": str(path.resolve())}


def _said(kind: str, name: str, label: str | None, picture: str, path: Path | None = None) -> dict[str, Any]:
    lossy = path is not None and is_lossy(path.name)
    known = label if label in ("good", "bad") else None
    return {"kind": kind, "name": name, "label": known, "picture": f"/api/v1/{picture}", "lossy": lossy}


async def _rows(hub: Hub, job: int, query: StoredQuery) -> list[StoredResult]:
    """Those with an image, newest first."""
    most, before, found = min(query.last, MOST), None, list[StoredResult]()
    wanted: ResultFilter = query.filter(job)
    while len(found) < most:
        rows = await hub.store.page(wanted, before, PAGE)
        found += [row for row in rows if row.image]
        if len(rows) < PAGE:
            break
        before = rows[-1].number
        await asyncio.sleep(0)
    return found[:most]


ROUTES = (values,)
"""Of this module."""
