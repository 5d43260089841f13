"""History of result events: the ResultReady events that subscribers were sent, made again from the database."""

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any

from asyncua import ua
from asyncua.common.events import Event
from asyncua.server.address_space import AddressSpace

from ..filters import Where
from ..machine_vision.station import ResultFacts
from .source import History, Sample, Span
from .window import Request, answer

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

        async def find(span: Span) -> Sequence[Sample]:
            return [Sample(one.number, one.finished_at_us, one) for one in await source.results(span)]

        found, rest = await answer(find, request, most)
        where = Where(log, self._space, wanted.WhereClause)
        events = (self._make(sample.value) for sample in found)
        rows = [
            ua.HistoryEventFieldList(event.to_event_fields(wanted.SelectClauses))
            for event in events
            if where.eval(event)
        ]
        return rows, rest
