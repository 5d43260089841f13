"""History of result events: the ResultReady events that subscribers were sent, made again from the database."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from asyncua import ua
from asyncua.common.events import Event
from asyncua.server.address_space import AddressSpace

from ..filters import Where
from ..machine_vision.station import ResultFacts
from .source import History, Sample, Span
from .window import Request, answer

LOOKED_AT = 50  # in one call, where a filter lets few through; the continuation point goes on behind them
EVENTS_PER_CALL = 10  # for all nodes of a call: each is looked up and encoded with all its values
log = logging.getLogger(__name__)


class EventHistory:
    """`sources` are the nodes that have this history; `make` gives a result's event."""

    def __init__(
        self, space: AddressSpace, sources: Collection[ua.NodeId], make: Callable[[ResultFacts], Event]
    ) -> None:
        self._space, self.sources, self._make = space, sources, make

    async def read(
        self, source: History, request: Request, wanted: Any, most: int
    ) -> tuple[list[ua.HistoryEventFieldList], Request | None]:
        """The fields that the filter selects, of the events that it lets through."""

        where = Where(log, self._space, wanted.WhereClause)
        search = _Search(source, lambda facts: where.eval(self._make(facts)), bool(wanted.WhereClause.Elements))
        found, rest = await answer(search.find, request, most)
        given = request.given + len(found)
        if rest is None and search.left_off is not None and not (request.total and given >= request.total):
            rest = replace(request, begun=True, given=given, after=search.left_off)
        events = (self._make(sample.value) for sample in found)
        return [ua.HistoryEventFieldList(event.to_event_fields(wanted.SelectClauses)) for event in events], rest


class _Search:
    """Looks for the results whose events a filter lets through, so that those alone are counted."""

    def __init__(self, source: History, passes: Callable[[ResultFacts], bool], filtered: bool) -> None:
        self._source, self._passes, self._filtered = source, passes, filtered
        self.left_off: int | None = None  # the last result that was looked at, where the search ended before its end

    async def find(self, span: Span) -> Sequence[Sample]:
        """Up to the limit of `span`; fewer, where that would be too many to look at in one call."""
        if not self._filtered:
            return _samples(await self._source.results(span))
        found: list[Sample] = []
        for _ in range(LOOKED_AT // EVENTS_PER_CALL):
            part = await self._source.results(replace(span, limit=EVENTS_PER_CALL))
            found += _samples([one for one in part if self._passes(one)])
            if len(part) < EVENTS_PER_CALL or len(found) >= span.limit:
                return found[: span.limit]
            span = replace(span, after=part[-1].number)
        self.left_off = span.after
        return found


def _samples(results: Sequence[ResultFacts]) -> list[Sample]:
    return [Sample(one.number, one.finished_at_us, one) for one in results]
