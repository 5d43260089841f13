"""Tiny ONNX models, written byte by byte as the format has it (onnx.proto3): no library is needed to make them."""

import struct
from collections.abc import Sequence

import numpy as np

FLOAT, UINT8, INT64 = 1, 2, 7
Dims = Sequence[int | str]


def model(
    nodes: Sequence[bytes],
    inputs: Sequence[bytes],
    outputs: Sequence[bytes],
    constants: Sequence[bytes] = (),
    notes: Sequence[tuple[str, str]] = (),
) -> bytes:
    graph = b"".join(
        (
            *(_bytes(1, one) for one in nodes),
            _bytes(2, b"graph"),
            *(_bytes(5, one) for one in constants),
            *(_bytes(11, one) for one in inputs),
            *(_bytes(12, one) for one in outputs),
        )
    )
    opset = _bytes(8, _bytes(1, b"") + _number(2, 17))
    told = b"".join(_bytes(14, _bytes(1, key.encode()) + _bytes(2, value.encode())) for key, value in notes)
    return _number(1, 8) + _bytes(7, graph) + opset + told


def node(kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: int | Sequence[int]) -> bytes:
    given = b"".join(_bytes(1, name.encode()) for name in inputs)
    given += b"".join(_bytes(2, name.encode()) for name in outputs)
    return given + _bytes(4, kind.encode()) + b"".join(_bytes(5, _attribute(*one)) for one in attributes.items())


def value(name: str, dims: Dims, kind: int = FLOAT) -> bytes:
    """An input or output; a dimension of a name is any."""
    shape = b"".join(_bytes(1, _number(1, dim) if isinstance(dim, int) else _bytes(2, dim.encode())) for dim in dims)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))


def constant(name: str, array: np.ndarray) -> bytes:
    kind = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64, np.dtype(np.uint8): UINT8}[array.dtype]
    dims = b"".join(_number(1, dim) for dim in array.shape)
    return dims + _number(2, kind) + _bytes(8, name.encode()) + _bytes(9, array.tobytes())


def classifier(dims: Dims = (1, 3, 8, 8), notes: Sequence[tuple[str, str]] = ()) -> bytes:
    """Three logits: ten times the mean red, green and blue of what comes in, 0-1."""
    means = node("ReduceMean", ["x"], ["m"], axes=[2, 3], keepdims=0)
    return model(
        [means, node("Mul", ["m", "ten"], ["y"])],
        [value("x", dims)],
        [value("y", (1, 3))],
        [constant("ten", np.array([10], np.float32))],
        notes,
    )


def thresholds(dims: Dims = (1, 1, 32, 32)) -> bytes:
    """A segmentation: of each pixel the logit 20 (v - 0.5)."""
    numbers = [constant("half", np.array([0.5], np.float32)), constant("steep", np.array([20], np.float32))]
    nodes = [node("Sub", ["x", "half"], ["d"]), node("Mul", ["d", "steep"], ["y"])]
    return model(nodes, [value("x", dims)], [value("y", dims)], numbers)


def says(*outputs: np.ndarray, dims: Dims = (1, 3, 64, 64)) -> bytes:
    """Whatever comes in, it gives these: the mean of what comes in, times nothing, is added to the first."""
    nodes = [
        node("ReduceMean", ["x"], ["m"], axes=[0, 1, 2, 3], keepdims=0),
        node("Mul", ["m", "none"], ["n"]),
        node("Add", ["c0", "n"], ["y0"]),
        *(node("Identity", [f"c{i}"], [f"y{i}"]) for i in range(1, len(outputs))),
    ]
    kinds = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64}
    return model(
        nodes,
        [value("x", dims)],
        [value(f"y{i}", one.shape, kinds[one.dtype]) for i, one in enumerate(outputs)],
        [constant("none", np.array(0, np.float32)), *(constant(f"c{i}", one) for i, one in enumerate(outputs))],
    )


def slow(rounds: int, side: int = 512) -> bytes:
    """So many multiplications of large matrices, one after the other."""
    nodes = [node("MatMul", [f"v{i}", "x"], [f"v{i + 1}"]) for i in range(rounds)]
    nodes = [
        node("Identity", ["x"], ["v0"]),
        *nodes,
        node("ReduceMean", [f"v{rounds}"], ["y"], axes=[2, 3], keepdims=0),
    ]
    return model(nodes, [value("x", (1, 1, side, side))], [value("y", (1, 1))])


def _attribute(name: str, given: int | Sequence[int]) -> bytes:
    if isinstance(given, int):
        return _bytes(1, name.encode()) + _number(3, given) + _number(20, 2)
    return _bytes(1, name.encode()) + b"".join(_number(8, one) for one in given) + _number(20, 7)


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _bytes(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = b""
    while number > 127:
        out += struct.pack("B", number & 127 | 128)
        number >>= 7
    return out + struct.pack("B", number)
