"""The station's journal: who did what, and what happened."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.hub import Hub

from .models import EventPage, StationEvent
from .results import clean
from .route import get

LAST_NUMBER = 2**53 - 1

Before = Annotated[int, Field(ge=1, le=LAST_NUMBER)]
Limit = Annotated[int, Field(ge=1, le=200)]


class Paging(BaseModel):
    """Pages go from the newest backwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    limit: Limit = 50
    """Items of a page"""
    before: Before = LAST_NUMBER
    """Only items with a lower number: the `next` of the page before"""


@get("/events")
async def listing(hub: Hub, query: Paging) -> EventPage:
    """Journal, newest first."""
    rows = await hub.store.events(query.before, query.limit)
    items = tuple(
        StationEvent(number=row.id, at_us=row.at_us, kind=row.kind, text=clean(row.text), who=clean(row.who))
        for row in rows
    )
    return EventPage(items=items, next=items[-1].number if len(items) == query.limit else None)


ROUTES = (listing,)
