"""How good a version of a recipe is, over images that are labelled or stored: beside the running line."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from aiohttp import web
from pydantic import Field, model_validator

from service.evaluation.runs import AlreadyRunning, Asked, Run
from service.hub import Hub
from service.stored import ResultFilter
from vision.result import Judgement

from .evaluation_models import Evaluation, EvaluationResult
from .models import JudgementName
from .problem import Problem
from .recipes import Job, telling
from .references import VersionName
from .route import Route, delete, get, post
from .sources import ImageSource, path_of
from .station import Command, PartId, who
from .times import TimeUs

Number = Annotated[int, Field(ge=1, le=2**31, description="Of the evaluation")]
OWN_PAGE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""The report has its style and pictures in itself, and no script."""
REPORTS = {"html": "text/html", "csv": "text/csv", "json": "application/json"}


class LabelledImage(Command):
    """An image, and what is known of its part."""

    image: ImageSource
    label: Literal["good", "bad"] | None = None
    """Left out: nobody said it"""


class StoredQuery(Command):
    """Which inspections whose images were kept."""

    last: Annotated[int, Field(ge=1, le=100_000)] = 1000
    """The newest so many"""
    judgement: JudgementName | None = None
    """Only these"""
    since: TimeUs | None = None
    """Judged at this time or later, UTC in microseconds"""
    until: TimeUs | None = None
    """Judged before this time, UTC in microseconds"""
    order: PartId | None = None
    """Only those of this order"""
    lot: PartId | None = None
    """Only those of this lot"""
    shift: PartId | None = None
    """Only those of this shift"""
    job: Job | None = None
    """Those that this recipe judged, of which another one may be a copy; left out: the recipe's own"""

    def filter(self, job: int) -> ResultFilter:
        """As the store asks it."""
        return ResultFilter(
            judgement=None if self.judgement is None else Judgement(self.judgement),
            job=self.job or job,
            order=self.order,
            lot=self.lot,
            shift=self.shift,
            since_us=self.since,
            until_us=self.until,
            image=True,
        )

    def words(self) -> tuple[str, ...]:
        """As options of the command."""
        words = [f"--last={self.last}"]
        words += [f"--judgement={self.judgement}"] if self.judgement else []
        words += [f"--since={_iso(self.since)}"] if self.since is not None else []
        batches = {"order": self.order, "lot": self.lot, "shift": self.shift}
        words += [f"--{name}={value}" for name, value in batches.items() if value is not None]
        words += [f"--of-job={self.job}"] if self.job is not None else []
        return (*words, *([f"--until={_iso(self.until)}"] if self.until is not None else []))


class EvaluateCommand(Command):
    """Judge many images with a version, or with two."""

    job: Job
    version: VersionName = "draft"
    """Which one judges: draft, production, or the number of a version that was released"""
    against: VersionName | None = None
    """Tell what this one would judge otherwise"""
    stored: StoredQuery | None = None
    """Inspections of the station"""
    images: Annotated[list[LabelledImage], Field(max_length=5000)] = Field(default_factory=list)
    """Single images instead"""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.stored is not None) == bool(self.images):
            raise ValueError("either stored, or images")
        return self


@get("/evaluations")
async def listing(hub: Hub) -> list[Evaluation]:
    """The newest evaluations, newest first, and how far the one has come that runs."""
    return [_shown(one) for one in await hub.evaluations.listing()]


@post("/evaluations", 404, 409)
async def begin(hub: Hub, request: web.Request, body: EvaluateCommand) -> Evaluation:
    """Begin one, beside the line and behind everything else on the machine; the list tells how far it has come.

    One at a time.
    """
    with telling("nothing is evaluated"):
        folder = await hub.workbench.folder(body.job)
    pictures = [(_name(i, path, one), path) for i, (one, path) in enumerate(await _paths(hub, body.images), 1)]
    of = f"{len(pictures)} images" if body.stored is None else " ".join(("stored", *body.stored.words()))
    options = body.stored.words() if body.stored else ()
    asked = Asked(body.job, folder, body.version, body.against or "", of, options, tuple(pictures))
    try:
        return _shown(await hub.evaluations.begin(asked, who(request)))
    except AlreadyRunning:
        raise Problem(409, "another evaluation runs: wait until it has ended, or cancel it") from None
    except OSError as exc:
        raise Problem(409, f"nothing can be kept of an evaluation: {exc.strerror}") from exc


@get("/evaluations/{number}", 404)
async def show(hub: Hub, number: Number) -> Evaluation:
    """One of them, and how far it has come."""
    return _shown(await _found(hub, number))


@delete("/evaluations/{number}", 404)
async def remove(hub: Hub, number: Number) -> list[Evaluation]:
    """Cancel it where it runs, else forget it with its report. Answers those that are there."""
    if not await hub.evaluations.remove(number):
        raise Problem(404, f"there is no evaluation {number}")
    return [_shown(one) for one in await hub.evaluations.listing()]


async def _result(hub: Hub, number: Number) -> web.StreamResponse:
    """What it found: confusion matrix, histograms of each step, differing judgements, every verdict."""
    return await _report(hub, number, "json")


@get("/evaluations/{number}/report", 404, 409, media=("text/html",))
async def report(hub: Hub, number: Number) -> web.StreamResponse:
    """What it found as one self-contained page with pictures."""
    return await _report(hub, number, "html")


@get("/evaluations/{number}/table", 404, 409, media=("text/csv",))
async def table(hub: Hub, number: Number) -> web.StreamResponse:
    """What it found as CSV, a line an image."""
    return await _report(hub, number, "csv")


result = Route(
    "GET", "/api/v1/evaluations/{number}/result", _result, (404, 409), section="evaluations", model=EvaluationResult
)


async def _report(hub: Hub, number: int, kind: str) -> web.StreamResponse:
    found = await _found(hub, number)
    if found.state != "done":
        raise Problem(409, f"evaluation {number} has no result: it is {found.state}")
    headers = {
        "Content-Type": f"{REPORTS[kind]}; charset=utf-8",
        "Content-Disposition": f'inline; filename="evaluation-{number}.{kind}"',
        "Cache-Control": "no-cache",
        "Content-Security-Policy": OWN_PAGE,
    }
    return web.FileResponse(hub.evaluations.file(number, kind), headers=headers)


async def _found(hub: Hub, number: int) -> Run:
    found = await hub.evaluations.find(number)
    if found is None:
        raise Problem(404, f"there is no evaluation {number}")
    return found


async def _paths(hub: Hub, images: list[LabelledImage]) -> list[tuple[LabelledImage, Path]]:
    return [(one, await path_of(hub, one.image)) for one in images]


def _name(number: int, path: Path, one: LabelledImage) -> str:
    """Below the folder of images, as the command understands labels: ``good/0007-part.png``, ``#12`` of inspections."""
    called = f"inspection-{one.image.inspection}{path.suffix}" if one.image.inspection else path.name.partition("-")[2]
    return f"{one.label or 'images'}/{number:04}-{called}"


def _shown(run: Run) -> Evaluation:
    return Evaluation(**asdict(run))


def _iso(at_us: int) -> str:
    return datetime.fromtimestamp(at_us / 1e6, UTC).isoformat()


ROUTES = (listing, begin, show, remove, result, report, table)
"""Of this module."""
