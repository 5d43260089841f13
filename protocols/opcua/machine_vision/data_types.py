"""The classes that asyncua makes of the data types of nodesets: what is to be known of them, and made again of that."""

from collections.abc import Coroutine, Iterable, Mapping
from enum import IntFlag
from typing import Any

from asyncua import ua
from asyncua.common.structures104 import load_custom_struct_xml_import, load_enum_xml_import
from asyncua.server.address_space import AttributeValue, NodeData

DataType = tuple[str, ua.NodeId, str, Any]
"""One that there is a class of: base, enum, options or structure; its node; its name; its definition."""


def data_types(nodes: Mapping[ua.NodeId, NodeData]) -> Iterable[DataType]:
    """In an order in which each can be made of those before it."""
    for node, name in ua.basetype_by_datatype.items():
        if node in nodes and node.NamespaceIndex:
            yield "base", node, name, getattr(ua, name).__name__
    for node in [*ua.enums_by_datatype, *ua.extension_objects_by_datatype]:
        if node in nodes and node.NamespaceIndex:
            found, attributes = ua.enums_by_datatype.get(node), nodes[node].attributes
            kind = "structure" if found is None else "options" if issubclass(found, IntFlag) else "enum"
            definition = _value_of(attributes[ua.AttributeIds.DataTypeDefinition])
            yield kind, node, _value_of(attributes[ua.AttributeIds.DisplayName]).Text, definition


def class_of(node: ua.NodeId) -> type:
    """
    Raises:
        KeyError: There is none.
    """
    found: type = ua.enums_by_datatype.get(node) or ua.extension_objects_by_datatype[node]
    return found


def make(kind: str, node: ua.NodeId, name: str, definition: Any) -> None:
    """As asyncua's import does."""
    if kind == "base":
        if not hasattr(ua, name):
            ua.register_basetype(name, node, getattr(ua, definition))
        return
    attributes = ua.DataTypeAttributes()
    attributes.DisplayName, attributes.DataTypeDefinition = ua.LocalizedText(name), definition
    if kind == "structure":
        _at_once(load_custom_struct_xml_import(node, attributes))
    else:
        _at_once(load_enum_xml_import(node, attributes, kind == "options"))


def _at_once(making: Coroutine[Any, Any, Any]) -> None:
    """asyncua's functions are coroutines that wait for nothing."""
    try:
        making.send(None)
    except StopIteration:
        return
    raise TypeError("asyncua waited while it made a class")


def _value_of(attribute: AttributeValue) -> Any:
    return attribute.value.Value.Value
