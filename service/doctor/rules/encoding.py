"""Numbers and texts in another order than the station's."""

import itertools
import struct
from collections.abc import Iterable, Sequence

from protocols.codec import WordOrder
from protocols.settings import ModbusSettings

from ..case import Case, Program
from ..rule import ERROR, WARNING, Found, Rule
from ..seen import Seen

USER_TAG, PART_ID_LENGTH, PART_ID = 12, 16, 17
ORDERS: dict[WordOrder, tuple[int, ...]] = {
    "ABCD": (0, 1, 2, 3),
    "CDAB": (2, 3, 0, 1),
    "BADC": (1, 0, 3, 2),
    "DCBA": (3, 2, 1, 0),
}
STEP = 1000  # a counter of parts moves by less


def _word_order(case: Case) -> Iterable[Found]:
    """A UserTag that counts in another order than the set one."""
    for program in case.programs:
        found: list[Seen] = []
        raw: list[bytes] = []
        for seen in program.writes:
            if USER_TAG in seen.written and USER_TAG + 1 in seen.written:
                data = struct.pack(">2H", seen.written[USER_TAG], seen.written[USER_TAG + 1])
                if not raw or raw[-1] != data:
                    found, raw = [*found, seen], [*raw, data]
        ours = case.settings.word_order
        order = next((o for o in ORDERS if o != ours and _counts(raw, o)), None)
        if order and not _counts(raw, ours):
            values = {"order": order, "ours": ours, "read": _number(raw[-1], ours), "meant": _number(raw[-1], order)}
            yield Found(program.address, found, values, len(found))


def _number(data: bytes, order: WordOrder) -> int:
    return int.from_bytes(bytes(data[i] for i in ORDERS[order]), "big")


def _counts(raw: Sequence[bytes], order: WordOrder) -> bool:
    numbers = [_number(data, order) for data in raw]
    steps = [b - a for a, b in itertools.pairwise(numbers)]
    return len(steps) >= 2 and all(0 < step < STEP for step in steps)


def _part_ids(program: Program) -> list[tuple[Seen, int, bytes]]:
    """Its writes of a part id: length and the bytes as they stand in the registers."""
    found = []
    for seen in program.writes:
        words = [seen.written.get(at) for at in range(PART_ID, PART_ID + 32)]
        given = [word for word in words if word is not None]
        if given and PART_ID_LENGTH in seen.written:
            found.append((seen, seen.written[PART_ID_LENGTH], struct.pack(f">{len(given)}H", *given)))
    return found


def _string_order(case: Case) -> Iterable[Found]:
    """Of an odd length the last character stands in the other half of its register."""
    for program in case.programs:
        found = []
        for seen, length, data in _part_ids(program):
            if length % 2 and length < len(data) and _misplaced(data, length, case.settings):
                found.append((seen, data))
        if found:
            seen, data = found[-1]
            length = seen.written[PART_ID_LENGTH]
            meant = bytes(b for pair in zip(data[1::2], data[::2], strict=True) for b in pair)[:length]
            values = {"read": _text(data[:length]), "meant": _text(meant), "order": _other(case.settings)}
            if case.settings.string_order == "low-first":
                values |= {"read": values["meant"], "meant": values["read"]}
            yield Found(program.address, [s for s, _ in found], values, len(found))


def _misplaced(data: bytes, length: int, settings: ModbusSettings) -> bool:
    """`data` is as on the wire: with high-first the padding is the low byte of the last register."""
    high, low = data[length - 1], data[length]
    return (not high and low != 0) if settings.string_order == "high-first" else (high != 0 and not low)


def _other(settings: ModbusSettings) -> str:
    return "low-first" if settings.string_order == "high-first" else "high-first"


def _text(data: bytes) -> str:
    return data.replace(b"\0", b".").decode("ascii", "replace")


def _no_length(case: Case) -> Iterable[Found]:
    for program in case.programs:
        found = [seen for seen, length, data in _part_ids(program) if not length and data.strip(b"\0")]
        if found:
            yield Found(program.address, found, {}, len(found))


RULES = (
    Rule(601, "word_order", ERROR, _word_order),
    Rule(602, "string_order", ERROR, _string_order),
    Rule(603, "part_id_without_length", WARNING, _no_length),
)
