"""The nodes of the flat tags: ``Objects/Station/Tags/<group>/<name>``, string ids in namespace 2."""

from collections.abc import Container, Iterable
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from protocols.tag import COMMAND, Tag, Wire

from .meanings import meaning_of
from .node_items import Place, object_item, property_item, readable, variable_item

INDEX = 2  # registered before any nodeset, so always this
STATION, FLAT = ua.NodeId("Station", INDEX), ua.NodeId("Tags", INDEX)

TYPES = {
    "bool": ua.VariantType.Boolean,
    "uint16": ua.VariantType.UInt16,
    "int16": ua.VariantType.Int16,
    "uint32": ua.VariantType.UInt32,
    "int32": ua.VariantType.Int32,
    "uint64": ua.VariantType.UInt64,
    "float32": ua.VariantType.Float,
    "float64": ua.VariantType.Double,
    "time": ua.VariantType.DateTime,
    "text": ua.VariantType.String,
}


def node_id(tag: Tag[Any]) -> ua.NodeId:
    """Where `tag` stands."""
    return ua.NodeId(tag.node, INDEX)


def variant(tag: Tag[Any], value: Any) -> ua.Variant:
    """`value` as OPC UA sends it."""
    kind = variant_type(tag.wire)
    if kind is ua.VariantType.DateTime and tag.wire.python is not tuple:
        return ua.Variant(datetime.fromtimestamp(value / 1e6, UTC), kind)
    if tag.wire.python is tuple:
        if kind is ua.VariantType.DateTime:
            value = [datetime.fromtimestamp(one / 1e6, UTC) for one in value]
        return ua.Variant(list(value), kind, is_array=True)
    return ua.Variant(value, kind)


def variant_type(wire: Wire[Any]) -> ua.VariantType:
    return TYPES[wire.name.partition("[")[0]]


def all_nodes(
    rows: Iterable[Tag[Any]], values: dict[Tag[Any], Any], historized: Container[Tag[Any]] = ()
) -> list[ua.AddNodesItem]:
    """The folders and variables of all rows that have a node, parents first; which of them have a history."""
    items = [folder(ua.NodeId(ua.ObjectIds.ObjectsFolder), STATION, "Station"), folder(STATION, FLAT, "Tags")]
    groups: dict[str, ua.NodeId] = {}
    for tag in rows:
        if tag.node is None:
            continue
        path, parent = tag.node.split(".")[:-1], FLAT
        for depth in range(1, len(path) + 1):
            name = ".".join(path[:depth])
            if name not in groups:
                groups[name] = ua.NodeId(name, INDEX)
                items.append(folder(parent, groups[name], path[depth - 1]))
            parent = groups[name]
        items += variable(tag, parent, values[tag], historized=tag in historized)
    return items


def folder(parent: ua.NodeId, own: ua.NodeId, name: str) -> ua.AddNodesItem:
    """A folder of our own."""
    reference = ua.ObjectIds.HasComponent if parent.NamespaceIndex else ua.ObjectIds.Organizes
    return object_item(Place(parent, own, ua.QualifiedName(name, INDEX), reference), ua.NodeId(ua.ObjectIds.FolderType))


def variable(
    tag: Tag[Any], parent: ua.NodeId, value: Any, *, historized: bool = False, like: Tag[Any] | None = None
) -> list[ua.AddNodesItem]:
    """The variable of `tag` and its properties; with the meaning of `like`, where that is given."""
    assert tag.node
    own = node_id(tag)
    kind, given = meaning_of(like or tag)
    properties = [_property(own, name, value, data_type) for name, value, data_type in given]
    name = tag.node.split(".")[-1]
    data_type = ua.NodeId(int(variant_type(tag.wire).value))
    attributes = readable(name, variant(tag, value), data_type, text=tag.help)
    if tag.access is COMMAND and tag.node.startswith("Cmd."):  # who may is decided at the write, by the user
        attributes.AccessLevel |= ua.AccessLevel.CurrentWrite.mask
        attributes.UserAccessLevel = attributes.AccessLevel
    if historized:
        attributes.AccessLevel |= ua.AccessLevel.HistoryRead.mask
        attributes.UserAccessLevel, attributes.Historizing = attributes.AccessLevel, True
    return [variable_item(Place(parent, own, ua.QualifiedName(name, INDEX)), attributes, kind), *properties]


def _property(owner: ua.NodeId, name: str, value: ua.Variant, data_type: int) -> ua.AddNodesItem:
    own = ua.NodeId(f"{owner.Identifier}.{name}", INDEX)
    place = Place(owner, own, ua.QualifiedName(name, 0))
    return property_item(place, readable(name, value, ua.NodeId(data_type), text=""))


def tags_first(space: AddressSpace) -> None:
    """Whoever browses Objects meets the flat tags before the models of the nodesets, which are imported before them."""
    space[ua.NodeId(ua.ObjectIds.ObjectsFolder)].references.sort(key=lambda one: one.NodeId.NamespaceIndex > INDEX)
