"""An address space with its types as bytes, and back: plain data, which calls nothing when it is read.

asyncua's nodes are many small objects, and of all formats pickle reads these fastest. It is read with a short list of
classes that only hold values, so bytes that ask for anything else are refused.
"""

import io
import pickle
from collections.abc import Coroutine, Iterable
from dataclasses import is_dataclass
from datetime import UTC, datetime
from enum import Enum, IntFlag
from typing import Any

import asyncua.server.address_space as space
from asyncua import ua
from asyncua.common.structures104 import load_custom_struct_xml_import, load_enum_xml_import

Nodes = dict[ua.NodeId, space.NodeData]

_PLAIN = {("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta"), ("uuid", "UUID")}
_VALUES = (Enum, int, float, str, bytes)  # by another name, as ua.Int32
_OF_SPACE = {"NodeData", "AttributeValue"}


class UnpackError(Exception):
    """These bytes are no address space."""


_Type = tuple[str, ua.NodeId, str, Any]
"""A data type that asyncua made a class of: base, enum, options or structure; its node; its name; its definition."""


def pack(nodes: Nodes) -> bytes:
    """Callbacks are left out; whoever sets them does so at every start."""
    shared = _Shared()
    return _packed(list(_types(nodes))) + _packed([shared.bare(node) for node in nodes.values()])


def unpack(content: bytes) -> Nodes:
    """The nodes; asyncua has the classes of their types by then.

    Raises:
        UnpackError: It is no such content.
    """
    stream = io.BytesIO(content)
    try:
        for one in _Unpickler(stream).load():
            _make(*one)
        nodes: list[space.NodeData] = _Unpickler(stream).load()
        return {node.nodeid: node for node in nodes}
    except Exception as exc:  # whatever damaged bytes lead to
        raise UnpackError(f"{type(exc).__name__}: {exc}") from exc


class _Pickler(pickle.Pickler):
    """Classes made of nodesets are named by their data type."""

    def __init__(self, file: Any) -> None:
        super().__init__(file, 5)

    def persistent_id(self, one: Any) -> Any:
        if isinstance(one, type) and one.__module__ not in ("builtins", "datetime"):
            node = getattr(one, "data_type", None)
            if node is not None and node.NamespaceIndex:
                return node.to_string()
        return None

    def reducer_override(self, one: Any) -> Any:
        if type(one) is space.AttributeValue:
            return space.AttributeValue, (one.value,)
        if isinstance(one, datetime) and one.tzinfo not in (None, UTC):  # of a class of the importer's
            return one.astimezone(UTC).__reduce_ex__(5)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, name: Any) -> Any:
        node = ua.NodeId.from_string(name)
        return ua.enums_by_datatype.get(node) or ua.extension_objects_by_datatype[node]

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN or (module == space.__name__ and name in _OF_SPACE):
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith("asyncua.ua.") and "." not in name else None
        if isinstance(found, type) and (is_dataclass(found) or issubclass(found, _VALUES)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no class of values")


def _packed(content: Any) -> bytes:
    stream = io.BytesIO()
    _Pickler(stream).dump(content)
    return stream.getvalue()


class _Shared:
    """Of equal ids and names, which nobody changes, one object: less to write, and much less to read."""

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Any] = {}

    def one(self, value: Any) -> Any:
        if isinstance(value, ua.NodeId):
            key: tuple[Any, ...] = type(value), value.NamespaceIndex, value.NodeIdType, value.Identifier
        elif isinstance(value, ua.QualifiedName):
            key = ua.QualifiedName, value.NamespaceIndex, value.Name
        else:
            return value
        return self._made.setdefault(key, value)

    def bare(self, node: space.NodeData) -> space.NodeData:
        """Without callbacks."""
        bare = space.NodeData(self.one(node.nodeid))
        bare.attributes = {kind: space.AttributeValue(value.value) for kind, value in node.attributes.items()}
        for value in bare.attributes.values():
            if value.value and value.value.Value:
                value.value.Value.Value = self.one(value.value.Value.Value)
        for reference in node.references:
            for name in ("NodeId", "ReferenceTypeId", "TypeDefinition", "BrowseName"):
                setattr(reference, name, self.one(getattr(reference, name)))
        bare.references = node.references
        return bare


def _types(nodes: Nodes) -> Iterable[_Type]:
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


def _value_of(attribute: space.AttributeValue) -> Any:
    return attribute.value.Value.Value


def _make(kind: str, node: ua.NodeId, name: str, definition: Any) -> None:
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
    raise UnpackError("asyncua waited while it made a class")
