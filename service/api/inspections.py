"""The finished inspections: a page, and one of them."""

from typing import Annotated

from pydantic import Field

from service.hub import Hub
from service.stored import ResultFilter, StoredDetail
from vision.result import Judgement

from .journal import LAST_NUMBER, Paging
from .models import InspectionPage, JudgementName, ResultEvent
from .problem import Problem
from .pushed import Drawing
from .results import of_row
from .results import overlays as overlays_of
from .route import get
from .station import Command, PartId
from .statistics import TimeUs

Number = Annotated[int, Field(ge=1, le=LAST_NUMBER, description="Counts over restarts")]
Name = Annotated[str, Field(min_length=1, max_length=64)]


class ResultQuery(Command):
    """Conditions that hold together; what is left out is not asked."""

    judgement: JudgementName | None = None
    """Only these"""
    recipe: Name | None = None
    """Only those of the recipe with this name"""
    job: Annotated[int, Field(ge=0, le=65535)] | None = None
    """Only those of this job number"""
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

    def filter(self) -> ResultFilter:
        """As the store asks it."""
        return ResultFilter(
            judgement=None if self.judgement is None else Judgement(self.judgement),
            recipe=self.recipe,
            job=self.job,
            tool=self.tool,
            part_id=self.part_id,
            order=self.order,
            lot=self.lot,
            shift=self.shift,
            since_us=self.since,
            until_us=self.until,
        )


class InspectionQuery(Paging, ResultQuery):
    """Which inspections."""


@get("/inspections")
async def listing(hub: Hub, query: InspectionQuery) -> InspectionPage:
    """Finished inspections, newest first; steps are left out."""
    rows = await hub.store.page(query.filter(), query.before, query.limit)
    items = tuple(of_row(row) for row in rows)
    return InspectionPage(items=items, next=items[-1].number if len(items) == query.limit else None)


@get("/inspections/{number}", 404)
async def show(hub: Hub, number: Number) -> ResultEvent:
    """One inspection with its steps."""
    detail = await stored(hub, number)
    return of_row(detail.row, detail.steps)


@get("/inspections/{number}/overlays", 404)
async def overlays(hub: Hub, number: Number) -> Drawing:
    """What the steps of an inspection draw on its image."""
    detail = await stored(hub, number)
    width, height = detail.frame_size
    return Drawing(number=number, width=width, height=height, overlays=overlays_of(detail.steps))


async def stored(hub: Hub, number: int) -> StoredDetail:
    """An inspection with its steps. Raises Problem 404."""
    detail = await hub.store.get(number)
    if detail is None:
        raise Problem(404, f"no inspection has number {number}")
    return detail


ROUTES = (listing, show, overlays)
