"""What to draw on a part's frame, in few bytes, and back."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain

import numpy as np
import orjson

from vision.result import Judgement, Shape, StepResult

from .columns import clean

MOST_POINTS = 200  # of a shape; more says no more on a screen
MOST = 5000  # points of a part; what did not pass goes first
PER_PX = 10  # points are kept to a tenth of a pixel
Size = tuple[int, int]  # width, height px


def drawing_bytes(steps: Sequence[StepResult], size: Size) -> bytes:
    """The frame's size and the shapes of all steps, at most 5000 points: mostly some hundred bytes, at most 50 kB."""
    chosen = list(_chosen(steps))
    numbers = _differences([shape.points[:MOST_POINTS] for _, shape in chosen])
    packed = (
        [position, int(shape.closed), clean(shape.label), shape.role, own]
        for (position, shape), own in zip(chosen, numbers, strict=True)
    )
    return zlib.compress(orjson.dumps([*size, *packed]), 1)


def drawn(steps: tuple[StepResult, ...], data: bytes) -> tuple[tuple[StepResult, ...], Size]:
    """`steps` with their shapes, and the frame's size. The inverse of `drawing_bytes`."""
    width, height, *packed = orjson.loads(zlib.decompress(data))
    shapes: dict[int, list[Shape]] = {}
    for position, closed, label, role, numbers in packed:
        shapes.setdefault(position, []).append(Shape(tuple(_points(numbers)), bool(closed), label, role))
    with_shapes = (replace(step, overlay=tuple(shapes.get(i, ()))) for i, step in enumerate(steps))
    return tuple(with_shapes), (width, height)


def outlines(data: bytes, step: int) -> tuple[Size, list[list[tuple[float, float]]]]:
    """The frame's size, and the points of the shapes of one step; of what `drawing_bytes` packed."""
    width, height, *packed = orjson.loads(zlib.decompress(data))
    return (width, height), [list(_points(numbers)) for position, _, _, _, numbers in packed if position == step]


def _chosen(steps: Sequence[StepResult]) -> Iterator[tuple[int, Shape]]:
    """Shapes with the position of their step, until there are too many points."""
    points = 0
    numbered = [(i, shape) for i, step in enumerate(steps) for shape in step.overlay]
    for position, shape in sorted(numbered, key=lambda one: steps[one[0]].judgement is Judgement.PASS):
        points += min(len(shape.points), MOST_POINTS)
        if points > MOST:
            return
        yield position, shape


def _differences(shapes: Sequence[Sequence[tuple[float, float]]]) -> Iterator[list[int]]:
    """Of each shape x and y by turns, each less the one before it: neighbours lie near, and small numbers pack well.

    All shapes at once: a commit that a PLC waits for pays for every microsecond.
    """
    flat = np.fromiter(chain.from_iterable(chain.from_iterable(shapes)), float)
    if not np.isfinite(flat).all():
        raise ValueError("a point that is no place")
    tenths = np.rint(flat * PER_PX).astype(np.int64).reshape(-1, 2)
    differences = np.diff(tenths, axis=0, prepend=0)
    ends = list(accumulate(map(len, shapes)))
    starts = [end - len(shape) for end, shape in zip(ends, shapes, strict=True) if shape]
    differences[starts] = tenths[starts]
    numbers = differences.ravel().tolist()
    for end, shape in zip(ends, shapes, strict=True):
        yield numbers[2 * (end - len(shape)) : 2 * end]


def _points(numbers: Sequence[int]) -> Iterator[tuple[float, float]]:
    xs, ys = accumulate(numbers[::2]), accumulate(numbers[1::2])
    return ((x / PER_PX, y / PER_PX) for x, y in zip(xs, ys, strict=True))
