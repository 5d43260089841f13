"""The map in docs/modbus.md: what stands at which address."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from docs.markdown import table
from protocols import tags
from protocols.handshake.results import CAPACITY
from protocols.modbus.areas import COILS, DISCRETE_INPUTS, HOLDING_WORDS, INPUT_BLOCKS
from protocols.tag import Address, Area, Tag

Row = tuple[object, ...]

FUNCTIONS = {
    1: ("Read coils", "1 to 2000 bits"),
    2: ("Read discrete inputs", "1 to 2000 bits"),
    3: ("Read holding registers", "1 to 125 registers"),
    4: ("Read input registers", "1 to 125 registers"),
    5: ("Write single coil", "0000 or FF00"),
    6: ("Write single register", ""),
    7: ("Read exception status", "the low byte of StatusWord"),
    8: ("Diagnostics", "sub-functions 0 (echo), 10 (clear), 11 to 15 and 18 (counters)"),
    15: ("Write multiple coils", "1 to 1968 bits"),
    16: ("Write multiple registers", "1 to 123 registers"),
    17: ("Report server id", "product name; run indicator FF while Online"),
    22: ("Mask write register", ""),
    23: ("Read/write multiple registers", "write 1 to 121, read 1 to 125 registers"),
    43: ("Read device identification", "43/14: basic, regular, individual; objects 0 to 6"),
}
BLOCKS = {
    0: "status block",
    tags.RESULT_BASE: "current result",
    tags.USER_BASE: "user-defined block",
    tags.COMPACT_BASE: "compact block",
    tags.RING_BASE: f"result ring, {tags.RING_SLOTS} slots of {tags.SLOT_WORDS} registers",
}


def span(first: int, words: int = 1) -> str:
    return f"{first}" if words == 1 else f"{first}–{first + words - 1}"


def one_based(area: Area, register: int, words: int = 1) -> str:
    """The 4xxxx or 3xxxx form."""
    return span((40001 if area is Area.HOLDING else 30001) + register, words)


def areas() -> str:
    inputs: list[Row] = [
        (f"input registers {span(start, count)}", one_based(Area.INPUT, start, count), "read", BLOCKS[start])
        for start, count in INPUT_BLOCKS
    ]
    mirrored = (tags.MIRROR_BASE, HOLDING_WORDS - tags.MIRROR_BASE)
    return table(
        ("area", "1-based", "access", "content"),
        [
            (f"coils {span(0, COILS)}", f"{span(1, COILS)}", "read, write", "the bits of ControlWord (HR 0)"),
            (
                f"discrete inputs {span(0, DISCRETE_INPUTS)}",
                one_based_bit(0, DISCRETE_INPUTS),
                "read",
                "0–15 StatusWord, 16–31 StatusWord2, 32–63 ToolPassBits, 64–95 ToolExecutedBits, "
                "96–127 user-defined outputs",
            ),
            (
                f"holding registers {span(0, tags.COMMAND_WORDS)}",
                one_based(Area.HOLDING, 0, tags.COMMAND_WORDS),
                "read, write",
                "command image",
            ),
            (
                f"holding registers {span(*mirrored)}",
                one_based(Area.HOLDING, *mirrored),
                "read",
                f"mirror: holding register {tags.MIRROR_BASE} + n reads as input register n",
            ),
            *inputs,
            ("everything else", "", "", "exception 02"),
        ],
    )


def one_based_bit(first: int, count: int) -> str:
    return span(10001 + first, count)


def functions() -> str:
    return table(("code", "function", "limits"), [(code, *text) for code, text in FUNCTIONS.items()])


def _in(area: Area, start: int, end: int, *, bits: bool) -> Iterable[tuple[Tag[Any], Address]]:
    """Tags with their main address there, by address."""
    found = [(tag, tag.address) for tag in tags.ALL if tag.address is not None]
    here = [
        (tag, at)
        for tag, at in found
        if at.area is area and start <= at.register < end and (at.bit is not None) == bits
    ]
    return sorted(here, key=lambda row: (row[1].register, row[1].bit or 0))


def command_image() -> str:
    rows = [
        (span(at.register, tag.wire.words), one_based(Area.HOLDING, at.register, tag.wire.words), *_meaning(tag))
        for tag, at in _in(Area.HOLDING, 0, tags.COMMAND_WORDS, bits=False)
    ]
    return table(("HR", "1-based", "name", "type", "access", "meaning"), rows)


def _meaning(tag: Tag[Any]) -> Row:
    unit = f" ({tag.unit})" if tag.unit else ""
    return tag.name, _type(tag), "R/W" if tag.address and tag.address.area is Area.HOLDING else "R", tag.help + unit


def _type(tag: Tag[Any]) -> str:
    return f"text, {2 * tag.wire.words} bytes" if tag.wire.name == "text" else tag.wire.name


def _inputs(start: int, end: int) -> str:
    rows = [
        (
            span(at.register, tag.wire.words),
            one_based(Area.INPUT, at.register, tag.wire.words),
            one_based(Area.HOLDING, tags.MIRROR_BASE + at.register, tag.wire.words),
            *_meaning(tag),
        )
        for tag, at in _in(Area.INPUT, start, end, bits=False)
    ]
    return table(("IR", "1-based", "mirror, 1-based", "name", "type", "access", "meaning"), rows)


def status_block() -> str:
    return _inputs(0, 64)


def current_result() -> str:
    return _inputs(tags.RESULT_BASE, tags.RESULT_BASE + tags.RESULT_WORDS)


def control_bits() -> str:
    rows = [
        (f"HR 0.{at.bit}", at.bit, f"{1 + (at.bit or 0):05}", tag.name, tag.help)
        for tag, at in _in(Area.HOLDING, 0, 1, bits=True)
    ]
    return table(("bit", "coil", "1-based", "name", "meaning"), rows)


def status_bits() -> str:
    reason = (4, "OfflineReason", "3 bits: 0 none, 1 engineer, 2 PLC, 3 OPC UA, 4 error, 5 reserved, 6 start-up")
    rows: list[tuple[int, str, str]] = [
        (16 * at.register + (at.bit or 0), tag.name, tag.help) for tag, at in _in(Area.INPUT, 0, 2, bits=True)
    ]
    return table(
        ("bit", "discrete input", "1-based", "name", "meaning"),
        [
            (f"IR {at // 16}.{at % 16}" + ("–6" if name == reason[1] else ""), at, 10001 + at, name, text)
            for at, name, text in sorted([*rows, reason])
        ],
    )


def compact_block() -> str:
    start, end = tags.COMPACT_BASE, tags.COMPACT_BASE + tags.COMPACT_WORDS
    rows = [
        (at.register, tag)
        for tag in tags.ALL
        for at in (tag.address, *tag.copies)
        if at is not None and at.area is Area.INPUT and at.bit is None and start <= at.register < end
    ]
    return table(
        ("IR", "1-based", "mirror, 1-based", "name", "type", "meaning"),
        [
            (
                span(at, tag.wire.words),
                one_based(Area.INPUT, at, tag.wire.words),
                one_based(Area.HOLDING, tags.MIRROR_BASE + at, tag.wire.words),
                tag.name,
                _type(tag),
                _copy_meaning(tag, at),
            )
            for at, tag in sorted(rows, key=lambda row: row[0])
        ],
    )


def _copy_meaning(tag: Tag[Any], at: int) -> str:
    if tag.address is None or tag.address.register == at:
        return tag.help
    guard = ", guard: equal to IR 910 in a whole block" if at == tags.COMPACT_BASE + tags.COMPACT_WORDS - 1 else ""
    return f"copy of IR {tag.address.register}{guard}"


def ring_slot() -> str:
    """The words of one slot; how they are cut from the current result is held by the handshake's tests."""
    header = [
        (span(at.register - tags.RESULT_BASE, tag.wire.words), tag.name, _type(tag), f"as IR {at.register}")
        for tag, at in _in(Area.INPUT, tags.RESULT_BASE, 128, bits=False)
    ]
    rest = [
        (27, "ResultSeq", "uint16", "guard of the header"),
        ("28–59", "ResultValues", "float32[16]", "values of slots 0 to 15"),
        ("60–61", "ResultEncoderPosition", "int32", "as IR 366"),
        (62, "RejectClass", "uint16", "as IR 330"),
        (63, "ResultSeq", "uint16", "guard of the slot"),
    ]
    return table(("word", "name", "type", "meaning"), [*header, *rest])


def slot_addresses() -> str:
    starts = [tags.RING_BASE + tags.SLOT_WORDS * slot for slot in range(tags.RING_SLOTS)]
    return table(
        ("ResultSeq mod 16", "IR", "1-based", "mirror, 1-based"),
        [
            (slot, start, one_based(Area.INPUT, start), one_based(Area.HOLDING, tags.MIRROR_BASE + start))
            for slot, start in enumerate(starts)
        ],
    )


def constants() -> str:
    return table(
        ("name", "value"),
        [
            ("MapVersion", f"0x{tags.MAP_VERSION:04X}"),
            ("QueueCapacity", CAPACITY),
            ("slots of the ring", tags.RING_SLOTS),
            ("last ResultSeq before 1", tags.LAST_RESULT_SEQ),
            ("tool slots of a recipe", tags.SLOTS),
        ],
    )


TABLES: Mapping[str, Callable[[], str]] = {
    made.__name__: made
    for made in (
        areas,
        functions,
        command_image,
        status_block,
        current_result,
        control_bits,
        status_bits,
        compact_block,
        ring_slot,
        slot_addresses,
        constants,
    )
}
