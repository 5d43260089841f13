"""Forced values as the registers that readers get."""

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .. import tags
from ..image import Overlay
from ..tag import Area, Tag
from .points import Point, Value

Patch = tuple[int, int, int]  # register, mask, bits

SIMULATED = 1 << 5  # of ResultFlags
FLAGS_AT = [at.register for at in (tags.RESULT_FLAGS.address, *tags.RESULT_FLAGS.copies) if at]
VALID_AT = [(at.register, at.bit or 0) for at in (tags.RESULTS_VALID.address, *tags.RESULTS_VALID.copies) if at]


def overlay(forced: Mapping[Point, Value]) -> Overlay:
    """What readers get in place of the real values.

    Where a value of the result is forced, ResultFlags says simulated, and ResultsValid is 0 unless it is forced too: a
    result that is partly real is never offered as one.
    """
    registers: dict[int, tuple[int, int]] = {}
    of_result = any(point.of_result for point in forced)
    if of_result:
        _lay(registers, ((register, 1 << bit, 0) for register, bit in VALID_AT))
    for point, value in forced.items():
        _lay(registers, _patches(point, value))
    if of_result:
        _lay(registers, ((register, SIMULATED, SIMULATED) for register in FLAGS_AT))
    bits = {1 << point.output: value for point, value in forced.items() if point.output is not None}
    return Overlay(
        registers,
        (sum(bits), sum(bit for bit, value in bits.items() if value)),
        frozenset(tag for tag in tags.ALL if _covers(registers, tag)),
    )


def _patches(point: Point, value: Value) -> Iterator[Patch]:
    data = point.orders.encode(point.wire, value)
    for at in point.places:
        if at.bit is not None:
            yield at.register, 1 << at.bit, bool(value) << at.bit
            continue
        for i, (word,) in enumerate(struct.iter_unpack(">H", data)):
            yield at.register + i, 0xFFFF, word
    if point.length_at is not None:
        yield point.length_at.register, 0xFFFF, len(str(value).encode())
    if point.low_word_at is not None:
        yield point.low_word_at.register, 0xFFFF, int(value) & 0xFFFF


def _lay(registers: dict[int, tuple[int, int]], patches: Iterable[Patch]) -> None:
    for register, mask, bits in patches:
        before_mask, before = registers.get(register, (0, 0))
        registers[register] = before_mask | mask, before & ~mask | bits


def _covers(registers: Mapping[int, tuple[int, int]], tag: Tag[Any]) -> bool:
    """Whether a reader of `tag` gets something else than its real value."""
    at = tag.address
    if at is None or at.area is not Area.INPUT:
        return False
    if at.bit is not None:
        return bool(registers.get(at.register, (0, 0))[0] >> at.bit & 1)
    return any(register in registers for register in range(at.register, at.register + tag.wire.words))
