"""The finished inspections: a page, one of them, what a person says of it, and all that a filter finds as a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from aiohttp import web
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from service.hub import Hub
from service.storage import NoSuchResult, ReviewRefused
from service.store import TooSlow
from service.stored import ResultFilter, StoredDetail, Verdict
from vision.result import Judgement

from .journal import LAST_NUMBER, Paging
from .models import InspectionPage, StoredInspection
from .problem import Fault, Problem
from .pushed import Drawing
from .results import of_stored
from .results import overlays as overlays_of
from .route import get, post
from .station import Command, PartId, who
from .times import TimeUs

Number = Annotated[int, Field(ge=1, le=LAST_NUMBER, description="Counts over restarts")]
Name = Annotated[str, Field(min_length=1, max_length=64)]


class ResultQuery(Command):
    """Conditions that hold together; what is left out is not asked."""

    judgement: Literal["PASS", "FAIL", "ERROR", "NOT_PASSED"] | None = None
    """Only these; NOT_PASSED = FAIL and ERROR"""
    recipe: Name | None = None
    """Only those of the recipe with this name"""
    job: Annotated[int, Field(ge=0, le=65535)] | None = None
    """Only those of this job number"""
    version: Annotated[int, Field(ge=0, le=2**31)] | None = None
    """Only those that this version of the recipe judged"""
    tool: Name | None = None
    """Only those where this step, or a step with this tool, is not PASS"""
    part_id: PartId | None = None
    """Only those of this part"""
    order: PartId | None = None
    """Only those of this order"""
    lot: PartId | None = None
    """Only those of this lot"""
    shift: PartId | None = None
    """Only those of this shift"""
    since: TimeUs | None = None
    """Judged at this time or later, UTC in microseconds"""
    until: TimeUs | None = None
    """Judged before this time, UTC in microseconds"""
    reject_class: Annotated[int, Field(ge=0, le=65535)] | None = None
    """Only those of this reject class"""
    sort_class: Name | None = None
    """Only those that were sorted into this class"""
    verdict: Literal["real", "false", "unclear", "none"] | None = None
    """Only those of which a person said so; none = nobody said anything"""
    image: bool | None = None
    """Only those of which an image is kept, or none"""
    any_id: Annotated[PartId, Field(min_length=1)] | None = None
    """Only those of this part, this order or this lot"""

    def filter(self) -> ResultFilter:
        """As the store asks it."""
        return ResultFilter(
            judgement=None if self.judgement in (None, "NOT_PASSED") else Judgement(self.judgement),
            not_passed=self.judgement == "NOT_PASSED",
            recipe=self.recipe,
            job=self.job,
            tool=self.tool,
            part_id=self.part_id,
            order=self.order,
            lot=self.lot,
            shift=self.shift,
            since_us=self.since,
            until_us=self.until,
            version=self.version,
            reject_class=self.reject_class,
            sort_class=self.sort_class,
            verdict=self.verdict,
            image=self.image,
            any_id=self.any_id,
        )


@contextmanager
def narrowing(query: ResultQuery) -> Iterator[None]:
    """A search that would take too long is refused with what would make it shorter."""
    try:
        yield
    except TooSlow as exc:
        narrower = {"since": "a shorter time", "job": "one recipe", "judgement": "one judgement"}
        missing = [name for name in narrower if getattr(query, name) is None] or ["since"]
        faults = [Fault(where=f"query.{name}", message=f"{narrower[name]} is found faster") for name in missing]
        raise Problem(422, f"{exc}: narrow it by {' or '.join(narrower[name] for name in missing)}", faults) from exc


class InspectionQuery(Paging, ResultQuery):
    """Which inspections."""


class TableQuery(ResultQuery):
    """Which inspections, all of them."""


def _one_line(value: str) -> str:
    if any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in value):
        raise PydanticCustomError("control", "one line, no control characters")
    return value.strip()


class VerdictCommand(Command):
    """Was the reject right?"""

    verdict: Verdict | None
    """real: the part is bad; false: it is good; unclear: nobody can tell; null takes back what was said"""
    reason: Annotated[str, Field(max_length=200), AfterValidator(_one_line)] = ""
    """Why: one line"""


@get("/inspections")
async def listing(hub: Hub, query: InspectionQuery) -> InspectionPage:
    """Finished inspections, newest first; steps are left out."""
    with narrowing(query):
        rows = await hub.store.page(query.filter(), query.before, query.limit)
    items = tuple(of_stored(row) for row in rows)
    return InspectionPage(items=items, next=items[-1].number if len(items) == query.limit else None)


@get("/inspections.csv", media=("text/csv",))
async def table(hub: Hub, request: web.Request, query: TableQuery) -> web.StreamResponse:
    """All inspections of a filter as a table, a line each, newest first.

    UTF-8 with a byte order mark, commas, points in numbers: Excel and pandas read it as it is. A text that a
    spreadsheet would take for a formula begins with an apostrophe.
    """
    rows = hub.storage.table(query.filter())
    with narrowing(query):
        first = await anext(rows)
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="inspections.csv"',
            "Cache-Control": "no-store",
        }
    )
    await response.prepare(request)
    await response.write(first)
    async for piece in rows:
        await response.write(piece)
    await response.write_eof()
    return response


@get("/inspections.html", media=("text/html",))
async def report(hub: Hub, query: TableQuery) -> web.StreamResponse:
    """What a filter finds as one page to send or print: figures, and the newest 200 with 60 images.

    Self-contained, without any script; a download.
    """
    asked = [(name, str(value)) for name, value in query.model_dump(exclude_none=True).items()]
    with narrowing(query):
        page = await hub.storage.report(query.filter(), asked)
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Disposition": 'attachment; filename="inspections.html"',
        "Cache-Control": "no-store",
    }
    return web.Response(body=page, headers=headers)


@get("/inspections/{number}", 404)
async def show(hub: Hub, number: Number) -> StoredInspection:
    """One inspection with its steps."""
    detail = await stored(hub, number)
    return of_stored(detail.row, detail.steps)


@get("/inspections/{number}/overlays", 404)
async def overlays(hub: Hub, number: Number) -> Drawing:
    """What the steps of an inspection draw on its image."""
    detail = await stored(hub, number)
    width, height = detail.frame_size
    return Drawing(number=number, width=width, height=height, overlays=overlays_of(detail.steps))


@post("/inspections/{number}/verdict", 404, 409)
async def judge(hub: Hub, request: web.Request, number: Number, body: VerdictCommand) -> StoredInspection:
    """Say whether a reject was right; the newest word counts. Answers the inspection."""
    try:
        await hub.storage.review(number, body.verdict, body.reason, who(request))
    except NoSuchResult as exc:
        raise Problem(404, str(exc)) from exc
    except ReviewRefused as exc:
        raise Problem(409, str(exc)) from exc
    detail = await stored(hub, number)
    return of_stored(detail.row, detail.steps)


async def stored(hub: Hub, number: int) -> StoredDetail:
    """An inspection with its steps. Raises Problem 404."""
    detail = await hub.store.get(number)
    if detail is None:
        raise Problem(404, f"no inspection has number {number}")
    return detail


ROUTES = (listing, table, report, show, overlays, judge)
