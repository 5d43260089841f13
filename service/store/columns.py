"""Triggers as they stand in rows, and back, exactly."""

from collections.abc import Sequence
from typing import Any

from protocols.handshake.types import Accepted, Source
from service.stored import Verdict
from vision.result import Judgement

JUDGEMENTS = {1: Judgement.PASS, 2: Judgement.FAIL, 3: Judgement.ERROR}
VERDICTS: dict[int, Verdict] = {1: "real", 2: "false", 3: "unclear"}

TRIGGER = (
    "number, source, job, accepted_at_us, accepted_ns, trigger_seq, by_bit, client, part_id, user_tag, encoder,"
    " parameters, cmd_trigger, forced, work_order, lot, shift, shift_since_us"
)
"""Columns that results and acceptances share, in the order of `trigger_values`."""

TRIGGER_COUNT = len(TRIGGER.split(","))


def clean(text: str) -> str:
    """Without what UTF-8 cannot carry (lone surrogates), which would make the row fail."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def trigger_values(accepted: Accepted) -> tuple[Any, ...]:
    """One acceptance as the columns of `TRIGGER`."""
    a = accepted
    return (
        *(a.number, int(a.source), a.job, a.accepted_at_us, a.accepted_ns, a.seq, int(a.by_bit), clean(a.client)),
        *(a.part_id, a.user_tag, a.encoder, _pack(a.parameters), a.cmd_trigger, a.forced),
        *(clean(a.order), clean(a.lot), clean(a.shift), a.shift_since_us),
    )


def trigger(row: Sequence[Any]) -> Accepted:
    """The first columns of `row`, which are `TRIGGER`."""
    number, source, job, at_us, at_ns, seq, by_bit, client, part_id, tag, encoder, *rest = row[:TRIGGER_COUNT]
    parameters, cmd, forced, order, lot, shift, shift_since_us = rest
    return Accepted(
        *(number, Source(source), job, at_us, at_ns, seq, bool(by_bit), client, part_id, tag, encoder),
        parameters=_unpack(parameters),
        cmd_trigger=cmd,
        forced=forced,
        order=order,
        lot=lot,
        shift=shift,
        shift_since_us=shift_since_us,
    )


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
