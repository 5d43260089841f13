"""An address space with its types as bytes, and back: plain data, which calls nothing when it is read.

asyncua's nodes are many small objects, few of which a start needs. So each node is a pickle of its own, read when
somebody first asks for it. What many nodes have in common stands in a table before them, with every class: that is
read with a short list of classes that only hold values, so bytes that ask for anything else are refused.
"""

import io
import pickle
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from operator import attrgetter
from typing import Any

import asyncua.server.address_space as space
from asyncua import ua

from .data_types import class_of, data_types, make
from .packed_nodes import PackedNodes

_PLAIN = {("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta"), ("uuid", "UUID")}
_VALUES = (Enum, int, float, str, bytes)  # by another name, as ua.Int32
_OF_SPACE = {"NodeData", "AttributeValue"}
_NODE_IDS = (ua.NodeId, *ua.NodeId.__subclasses__())
_SHARED = {
    kind: attrgetter(*(one.name for one in fields(kind)))
    for kind in (*_NODE_IDS, ua.QualifiedName, ua.LocalizedText, ua.StatusCode, ua.Variant, ua.DataValue)
}
"""What their objects consist of, which nobody changes: they are replaced."""
_CALLED = {
    ua.DataValue: attrgetter("Value", "StatusCode", "SourceTimestamp", "ServerTimestamp"),
    ua.Variant: attrgetter("Value", "VariantType", "Dimensions", "is_array"),
    ua.LocalizedText: attrgetter("Text", "Locale"),
    ua.ReferenceDescription: attrgetter(*(one.name for one in fields(ua.ReferenceDescription))),
}
"""Their arguments: a call of the class takes a third of the bytes of its fields by name."""
_UNKNOWN = object()
_NOW, _NAME_OF_NOW = datetime.max.replace(tzinfo=UTC), "now"  # the time at which it is read
_SIMPLE = {type(None), bool, int, str}
_OFTEN = 8  # what occurs less often costs more in the table, which each start reads, than in its nodes


class UnpackError(Exception):
    """These bytes are no address space."""


def pack(nodes: Mapping[ua.NodeId, space.NodeData]) -> bytes:
    """Callbacks are left out: whoever sets them does so at every start. Times become those of the start that reads."""
    bare = [_bare(node) for node in nodes.values()]
    table = _Table(bare)
    packed = [_packed(node, table) for node in bare]
    sizes = [len(one) for one in packed]
    return b"".join([_packed(list(data_types(nodes))), _packed(table.values), _packed((len(bare), sizes)), *packed])


def unpack(content: bytes) -> PackedNodes:
    """The nodes; asyncua has the classes of their types by then.

    Raises:
        UnpackError: It is no such content. Each node says so, too, when it is read.
    """
    stream = io.BytesIO(content)
    try:
        for one in _Unpickler(stream).load():
            make(*one)
        table: list[Any] = _Unpickler(stream).load()
        count, sizes = _Unpickler(stream).load()
        packed = _Packed(content, stream.tell(), sizes, table)
        return PackedNodes(dict(zip(table[:count], range(count), strict=True)), packed.node)
    except Exception as exc:  # whatever damaged bytes lead to
        raise UnpackError(f"{type(exc).__name__}: {exc}") from exc


class _Packed:
    """The bytes of the nodes."""

    def __init__(self, content: bytes, start: int, sizes: list[int], table: list[Any]) -> None:
        self._content, self._table = content, table
        self._starts = [start]
        for size in sizes:
            self._starts.append(self._starts[-1] + size)
        if self._starts[-1] != len(content):
            raise ValueError("the nodes are not all there")

    def node(self, number: int) -> space.NodeData:
        """
        Raises:
            UnpackError: Its bytes are no node.
        """
        start, end = self._starts[number : number + 2]
        try:
            made: space.NodeData = _NodeUnpickler(self._content[start:end], self._table).load()
        except Exception as exc:
            raise UnpackError(f"node {number}: {type(exc).__name__}: {exc}") from exc
        return made


class _Table:
    """What is written once for all nodes: the ids of the nodes first, then what they often have, and classes."""

    def __init__(self, nodes: list[space.NodeData]) -> None:
        self.values: list[Any] = []
        self._places: dict[Any, int] = {}
        self._keys: dict[int, Any] = {}  # by the identity of values, all of which the nodes keep
        for node in nodes:
            self._place(self._key(node.nodeid), node.nodeid)
        counted: Counter[Any] = Counter()
        for value in _parts(nodes):
            if type(value) in _SHARED and (key := self._key(value)):
                counted[key] += 1
                if counted[key] == _OFTEN:
                    self._place(key, value)

    def find(self, value: Any) -> int | None:
        """Where it stands; None = nowhere."""
        if type(value) in _SHARED:
            return self._places.get(self._key(value))
        if isinstance(value, type | Enum) or value is _NOW:
            return self._place((type(value), value), value)
        return None

    def _place(self, key: Any, value: Any) -> int:
        found = self._places.setdefault(key, len(self.values))
        if found == len(self.values):
            self.values.append(value)
        return found

    def _key(self, value: Any) -> Any:
        """The same for what is equal down to the types of its parts; None = it is shared with nobody."""
        kind = type(value)
        if kind not in _SHARED:
            simple = kind in _SIMPLE or value is _NOW or isinstance(value, Enum | int | str | bytes)
            return (kind, value) if simple else None
        if (key := self._keys.get(id(value), _UNKNOWN)) is _UNKNOWN:
            found = _SHARED[kind](value)
            parts = [self._key(one) for one in (found if isinstance(found, tuple) else (found,))]
            key = self._keys[id(value)] = None if None in parts else (kind, *parts)
        return key


def _parts(nodes: list[space.NodeData]) -> Iterator[Any]:
    """All that nodes may have in common."""
    for node in nodes:
        for value in filter(None, (one.value for one in node.attributes.values())):
            yield from (value, value.StatusCode, value.Value, value.Value.Value)
        for one in node.references:
            yield from (one.ReferenceTypeId, one.NodeId, one.BrowseName, one.DisplayName, one.TypeDefinition)


def _bare(node: space.NodeData) -> space.NodeData:
    """Without callbacks and times."""
    bare = space.NodeData(node.nodeid)
    bare.attributes = {kind: space.AttributeValue(_timeless(one.value)) for kind, one in node.attributes.items()}
    bare.references = node.references
    return bare


def _timeless(value: Any) -> Any:
    stamps = {name: _NOW for name in ("SourceTimestamp", "ServerTimestamp") if value and getattr(value, name)}
    return replace(value, **stamps) if stamps else value


def _call(one: Any) -> Any:
    """That makes an object like this one, part by part."""
    kind, given = type(one), list(_CALLED[type(one)](one))
    while given and given[-1] is None:
        given.pop()
    made = kind(*given)
    same = all(getattr(made, part.name) is getattr(one, part.name) for part in fields(kind))
    return (kind, tuple(given)) if same else NotImplemented


class _Pickler(pickle.Pickler):
    """Classes made of nodesets are named by their data type."""

    def __init__(self, file: Any, table: _Table | None) -> None:
        super().__init__(file, 5)
        self._table = table

    def persistent_id(self, one: Any) -> Any:
        if self._table:
            return self._table.find(one)
        if one is _NOW:
            return _NAME_OF_NOW
        if isinstance(one, type) and one.__module__ not in ("builtins", "datetime"):
            node = getattr(one, "data_type", None)
            if node is not None and node.NamespaceIndex:
                return node.to_string()
        return None

    def reducer_override(self, one: Any) -> Any:
        if type(one) is space.AttributeValue:
            return space.AttributeValue, (one.value,)
        if type(one) in _CALLED:
            return _call(one)
        if isinstance(one, datetime) and one.tzinfo not in (None, UTC):  # of a class of the importer's
            return one.astimezone(UTC).__reduce_ex__(5)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self._now = datetime.now(UTC)

    def persistent_load(self, name: Any) -> Any:
        if name == _NAME_OF_NOW:
            return self._now
        return class_of(ua.NodeId.from_string(name))

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN or (module == space.__name__ and name in _OF_SPACE):
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith("asyncua.ua.") and "." not in name else None
        if isinstance(found, type) and (is_dataclass(found) or issubclass(found, _VALUES)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no class of values")


class _NodeUnpickler(pickle.Unpickler):
    """Of one node, whose classes all stand in the table."""

    def __init__(self, content: bytes, table: list[Any]) -> None:
        super().__init__(io.BytesIO(content))
        self._table = table

    def persistent_load(self, place: Any) -> Any:
        return self._table[place]

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is not in the table")


def _packed(content: Any, table: _Table | None = None) -> bytes:
    stream = io.BytesIO()
    _Pickler(stream, table).dump(content)
    return stream.getvalue()
