"""The nodes of a temporary file: an object of FileType with its properties; the methods are those of the type."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from asyncua import ua

from ...node_items import Place, object_item, property_item, readable
from .temporary import MOST_BYTES, TemporaryFile

_IDS, _KIND = ua.ObjectIds, ua.VariantType
METHODS = {
    "Open": _IDS.FileType_Open,
    "Close": _IDS.FileType_Close,
    "Read": _IDS.FileType_Read,
    "Write": _IDS.FileType_Write,
    "GetPosition": _IDS.FileType_GetPosition,
    "SetPosition": _IDS.FileType_SetPosition,
}


def items(file: TemporaryFile, parent: ua.NodeId) -> Iterator[ua.AddNodesItem]:
    """The object below its transfer, then its properties."""
    name = ua.QualifiedName(file.stored.name, parent.NamespaceIndex)
    yield object_item(Place(parent, file.node, name), ua.NodeId(_IDS.FileType))
    for path, value, kind in (
        ("Size", ua.Variant(file.stored.size, _KIND.UInt64), _IDS.UInt64),
        ("Writable", ua.Variant(file.stored.writable, _KIND.Boolean), _IDS.Boolean),
        ("UserWritable", ua.Variant(file.stored.writable, _KIND.Boolean), _IDS.Boolean),
        ("OpenCount", ua.Variant(len(file.positions), _KIND.UInt16), _IDS.UInt16),
        ("MimeType", ua.Variant(file.stored.mime_type, _KIND.String), _IDS.String),
        ("MaxByteStringLength", ua.Variant(MOST_BYTES, _KIND.UInt32), _IDS.UInt32),
        ("LastModifiedTime", ua.Variant(_time(file.stored.modified_at_us), _KIND.DateTime), _IDS.UtcTime),
    ):
        node = ua.NodeId(f"{file.node.Identifier}.{path}", file.node.NamespaceIndex)
        yield property_item(Place(file.node, node, ua.QualifiedName(path)), readable(path, value, ua.NodeId(kind)))


def follow(space: Any, file: TemporaryFile) -> None:
    """Size and OpenCount are what they are when they are read."""
    for path, current in (
        ("Size", lambda: ua.Variant(file.stored.size, _KIND.UInt64)),
        ("OpenCount", lambda: ua.Variant(len(file.positions), _KIND.UInt16)),
    ):
        node = ua.NodeId(f"{file.node.Identifier}.{path}", file.node.NamespaceIndex)
        space.set_attribute_value_callback(node, ua.AttributeIds.Value, _reading(current))


def method_references(file: TemporaryFile) -> list[ua.AddReferencesItem]:
    """OPC 10000-3 lets instances share the methods of their type."""
    made = []
    for number in METHODS.values():
        item = ua.AddReferencesItem()
        item.SourceNodeId, item.TargetNodeId, item.IsForward = file.node, ua.NodeId(number), True
        item.ReferenceTypeId, item.TargetNodeClass = ua.NodeId(_IDS.HasComponent), ua.NodeClass.Method
        made.append(item)
    return made


def _reading(current: Callable[[], ua.Variant]) -> Callable[..., ua.DataValue]:
    def read(node: ua.NodeId, attribute: ua.AttributeIds) -> ua.DataValue:
        now = datetime.now(UTC)
        return ua.DataValue(current(), SourceTimestamp=now, ServerTimestamp=now)

    return read


def _time(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us / 1e6, UTC)
