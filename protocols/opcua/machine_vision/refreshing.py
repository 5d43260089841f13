"""ConditionRefresh: a client that comes, or comes back, is told every condition that is retained."""

import asyncio
from collections.abc import Iterator
from typing import Any

from asyncua import ua
from asyncua.common.events import Event
from asyncua.server.subscription_service import SubscriptionService

from ..monitoring import unfiltered
from ..people import SESSION
from .arguments import BadCall
from .conditions import Conditions
from .events import SERVER, Events, Raised
from .methods import Methods
from .model import ROOT, Model
from .station import VisionStation

CONDITION_TYPE, REFRESH, REFRESH_2 = 2782, 3875, 12912
_START, _END = ua.ObjectIds.RefreshStartEventType, ua.ObjectIds.RefreshEndEventType
_BAD = ua.StatusCodes


class Refreshing:
    """Reads the private lists of asyncua 2.1.0's subscriptions: they have no public way to one monitored item."""

    def __init__(self, model: Model, station: VisionStation, conditions: Conditions, events: Events) -> None:
        self._subscriptions: SubscriptionService = model.server.iserver.subscription_service
        self._nodes = (model.node(ROOT), SERVER)
        self._station, self._conditions, self._events = station, conditions, events
        self._under_way: set[int] = set()

    def serve(self, methods: Methods) -> None:
        """Whoever may subscribe may ask for this."""
        kind = ua.NodeId(CONDITION_TYPE)
        methods.add(kind, ua.NodeId(REFRESH), self._refresh, right="")
        methods.add(kind, ua.NodeId(REFRESH_2), self._refresh_item, right="")

    async def _refresh(self, number: int) -> list[ua.Variant]:
        """All monitored items of one subscription that hear of our events."""
        subscription = self._own(number)
        await self._send(subscription, list(self._items(subscription)))
        return []

    async def _refresh_item(self, number: int, item: int) -> list[ua.Variant]:
        """One monitored item."""
        subscription = self._own(number)
        if item not in self._items(subscription):
            raise BadCall(_BAD.BadMonitoredItemIdInvalid)
        await self._send(subscription, [item])
        return []

    def _own(self, number: int) -> Any:
        """A subscription of the caller's own session."""
        found = self._subscriptions.subscriptions.get(number)
        if found is None or found.session_id != SESSION.get():
            raise BadCall(_BAD.BadSubscriptionIdInvalid)
        if number in self._under_way:
            raise BadCall(_BAD.BadRefreshInProgress)
        return found

    def _items(self, subscription: Any) -> Iterator[int]:
        by_node = subscription.monitored_item_srv._monitored_events  # noqa: SLF001
        return (item for node in self._nodes for item in by_node.get(node, ()))

    async def _send(self, subscription: Any, items: list[int]) -> None:
        own = subscription.data.SubscriptionId
        self._under_way.add(own)
        try:
            for item in items:
                await self._send_to(subscription.monitored_item_srv, item)
        finally:
            self._under_way.discard(own)

    async def _send_to(self, service: Any, item: int) -> None:
        """One at a time, each as it stands then: an older state must not come after a newer one."""
        unfiltered(service, self._mark(_START, "the conditions that are retained follow"), item)
        for number in [facts.number for facts in self._station.conditions()]:
            await asyncio.sleep(0)  # each takes its time to be made
            for facts in self._station.conditions():
                if facts.number == number:
                    event = self._events.made(self._conditions.event(facts))
                    await service._trigger_event(event, item)  # noqa: SLF001
        unfiltered(service, self._mark(_END, "these were the conditions that are retained"), item)

    def _mark(self, kind: int, words: str) -> Event:
        """Start and end come whatever the filter says."""
        event = self._events.made(Raised(ua.NodeId(kind), words, {}))
        event.add_property("SourceNode", SERVER, ua.VariantType.NodeId)
        event.add_property("SourceName", "Server", ua.VariantType.String)
        return event
