"""ServerDiagnostics in the address space, changed values only."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from asyncua import Server, ua

from .diagnostics import Diagnostics, of_session, of_subscription, summary_values
from .processor import Processor

_IDS = ua.ObjectIds
_SESSIONS = _IDS.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionDiagnosticsArray
_SECURITY = _IDS.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionSecurityDiagnosticsArray
_SUBSCRIPTIONS = _IDS.Server_ServerDiagnostics_SubscriptionDiagnosticsArray
_SAMPLING = _IDS.Server_ServerDiagnostics_SamplingIntervalDiagnosticsArray
PERIOD_S = 1.0


class ShownDiagnostics:
    """What stands there already."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._shown: dict[ua.NodeId, Any] = {}

    async def run(self, counted: Diagnostics, clients: Sequence[Any]) -> None:
        """For ever; `clients` are asyncua's connections, in a list that follows them."""
        while True:
            await self.update(counted, [client.processor for client in clients if client.processor])
            await asyncio.sleep(PERIOD_S)

    async def update(self, counted: Diagnostics, processors: Sequence[Processor]) -> None:
        """Write what changed."""
        subscriptions = list(self._server.iserver.subscription_service.subscriptions.values())
        active = [one for one in processors if one.session is not None and one.session.is_activated()]
        summary = counted.summary(len(active), (s.data.RevisedPublishingInterval for s in subscriptions))
        for node, value in summary_values(summary):
            await self._write(node, value)
        await self._array(_SESSIONS, [of_session(one.session, one.asked, subscriptions) for one in active])
        await self._array(_SUBSCRIPTIONS, [of_subscription(one) for one in subscriptions])
        await self._array(_SAMPLING, [])
        await self._write(ua.NodeId(_SECURITY), ua.Variant(None), ua.StatusCodes.BadUserAccessDenied)

    async def _array(self, node: int, values: list[Any]) -> None:
        await self._write(ua.NodeId(node), ua.Variant(values, ua.VariantType.ExtensionObject, is_array=True))

    async def _write(self, node: ua.NodeId, value: ua.Variant, code: int = ua.StatusCodes.Good) -> None:
        if node in self._shown and self._shown[node] == value.Value:
            return
        self._shown[node] = value.Value
        now = datetime.now(UTC)
        data = ua.DataValue(value, ua.StatusCode(code), SourceTimestamp=now, ServerTimestamp=now)
        await self._server.write_attribute_value(node, data)
