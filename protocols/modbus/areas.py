"""Which addresses exist in the four areas of the map."""

from collections.abc import Iterable, Sequence

from .. import tags

COILS = 16  # the bits of ControlWord
DISCRETE_INPUTS = 128  # StatusWord, StatusWord2, tool pass, tool executed, user-defined outputs
STATUS_WORDS = 64
HOLDING_WORDS = 10000  # one past the last mirrored register

INPUT_BLOCKS = (
    (0, STATUS_WORDS),
    (tags.RESULT_BASE, tags.RESULT_WORDS),
    (tags.USER_BASE, tags.USER_WORDS),
    (tags.COMPACT_BASE, tags.COMPACT_WORDS),
    (tags.RING_BASE, tags.RING_SLOTS * tags.SLOT_WORDS),
)
HOLDING_BLOCKS = (
    (0, tags.COMMAND_WORDS),
    *((tags.MIRROR_BASE + start, count) for start, count in INPUT_BLOCKS if tags.MIRROR_BASE + start < HOLDING_WORDS),
)


def _ends(blocks: Iterable[tuple[int, int]]) -> Sequence[int]:
    """For each address one past the last register of its block, 0 where there is none."""
    ends: list[int] = []
    for start, count in blocks:
        ends += [0] * (start - len(ends)) + [start + count] * count
    return tuple(ends)


INPUT_ENDS = _ends(INPUT_BLOCKS)
HOLDING_ENDS = _ends(HOLDING_BLOCKS)


def fits(ends: Sequence[int], address: int, count: int) -> bool:
    """Whether all of `count` registers from `address` on exist."""
    return address < len(ends) and address + count <= ends[address]
