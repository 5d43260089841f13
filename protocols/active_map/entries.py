"""Every value of the active map as one entry: where it stands, and what it is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from .. import tags
from ..codec import WordOrder
from ..tag import COMMAND, Address, Area, Tag
from ..user_block import Layout, UserValue, span

COIL, DISCRETE, HOLDING, INPUT = "coil", "discrete input", "holding register", "input register"
FIRST = {COIL: 1, DISCRETE: 10001, INPUT: 30001, HOLDING: 40001}  # what 1-based tools call address 0
_CONTROL, _USER_OUTPUTS = "control bits", "user-defined outputs"
_RING_REST = (  # name, type, word, words
    ("HeaderGuard", "uint16", 27, 1),
    ("ResultValues", "float32[16]", 28, 32),
    ("EncoderPosition", "int32", 60, 2),
    ("RejectClass", "uint16", 62, 1),
    ("Guard", "uint16", 63, 1),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `address` is 0-based, of the table that `table` names."""

    name: str
    block: str  # of the map: command image, status block …
    table: str
    address: int
    count: int  # registers or bits
    type: str
    access: str  # read | write
    meaning: str = ""
    unit: str = ""
    word_order: WordOrder | None = None  # None: as the station's
    user: bool = False

    @property
    def one_based(self) -> int:
        """As many PLC and SCADA tools write it: 1, 10001, 30001, 40001 for address 0."""
        return FIRST[self.table] + self.address

    @property
    def mirror(self) -> int | None:
        """The holding register with the same content, 0-based; None: it has none."""
        here = tags.MIRROR_BASE + self.address
        return here if self.table == INPUT and here + self.count <= 10000 else None


def active_map(layout: Layout) -> tuple[Entry, ...]:
    """By block, then by address; copies and ring slots have names of their own."""
    found = [entry for tag in tags.ALL for entry in _of_tag(tag)]
    found += [*_user(layout), *_ring()]
    order = {name: i for i, name in enumerate(_ORDER)}
    return tuple(sorted(found, key=lambda e: (order[e.block], e.address)))


_BLOCKS = (
    (0, 64, "status block"),
    (tags.RESULT_BASE, tags.RESULT_WORDS, "current result"),
    (tags.USER_BASE, tags.USER_WORDS, "user-defined block"),
    (tags.COMPACT_BASE, tags.COMPACT_WORDS, "compact block"),
)
_ORDER = ("command image", _CONTROL, "status bits", *(name for *_, name in _BLOCKS), _USER_OUTPUTS, "result ring")


def _of_tag(tag: Tag[Any]) -> Iterator[Entry]:
    if tag.address is None:
        return
    first = _entry(tag, tag.address)
    yield first
    taken = {first.block}
    for at in tag.copies:
        if at.bit is not None:
            continue  # the same bit in the compact block's copy of the word
        copy = _entry(tag, at)
        name = f"{'Compact' if copy.block == 'compact block' else ''}{tag.name}"
        guard = "Guard" if copy.block in taken else ""
        taken.add(copy.block)
        suffix = str(at.register) if guard and copy.block == "current result" else ""
        yield replace(copy, name=name + guard + suffix, meaning=f"{tag.help} (copy of {tag.address})")


def _entry(tag: Tag[Any], at: Address) -> Entry:
    access = "write" if tag.access is COMMAND else "read"
    words = (tag.wire.name.replace("text", "string"), access, tag.help, tag.unit)
    if at.bit is not None:
        table, block = (COIL, _CONTROL) if at.area is Area.HOLDING else (DISCRETE, "status bits")
        return Entry(tag.name, block, table, 16 * at.register + at.bit, 1, *words)
    if at.area is Area.HOLDING:
        return Entry(tag.name, "command image", HOLDING, at.register, tag.wire.words, *words)
    block = next(name for start, count, name in _BLOCKS if start <= at.register < start + count)
    return Entry(tag.name, block, INPUT, at.register, tag.wire.words, *words)


def _user(layout: Layout) -> Iterator[Entry]:
    for value in layout.block.values:
        yield from _user_value(value)
    for output in layout.block.outputs:
        meaning = _from(output.source, output.by_job)
        yield Entry(output.name, _USER_OUTPUTS, DISCRETE, output.input, 1, "bool", "read", meaning, user=True)


def _user_value(value: UserValue) -> Iterator[Entry]:
    block, order = "user-defined block", value.word_order
    if value.type == "string":
        length = f"Bytes of {value.name}, 0-{value.length}"
        yield Entry(f"{value.name}Length", block, INPUT, value.address, 1, "uint16", "read", length, user=True)
        count = span("string", value.length) - 1
        meaning = _from(value.source, value.by_job)
        yield Entry(value.name, block, INPUT, value.address + 1, count, "string", "read", meaning, user=True)
        return
    kind = "uint16" if value.type == "bits" else value.type
    bits = ", ".join(f"bit {i} {source}" for i, source in enumerate(value.bits) if source)
    scale = "" if (value.scale, value.offset) == (1, 0) else f"; register = value × {value.scale:g} + {value.offset:g}"
    meaning = bits or _from(value.source, value.by_job) + scale
    words = span(value.type, None)
    yield Entry(value.name, block, INPUT, value.address, words, kind, "read", meaning, "", order, user=True)


def _from(source: str, by_job: dict[str, str]) -> str:
    jobs = "".join(f"; job {job}: {text or 'nothing'}" for job, text in by_job.items())
    return f"{source or 'nothing'}{jobs}"


def _ring() -> Iterator[Entry]:
    header = [
        (tag.name, tag.wire.name, tag.address.register - tags.RESULT_BASE, tag.wire.words)
        for tag in tags.ALL
        if tag.address and tag.address.area is Area.INPUT and tag.address.bit is None
        if tags.RESULT_BASE <= tag.address.register < tags.RESULT_BASE + 27
    ]
    for slot in range(tags.RING_SLOTS):
        start = tags.RING_BASE + tags.SLOT_WORDS * slot
        for name, kind, word, count in (*header, *_RING_REST):
            meaning = f"of the result whose ResultSeq mod {tags.RING_SLOTS} is {slot}"
            yield Entry(f"Ring{slot:02}_{name}", "result ring", INPUT, start + word, count, kind, "read", meaning)
