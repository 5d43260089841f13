"""How a node of ours is asked for: an object, a variable or property that everybody may read, a method."""

from dataclasses import dataclass, replace
from typing import Any

from asyncua import ua

_IDS = ua.ObjectIds


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node comes to stand, and under which browse name; `reference` leads there from its parent."""

    parent: ua.NodeId
    own: ua.NodeId
    name: ua.QualifiedName
    reference: int = _IDS.HasComponent


def object_item(place: Place, kind: ua.NodeId, shown: str = "", text: str | None = None) -> ua.AddNodesItem:
    """An object of this type; shown by its browse name where nothing else is given."""
    attributes = ua.ObjectAttributes(DisplayName=ua.LocalizedText(shown or place.name.Name))
    attributes.Description = ua.LocalizedText(text)
    return _item(place, ua.NodeClass.Object, attributes, kind)


def variable_item(
    place: Place, attributes: ua.VariableAttributes, kind: int | ua.NodeId = _IDS.BaseDataVariableType
) -> ua.AddNodesItem:
    """A variable of this type, with attributes that `readable` made."""
    return _item(place, ua.NodeClass.Variable, attributes, kind if isinstance(kind, ua.NodeId) else ua.NodeId(kind))


def property_item(place: Place, attributes: ua.VariableAttributes) -> ua.AddNodesItem:
    """A property of its parent, with attributes that `readable` made."""
    return variable_item(replace(place, reference=_IDS.HasProperty), attributes, _IDS.PropertyType)


def method_item(place: Place) -> ua.AddNodesItem:
    """A method that everybody may try to call: who may is decided at the call."""
    attributes = ua.MethodAttributes(DisplayName=ua.LocalizedText(place.name.Name))
    attributes.Executable = attributes.UserExecutable = True
    return _item(place, ua.NodeClass.Method, attributes)


def readable(
    name: str, value: ua.Variant, data_type: ua.NodeId, *, rank: int | None = None, text: str | None = None
) -> ua.VariableAttributes:
    """Of a variable that everybody may read and nobody may write.

    Args:
        name: DisplayName.
        rank: ValueRank, where `value` does not show it; an array's length is not fixed.
        text: Description.
    """
    if rank is None:
        rank = ua.ValueRank.OneDimension if value.is_array else ua.ValueRank.Scalar
    attributes = ua.VariableAttributes(DisplayName=ua.LocalizedText(name), Description=ua.LocalizedText(text))
    attributes.Value, attributes.DataType, attributes.ValueRank = value, data_type, rank
    attributes.ArrayDimensions = [0] if rank == ua.ValueRank.OneDimension else None
    attributes.AccessLevel = attributes.UserAccessLevel = ua.AccessLevel.CurrentRead.mask
    return attributes


def _item(place: Place, node_class: ua.NodeClass, attributes: Any, kind: ua.NodeId | None = None) -> ua.AddNodesItem:
    item = ua.AddNodesItem()
    item.ParentNodeId, item.RequestedNewNodeId, item.BrowseName = place.parent, place.own, place.name
    item.ReferenceTypeId, item.NodeClass, item.NodeAttributes = ua.NodeId(place.reference), node_class, attributes
    if kind is not None:
        item.TypeDefinition = kind
    return item
