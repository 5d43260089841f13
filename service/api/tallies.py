"""Counts by lot and by shift, latched and reset in one step."""

from typing import Annotated, Literal

from pydantic import Field

from service.hub import Hub
from service.store import StoreError
from service.stored import StoredSet, StoredTally

from .count_models import Count, LatchedCounts, LatchedPage, RejectCount, ScopeCounts
from .journal import Paging
from .problem import Problem
from .results import clean
from .route import get, post
from .station import Command, PartId

Scope = Annotated[Literal["lot", "shift"], Field(description="By what is counted")]
SCOPES: dict[str, int] = {"lot": 1, "shift": 2}


class LatchCommand(Command):
    """Latch under a number of one's own."""

    number: Annotated[int, Field(ge=0, le=2**53 - 1)]
    """A new one takes a set; one of the last 16 of this client gives the set that it took then"""
    client: PartId
    """Whose number this is: clients do not share numbers, nor sets"""


@get("/counters/{by}")
async def live(hub: Hub, by: Scope) -> ScopeCounts:
    """What no latch has taken yet: of the lot or shift that the next part belongs to, and of all others."""
    tallies = await hub.store.tallies(SCOPES[by])
    return ScopeCounts(current=hub.station.current_count(SCOPES[by], tallies), all=tuple(map(count_of, tallies)))


@post("/counters/{by}/latch", 503)
async def latch(hub: Hub, by: Scope, body: LatchCommand) -> LatchedCounts:
    """Move all counts of lots, or of shifts, into a set, and go on from zero, in one step.

    The sum of all sets and of what is live is every result ever counted. An answer that was lost is asked for again
    with the same number.
    """
    try:
        found = await hub.store.latch(SCOPES[by], f"web {body.client}", body.number)
    except StoreError as exc:  # it may have been taken all the same: the number finds it
        text = f"the disk does not take it: {exc}; ask again with number {body.number}"
        raise Problem(503, text) from None
    return latched_of(found)


@get("/counters/{by}/latched")
async def latched(hub: Hub, by: Scope, query: Paging) -> LatchedPage:
    """Sets that were latched, newest first, whoever took them."""
    sets = await hub.store.latched(SCOPES[by], query.before, query.limit)
    items = tuple(map(latched_of, sets))
    return LatchedPage(items=items, next=items[-1].id if len(items) == query.limit else None)


def latched_of(found: StoredSet) -> LatchedCounts:
    """One set as REST tells it."""
    return LatchedCounts(
        id=found.id,
        number=found.number,
        client=clean(found.client.removeprefix("web ")),
        at_us=found.at_us,
        items=tuple(map(count_of, found.tallies)),
        total=sum(t.total for t in found.tallies),
    )


def count_of(tally: StoredTally) -> Count:
    """One lot or shift as REST tells it."""
    return Count(
        order=clean(tally.order),
        lot=clean(tally.lot),
        shift=clean(tally.shift),
        shift_since_us=tally.shift_since_us,
        total=tally.total,
        passed=tally.passed,
        fail=tally.failed,
        error=tally.errors,
        classes=tuple(RejectCount(reject_class=c, count=n) for c, n in tally.classes),
    )


ROUTES = (live, latch, latched)
