"""What clients read of the history before they ask: its configuration, the server's capabilities, who has events."""

from collections.abc import Iterable, Sequence
from typing import Any

from asyncua import Server, ua

from ..nodes import INDEX
from .events import EVENTS_PER_CALL
from .service import NODES_PER_CALL, VALUES_PER_CALL

CONFIGURATION = "HA Configuration"
_IDS = ua.ObjectIds
_CAPABILITIES: dict[int, ua.Variant] = {
    _IDS.HistoryServerCapabilities_AccessHistoryDataCapability: ua.Variant(True),
    _IDS.HistoryServerCapabilities_AccessHistoryEventsCapability: ua.Variant(True),
    _IDS.HistoryServerCapabilities_MaxReturnDataValues: ua.Variant(VALUES_PER_CALL, ua.VariantType.UInt32),
    _IDS.HistoryServerCapabilities_MaxReturnEventValues: ua.Variant(EVENTS_PER_CALL, ua.VariantType.UInt32),
    _IDS.HistoryServerCapabilities_ServerTimestampSupported: ua.Variant(False),
    **{
        getattr(_IDS, f"HistoryServerCapabilities_{name}Capability"): ua.Variant(False)
        for name in (
            *("InsertData", "ReplaceData", "UpdateData", "DeleteRaw", "DeleteAtTime", "InsertAnnotation"),
            *("InsertEvent", "ReplaceEvent", "UpdateEvent", "DeleteEvent"),
        )
    },
    _IDS.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadData: ua.Variant(
        NODES_PER_CALL, ua.VariantType.UInt32
    ),
    _IDS.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadEvents: ua.Variant(
        NODES_PER_CALL, ua.VariantType.UInt32
    ),
}
_FIELDS = (
    "EventId",
    "EventType",
    "SourceNode",
    "SourceName",
    "Time",
    "ReceiveTime",
    "LocalTime",
    "Message",
    "Severity",
)
_AGGREGATES: dict[str, Any] = {
    "AggregateConfiguration.TreatUncertainAsBad": ua.Variant(True),
    "AggregateConfiguration.PercentDataBad": ua.Variant(100, ua.VariantType.Byte),
    "AggregateConfiguration.PercentDataGood": ua.Variant(100, ua.VariantType.Byte),
    "AggregateConfiguration.UseSlopedExtrapolation": ua.Variant(False),
    "Stepped": ua.Variant(True),  # a result stands until the next one
}


async def describe(server: Server, index: int, nodes: Sequence[ua.NodeId]) -> None:
    """Have one HA Configuration for all of `nodes`, and the capabilities of the server."""
    own = ua.NodeId(CONFIGURATION, index)
    await _write(server, {ua.NodeId(number): value for number, value in _CAPABILITIES.items()})
    if own in server.iserver.aspace:
        return
    await server.get_node(ua.NodeId("Station", index)).add_object(
        own,
        ua.QualifiedName(CONFIGURATION, 0),
        objecttype=ua.NodeId(_IDS.HistoricalDataConfigurationType),
        instantiate_optional=False,
    )
    await _write(server, {ua.NodeId(f"{CONFIGURATION}.{path}", index): value for path, value in _AGGREGATES.items()})
    items = [_reference(one, _IDS.HasHistoricalConfiguration, own) for one in nodes]
    for status in await server.iserver.isession.add_references(items):
        status.check()


async def show_events(server: Server, nodes: Iterable[ua.NodeId]) -> None:
    """Their events can be subscribed to, and read back with these fields at least."""
    wanted = ua.EventFilter()
    wanted.SelectClauses = [_field(name) for name in _FIELDS]
    bits = ua.EventNotifier.SubscribeToEvents.mask | ua.EventNotifier.HistoryRead.mask
    for node in nodes:
        name = node.Identifier if node.NamespaceIndex else "Server"
        own, browsed = ua.NodeId(f"{name}.HistoricalEventFilter", INDEX), ua.QualifiedName("HistoricalEventFilter", 0)
        if own in server.iserver.aspace:
            continue
        value = ua.DataValue(ua.Variant(bits, ua.VariantType.Byte))
        await server.write_attribute_value(node, value, ua.AttributeIds.EventNotifier)
        await server.get_node(node).add_property(own, browsed, wanted)


def _field(name: str) -> ua.SimpleAttributeOperand:
    """One that is there whatever the type."""
    operand = ua.SimpleAttributeOperand()
    operand.TypeDefinitionId = ua.NodeId(_IDS.BaseEventType)
    operand.BrowsePath, operand.AttributeId = [ua.QualifiedName(name)], ua.AttributeIds.Value
    return operand


async def _write(server: Server, values: dict[ua.NodeId, ua.Variant]) -> None:
    for node, value in values.items():
        await server.write_attribute_value(node, ua.DataValue(value))


def _reference(source: ua.NodeId, kind: int, target: ua.NodeId) -> ua.AddReferencesItem:
    item = ua.AddReferencesItem()
    item.SourceNodeId, item.ReferenceTypeId, item.TargetNodeId = source, ua.NodeId(kind), target
    item.IsForward = True
    return item
