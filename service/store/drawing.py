"""What to draw on a part's frame, in few bytes, and back."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

import orjson

from vision.result import Judgement, Shape, StepResult

from .columns import clean

MOST_POINTS = 200  # of a shape; more says no more on a screen
MOST = 5000  # points of a part; what did not pass goes first
PER_PX = 10  # points are kept to a tenth of a pixel
Size = tuple[int, int]  # width, height px


def drawing_bytes(steps: Sequence[StepResult], size: Size) -> bytes:
    """The frame's size and the shapes of all steps, at most 5000 points: mostly some hundred bytes, at most 50 kB."""
    return zlib.compress(orjson.dumps([*size, *(_packed(*one) for one in _chosen(steps))]), 1)


def drawn(steps: tuple[StepResult, ...], data: bytes) -> tuple[tuple[StepResult, ...], Size]:
    """`steps` with their shapes, and the frame's size. The inverse of `drawing_bytes`."""
    width, height, *packed = orjson.loads(zlib.decompress(data))
    shapes: dict[int, list[Shape]] = {}
    for position, closed, label, role, numbers in packed:
        shapes.setdefault(position, []).append(Shape(tuple(_points(numbers)), bool(closed), label, role))
    with_shapes = (replace(step, overlay=tuple(shapes.get(i, ()))) for i, step in enumerate(steps))
    return tuple(with_shapes), (width, height)


def _chosen(steps: Sequence[StepResult]) -> Iterator[tuple[int, Shape]]:
    """Shapes with the position of their step, until there are too many points."""
    points = 0
    numbered = [(i, shape) for i, step in enumerate(steps) for shape in step.overlay]
    for position, shape in sorted(numbered, key=lambda one: steps[one[0]].judgement is Judgement.PASS):
        points += min(len(shape.points), MOST_POINTS)
        if points > MOST:
            return
        yield position, shape


def _packed(position: int, shape: Shape) -> list[Any]:
    """x and y by turns, each less the one before it: neighbours lie near, and small numbers pack well.

    Plain loops: a commit that a PLC waits for pays for every microsecond.
    """
    flat: list[int] = []
    last_x = last_y = 0
    for x, y in shape.points[:MOST_POINTS]:
        ten_x, ten_y = round(x * PER_PX), round(y * PER_PX)
        flat += (ten_x - last_x, ten_y - last_y)
        last_x, last_y = ten_x, ten_y
    return [position, int(shape.closed), clean(shape.label), shape.role, flat]


def _points(numbers: Sequence[int]) -> Iterator[tuple[float, float]]:
    xs, ys = accumulate(numbers[::2]), accumulate(numbers[1::2])
    return ((x / PER_PX, y / PER_PX) for x, y in zip(xs, ys, strict=True))
