"""Triggers and outcomes as they stand in rows, and back, exactly."""

import math
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import orjson

from protocols.handshake.types import Accepted, Outcome, Source
from vision.result import Judgement

JUDGEMENTS = {1: Judgement.PASS, 2: Judgement.FAIL, 3: Judgement.ERROR}

TRIGGER = (
    "number, source, job, accepted_at_us, accepted_ns, trigger_seq, by_bit, client, part_id, user_tag, encoder,"
    " parameters, cmd_trigger, forced"
)
"""Columns that results and acceptances share, in the order of `trigger_values`."""

TRIGGER_COUNT = len(TRIGGER.split(","))
_ARRAYS = ("values", "statuses", "int16s")
_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Outcome)}
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def clean(text: str) -> str:
    """Without what UTF-8 cannot carry (lone surrogates), which would make the row fail."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def trigger_values(accepted: Accepted) -> tuple[Any, ...]:
    """One acceptance as the columns of `TRIGGER`."""
    a = accepted
    return (
        *(a.number, int(a.source), a.job, a.accepted_at_us, a.accepted_ns, a.seq, int(a.by_bit), clean(a.client)),
        *(a.part_id, a.user_tag, a.encoder, _pack(a.parameters), a.cmd_trigger, a.forced),
    )


def trigger(row: Sequence[Any]) -> Accepted:
    """The first columns of `row`, which are `TRIGGER`."""
    number, source, job, at_us, at_ns, seq, by_bit, client, part_id, tag, encoder, parameters, cmd, forced = row[
        :TRIGGER_COUNT
    ]
    return Accepted(
        *(number, Source(source), job, at_us, at_ns, seq, bool(by_bit), client, part_id, tag, encoder),
        parameters=_unpack(parameters),
        cmd_trigger=cmd,
        forced=forced,
    )


def outcome_bytes(outcome: Outcome) -> bytes:
    """JSON of all that differs from the defaults; what JSON lacks (NaN, bytes) is written as text."""
    content = {name: value for name in _DEFAULTS if (value := getattr(outcome, name)) != _DEFAULTS[name]}
    for name in _ARRAYS:
        if name in content:
            content[name] = [_jsonable(v) for v in _trimmed(content[name], _DEFAULTS[name])]
    if outcome.decoded is not None:
        content["decoded"] = outcome.decoded.decode("latin-1")
    return orjson.dumps(content)


def outcome(data: bytes) -> Outcome:
    """The inverse of `outcome_bytes`."""
    content: dict[str, Any] = orjson.loads(data)
    for name in _ARRAYS:
        if name in content:
            given = tuple(_NOT_FINITE.get(v, v) for v in content[name])
            content[name] = given + _DEFAULTS[name][len(given) :]
    if "decoded" in content:
        content["decoded"] = content["decoded"].encode("latin-1")
    return Outcome(**content)


def _pack(words: tuple[int, ...]) -> bytes | None:
    """None for none; else the count and the words up to the last that is not 0."""
    if not words:
        return None
    used = len(words)
    while used and words[used - 1] == 0:
        used -= 1
    return bytes([len(words)]) + b"".join(word.to_bytes(2, "big") for word in words[:used])


def _unpack(data: bytes | None) -> tuple[int, ...]:
    if data is None:
        return ()
    used = tuple(int.from_bytes(data[i : i + 2], "big") for i in range(1, len(data), 2))
    return used + (0,) * (data[0] - len(used))


def _trimmed(values: tuple[Any, ...], default: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the tail that is as in `default`."""
    used = len(values)
    while used and (values[used - 1] == default[used - 1] or values[used - 1] != values[used - 1]):
        used -= 1
    return values[:used]


def _jsonable(value: float) -> float | int | str:
    if isinstance(value, int):
        return int(value)
    return float(value) if math.isfinite(value) else str(float(value))
