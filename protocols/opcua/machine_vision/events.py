"""Events of the model, raised at the vision system and at the Server object, every field filled."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.common.events import Event
from asyncua.server.subscription_service import SubscriptionService

SERVER = ua.NodeId(ua.ObjectIds.Server)
INFORMATION, TROUBLE = 100, 700  # severities, 1 to 1000


@dataclass(frozen=True, slots=True)
class Raised:
    """One event. Nested fields are written with a slash: ``Transition/Id``."""

    type: ua.NodeId
    message: str
    fields: Mapping[str, ua.Variant]
    severity: int = INFORMATION
    at: datetime | None = None  # None = when it is raised
    id: bytes = b""  # EventId; none = a fresh one


class Events:
    """Raises what `Raised` says, twice: asyncua gives an event to the subscribers of exactly one node."""

    def __init__(self, subscriptions: SubscriptionService, source: ua.NodeId, name: str) -> None:
        self._subscriptions, self._source, self._name = subscriptions, source, name

    async def raise_(self, make: Callable[[], Raised]) -> None:
        """Nothing is made where nobody subscribes to anything."""
        if not self._subscriptions.subscriptions:
            return
        event = self.made(make())
        for node in (self._source, SERVER):
            event.emitting_node = node
            await self._subscriptions.trigger_event(event)

    def made(self, raised: Raised) -> Event:
        """The event itself."""
        now, event = raised.at or datetime.now(UTC), Event(self._source)
        for name, value in (self._base(raised, now) | dict(raised.fields)).items():
            event.add_property(name, value.Value, value.VariantType)
        return event

    def _base(self, raised: Raised, now: datetime) -> dict[str, ua.Variant]:
        kind = ua.VariantType
        return {
            "EventId": ua.Variant(raised.id or os.urandom(16), kind.ByteString),
            "EventType": ua.Variant(raised.type, kind.NodeId),
            "SourceNode": ua.Variant(self._source, kind.NodeId),
            "SourceName": ua.Variant(self._name, kind.String),
            "Time": ua.Variant(now, kind.DateTime),
            "ReceiveTime": ua.Variant(now, kind.DateTime),
            "LocalTime": ua.Variant(_local(now), kind.ExtensionObject),
            "Message": ua.Variant(ua.LocalizedText(raised.message, "en"), kind.LocalizedText),
            "Severity": ua.Variant(raised.severity, kind.UInt16),
        }


def _local(now: datetime) -> Any:
    local = time.localtime(now.timestamp())
    zone = ua.TimeZoneDataType()
    zone.Offset, zone.DaylightSavingInOffset = local.tm_gmtoff // 60, bool(local.tm_isdst > 0)
    return zone
