"""What is wrong with a user-defined block by itself: overlaps, odd addresses, fields that do not belong together."""

from collections.abc import Iterator

from .. import tags
from .places import span
from .settings import UserBlockSettings, UserOutput, UserValue
from .sources import FACT_BITS, FACT_NUMBERS, FACT_TEXTS, Source, parse

END = tags.USER_BASE + tags.USER_WORDS
_WORDS = (
    "abs action and any array at begin bool by byte case configuration constant date dint do dt dword else elsif end"
    " exit false finally for from function function_block global goto if in input int interval interface internal"
    " label ldate limit lint lreal lword max message method min mod not null of on or output override persistent"
    " pointer private program property protected public read_only read_write real ref reference repeat resource retain"
    " return sel set shl shr sint string struct super task then this time to tod true type udint uint ulint until"
    " usint var while with word wstring xor step initial_step transition timer counter db char wchar"
)
KEYWORDS = frozenset(_WORDS.split())


def problems_of(block: UserBlockSettings) -> list[str]:
    """A line each: where, which value, what would be right. What recipes have to offer is not looked at."""
    lines: list[str] = []
    for i, value in enumerate(block.values):
        place = f"user_block.values[{i}]"
        lines += [f"{place}.{what}" for what in (*_of_value(value), *_of_sources(value, _fits(value)))]
    for i, output in enumerate(block.outputs):
        place = f"user_block.outputs[{i}]"
        lines += [f"{place}.{what}" for what in _of_sources(output, FACT_BITS)]
    return [*lines, *_overlaps(block), *_names(block)]


def _of_value(value: UserValue) -> Iterator[str]:
    kind, name = value.type, value.name
    last = value.address + span(kind, value.length) - 1
    if last >= END:
        words = f"{name} would reach to register {last}, the block ends with {END - 1}"
        yield f"address: {value.address}: {words}: begin at {END - 1 - (last - value.address)} or before"
    if kind in ("int32", "uint32", "float32") and value.address % 2:
        around = " or ".join(str(a) for a in (value.address - 1, value.address + 1) if tags.USER_BASE <= a < END - 1)
        yield f"address: {value.address}: {name} has two registers and begins at an even one: take {around}"
    if kind == "string" and value.length is None:
        yield f"length: is missing: {name} is a string, say how many bytes it has at most (1 to 128)"
    if kind == "bits" and not any(value.bits):
        yield f'bits: is missing: {name} is of type bits, list its sources from bit 0 on, for example ["hole.passed"]'
    yield from _not_for(value)
    if value.scale == 0:
        yield f"scale: 0 makes every value of {name} the same: take another factor"


def _not_for(value: UserValue) -> Iterator[str]:
    kind = value.type
    for key, given, right in (
        ("length", value.length is not None, kind == "string"),
        ("bits", bool(value.bits), kind == "bits"),
        ("scale", value.scale != 1, kind not in ("bits", "string")),
        ("offset", value.offset != 0, kind not in ("bits", "string")),
        ("word_order", value.word_order is not None, kind in ("int32", "uint32", "float32")),
        ("not_measured", value.not_measured is not None, kind not in ("bits", "string")),
        ("source", bool(value.source), kind != "bits"),
        ("by_job", bool(value.by_job), kind != "bits"),
    ):
        if given and not right:
            yield f"{key}: {value.name} is of type {kind}, which has no {key}: take it out"


def _fits(value: UserValue) -> tuple[str, ...]:
    """Facts that this type may show."""
    return {"string": FACT_TEXTS, "bits": FACT_BITS}.get(value.type, FACT_NUMBERS)


def _of_sources(entry: UserValue | UserOutput, facts: tuple[str, ...]) -> Iterator[str]:
    if isinstance(entry, UserValue) and entry.type == "bits":
        for i, text in enumerate(entry.bits):
            yield from _of_source(f"bits[{i}]", text, facts) if text else ()
        return
    if not entry.source and not entry.by_job:
        yield f'source: is missing: where does {entry.name} come from? For example "hole.diameter"'
    yield from _of_source("source", entry.source, facts) if entry.source else ()
    for job, text in entry.by_job.items():
        yield from _of_source(f"by_job.{job}", text, facts)


def _of_source(place: str, text: str, facts: tuple[str, ...]) -> Iterator[str]:
    try:
        source: Source = parse(text)
    except ValueError as exc:
        yield f"{place}: {exc}"
        return
    if not source.step and source.item not in facts:
        yield f"{place}: {text} does not fit the type; there are {', '.join(f'@{fact}' for fact in facts)}"


def _overlaps(block: UserBlockSettings) -> Iterator[str]:
    owners: dict[int, str] = {}
    for i, value in enumerate(block.values):
        mine = range(value.address, value.address + span(value.type, value.length))
        if taken := next((a for a in mine if a in owners), None):
            free = _free(owners, len(mine), 2 if value.type in ("int32", "uint32", "float32") else 1)
            words = f"register {taken} belongs to {owners[taken]} already"
            hint = f": the next place with room is {free}" if free else ", and there is no room left"
            yield f"user_block.values[{i}].address: {value.address}: {value.name} overlaps: {words}{hint}"
            continue
        owners.update(dict.fromkeys(mine, value.name))
    inputs: dict[int, str] = {}
    for i, output in enumerate(block.outputs):
        if output.input in inputs:
            words = f"discrete input {output.input} belongs to {inputs[output.input]} already"
            yield f"user_block.outputs[{i}].input: {output.input}: {words}"
        inputs.setdefault(output.input, output.name)


def _free(owners: dict[int, str], words: int, step: int) -> int | None:
    starts = range(tags.USER_BASE, END - words + 1, step)
    after = max(owners) + 1
    room = [a for a in starts if not any(r in owners for r in range(a, a + words))]
    return next((a for a in room if a >= after), room[0] if room else None)


def _names(block: UserBlockSettings) -> Iterator[str]:
    """PLC languages do not tell capitals from small letters."""
    standard = {tag.name.lower(): tag.name for tag in tags.ALL if tag.address is not None}
    seen: dict[str, str] = {}
    entries = [(f"user_block.values[{i}]", v.name) for i, v in enumerate(block.values)]
    entries += [(f"user_block.outputs[{i}]", o.name) for i, o in enumerate(block.outputs)]
    for place, name in entries:
        low = name.lower()
        if low in KEYWORDS:
            yield f"{place}.name: {name} is a word of the PLC languages: take another, for example {name}Value"
        elif low in standard:
            yield f"{place}.name: {name} is a tag of the standard map: take another, for example My{name}"
        elif low in seen:
            yield f"{place}.name: {name} is the name of {seen[low]} already"
        seen.setdefault(low, place)
