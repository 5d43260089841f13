"""Fold the padding of a network into its convolutions.

The one that the product carries was exported with a node of its own before each convolution that pads, which works the
padding out of the image's size. ONNX Runtime runs these apart from the convolutions and changes the layout of all data
before and after: more than half of its time. With sides that are multiples of the network's stride the padding is
always the same, and a convolution does it itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

# Fields of onnx.proto3: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
_GRAPH = 7  # of a model
_NODE, _OUTPUTS = 1, 12  # of a graph
_INPUT, _OUTPUT, _TYPE, _ATTRIBUTE = 1, 2, 4, 5  # of a node
_NAME, _INTS, _KIND = 1, 8, 20  # of an attribute
_LIST_OF_INTS = 7  # a kind
_VARINT, _LENGTH = 0, 2  # wire types
_FIXED = {1: 8, 5: 4}
_FLOATS = bytes([0x12, 4, 0x0A, 2, 0x08, 1])  # type of a value: a tensor of float, of any shape


@dataclass(frozen=True, slots=True)
class _Field:
    """Of a message, as it is written in Protocol Buffers."""

    number: int
    wire: int
    value: bytes | int

    @property
    def data(self) -> bytes:
        assert isinstance(self.value, bytes)
        return self.value

    @property
    def text(self) -> str:
        return self.data.decode()

    def written(self) -> bytes:
        key = _varint(self.number << 3 | self.wire)
        if isinstance(self.value, int):
            return key + _varint(self.value)
        return key + (_varint(len(self.value)) if self.wire == _LENGTH else b"") + self.value


def folded(model: bytes) -> bytes:
    """The model whose convolutions pad as ``SAME_UPPER`` does, instead of the nodes before them; the same results.

    Args:
        model: Each of its Pad nodes does that, for sides that are multiples of all strides.
    """
    return b"".join(
        (_Field(one.number, one.wire, _graph(one.data)) if one.number == _GRAPH else one).written()
        for one in _fields(model)
    )


def _graph(graph: bytes) -> bytes:
    fields = list(_fields(graph))
    nodes = [list(_fields(one.data)) for one in fields if one.number == _NODE]
    source = {_texts(node, _OUTPUT)[0]: _texts(node, _INPUT)[0] for node in nodes if _texts(node, _TYPE) == ["Pad"]}
    nodes = [_padding(node, source) for node in nodes if _texts(node, _TYPE) != ["Pad"]]
    wanted = {_texts(list(_fields(one.data)), _NAME)[0] for one in fields if one.number == _OUTPUTS}
    kept = [_Field(_NODE, _LENGTH, b"".join(one.written() for one in node)) for node in _needed(nodes, wanted)]
    rest = [one for one in fields if one.number != _NODE]
    return b"".join(one.written() for one in (*kept, *rest, *_summands(nodes)))


def _summands(nodes: list[list[_Field]]) -> Iterator[_Field]:
    """What convolutions give to sums, as outputs of the model.

    Else ONNX Runtime adds within the convolution, in another order, and the last bits differ.
    """
    convolved = {name for node in nodes if _texts(node, _TYPE) == ["Conv"] for name in _texts(node, _OUTPUT)}
    for node in nodes:
        if _texts(node, _TYPE) == ["Add"]:
            named = (_Field(_NAME, _LENGTH, name.encode()) for name in _texts(node, _INPUT) if name in convolved)
            yield from (_Field(_OUTPUTS, _LENGTH, name.written() + _FLOATS) for name in named)


def _padding(node: list[_Field], source: dict[str, str]) -> list[_Field]:
    """A convolution that takes what went into the Pad node before it."""
    first = _texts(node, _INPUT)[:1]
    if not first or first[0] not in source:
        return node
    attributes = {_texts(a, _NAME)[0]: a for one in node if one.number == _ATTRIBUTE if (a := list(_fields(one.data)))}
    kernel, strides = _ints(attributes["kernel_shape"]), _ints(attributes["strides"])
    total = [max(0, side - step) for side, step in zip(kernel, strides, strict=True)]
    before = [side // 2 for side in total]
    pads = [*before, *(side - first for side, first in zip(total, before, strict=True))]
    made = [
        _Field(_NAME, _LENGTH, b"pads"),
        *(_Field(_INTS, _VARINT, n) for n in pads),
        _Field(_KIND, _VARINT, _LIST_OF_INTS),
    ]
    out = [one for one in node if not (one.number == _ATTRIBUTE and _texts(list(_fields(one.data)), _NAME) == ["pads"])]
    at = next(i for i, one in enumerate(out) if one.number == _INPUT)
    out[at] = _Field(_INPUT, _LENGTH, source[first[0]].encode())
    return [*out, _Field(_ATTRIBUTE, _LENGTH, b"".join(one.written() for one in made))]


def _needed(nodes: list[list[_Field]], wanted: set[str]) -> list[list[_Field]]:
    """Without those that worked the padding out; they stand in an order in which they can be run."""
    kept = []
    for node in reversed(nodes):
        if wanted & set(_texts(node, _OUTPUT)):
            wanted = wanted | set(_texts(node, _INPUT))
            kept.append(node)
    return kept[::-1]


def _texts(fields: list[_Field], number: int) -> list[str]:
    return [one.text for one in fields if one.number == number]


def _ints(attribute: list[_Field]) -> list[int]:
    """Written one by one, or packed."""
    found: list[int] = []
    for one in attribute:
        if one.number == _INTS and isinstance(one.value, int):
            found.append(one.value)
        elif one.number == _INTS:
            at = 0
            while at < len(one.data):
                value, at = _read(one.data, at)
                found.append(value)
    return found


def _fields(message: bytes) -> Iterator[_Field]:
    at = 0
    while at < len(message):
        key, at = _read(message, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _read(message, at)
            yield _Field(number, wire, value)
            continue
        size, at = _read(message, at) if wire == _LENGTH else (_FIXED[wire], at)
        yield _Field(number, wire, message[at : at + size])
        at += size


def _read(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
