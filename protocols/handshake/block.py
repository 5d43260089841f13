"""A result as registers: the current block and the ring slot, in the word and character order of the settings."""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .. import tags
from ..codec import Orders
from ..user_block.layout import EMPTY, Layout, Shown
from .types import Accepted, Finished, Outcome

PASS, FAIL, ERROR = 1, 2, 3  # judgements; at the same time their bit of ResultFlags
HERE, SIMULATED, LOST, CLAMPED = 1, 1 << 5, 1 << 6, 1 << 13
SHOWN_FLAGS = 0x1F  # a result stands here, pass, fail, error, partial: cleared by a trigger
NO_CLASS = 65535
FLAGS, TOOL_BITS, VALUES, ERROR_CODE, REJECT_CLASS, ENCODER = (2 * word for word in (2, 20, 28, 26, 230, 266))  # bytes
_HEADER = struct.Struct(">HHHHIIQIIIIIIHHHH")
_STATUSES, _INT16S = struct.Struct(">32H"), struct.Struct(">32h")
_TAIL = struct.Struct(">HH128s16xHHH64sHiH")
_VALUES = struct.Struct(">32f")
_FLOAT_MAX = 3.4028234663852886e38
_U16, _U32 = 0xFFFF, 0xFFFFFFFF
_LONG = [4, 6, 12, 14, 16, 18, 20, 22, *range(28, 92, 2), 266]  # words where 32-bit numbers begin
_TIME, _STRINGS = 8, (slice(316, 444), slice(466, 530))  # AcquisitionTime; Decoded, ResultPartId (bytes)

NOTHING_SHOWN = Shown(EMPTY.blank)


@dataclass(frozen=True, slots=True)
class Result:
    """A result as it stands on the wire."""

    seq: int
    flags: int  # without bit 6, which belongs to the head of the queue
    block: bytes  # 269 registers, as IR 100-368
    user: Shown = NOTHING_SHOWN  # its user-defined block

    @property
    def slot(self) -> bytes:
        """64 registers: header, the first 16 values, EncoderPosition, RejectClass, ResultSeq."""
        block = self.block
        return b"".join((block[:120], block[ENCODER : ENCODER + 4], block[REJECT_CLASS : REJECT_CLASS + 2], block[:2]))


def judged(accepted: Accepted, outcome: Outcome) -> Outcome:
    """The outcome as it is stored and offered: a judgement forced by command 10 stands, and RejectClass follows it."""
    judgement = accepted.forced or outcome.judgement
    reject_class = {PASS: 0, ERROR: NO_CLASS}.get(judgement, outcome.reject_class)
    if judgement == FAIL and not 0 < reject_class < NO_CLASS:
        reject_class = 1
    if (judgement, reject_class) == (outcome.judgement, outcome.reject_class):
        return outcome
    if judgement != outcome.judgement:  # it was not sorted so
        outcome = replace(outcome, sort_class="", sort_number=0)
    return replace(outcome, judgement=judgement, reject_class=reject_class)


def encode(finished: Finished, orders: Orders, not_measured: float, layout: Layout = EMPTY) -> Result:
    """Return the registers of a judged result; what does not fit a register stands as its limit.

    Args:
        finished: The result; its outcome as `judged` gave it.
        orders: Word and character order.
        not_measured: What a value register holds where a value is not finite or beyond float32.
        layout: Of the user-defined block.
    """
    user = layout.show(finished.outcome.user, _facts(finished))
    flags = _flags(finished.accepted, finished.outcome) | (CLAMPED if user.clamped else 0)
    block = bytearray(_header(finished, flags) + _values(finished.outcome, not_measured) + _tail(finished))
    if orders.word != "ABCD":
        for word in _LONG:
            block[2 * word : 2 * word + 4] = orders.reorder(bytes(block[2 * word : 2 * word + 4]))
        block[2 * _TIME : 2 * _TIME + 8] = orders.reorder(bytes(block[2 * _TIME : 2 * _TIME + 8]))
    if orders.string != "high-first":
        for part in _STRINGS:
            block[part] = orders.text_bytes(bytes(block[part]))
    return Result(finished.seq, flags, bytes(block), user)


def _facts(finished: Finished) -> dict[str, int | bytes]:
    """What a user-defined value may show of any result, by the names of `user_block.sources`."""
    accepted, outcome = finished.accepted, finished.outcome
    return {
        "seq": finished.seq,
        "trigger_seq": accepted.seq,
        "job": accepted.job,
        "recipe_version": outcome.recipe_version,
        "inspection_id": accepted.number & _U32,
        "reject_class": outcome.reject_class,
        "sort_class": outcome.sort_class.encode(),
        "sort_number": outcome.sort_number,
        "judgement": outcome.judgement,
        "cycle_us": outcome.trigger_to_result_us,
        "pass": outcome.judgement == PASS,
        "fail": outcome.judgement == FAIL,
        "error": outcome.judgement == ERROR,
        "part_id": accepted.part_id,
    }


def _flags(accepted: Accepted, outcome: Outcome) -> int:
    simulated = bool(outcome.simulated or accepted.forced)
    bits = HERE | 1 << outcome.judgement | outcome.partial << 4 | simulated << 5 | outcome.timed_out << 7
    return bits | accepted.source << 8 | (not outcome.stored) << 12


def _header(finished: Finished, flags: int) -> bytes:
    accepted, outcome, seq = finished.accepted, finished.outcome, finished.seq
    return _HEADER.pack(
        seq,
        accepted.seq,
        flags,
        accepted.job & _U16,
        accepted.number & _U32,
        accepted.user_tag & _U32,
        max(outcome.acquisition_time_us, 0),
        *(_within(us, _U32) for us in (outcome.trigger_to_result_us, outcome.acquisition_us)),
        *(_within(us, _U32) for us in (outcome.processing_us, outcome.waiting_us)),
        outcome.passed & _U32,
        outcome.executed & _U32,
        _within(outcome.tool_count, _U16),
        sum(map(math.isfinite, outcome.values[: tags.SLOTS])),
        _within(outcome.error_code, _U16),
        seq,
    )


def _values(outcome: Outcome, not_measured: float) -> bytes:
    values = [v if -_FLOAT_MAX <= v <= _FLOAT_MAX else not_measured for v in outcome.values[: tags.SLOTS]]
    return _VALUES.pack(*values, *[not_measured] * (tags.SLOTS - len(values)))


def _tail(finished: Finished) -> bytes:
    accepted, outcome, seq = finished.accepted, finished.outcome, finished.seq
    text = outcome.decoded or b""
    nothing_read = outcome.decoded == b""
    return b"".join(
        (
            _pack(_STATUSES, outcome.statuses, 0, _U16),
            _pack(_INT16S, outcome.int16s, -0x8000, 0x7FFF),
            _TAIL.pack(
                min(len(text), 128),
                (len(text) > 128) | nothing_read << 1,
                text[:128],
                outcome.reject_class,
                seq,
                len(accepted.part_id),
                accepted.part_id,
                outcome.recipe_version & _U16,
                accepted.encoder,
                seq,
            ),
        )
    )


def _pack(layout: struct.Struct, numbers: Sequence[int], low: int, high: int) -> bytes:
    """One number a slot; missing ones are 0."""
    try:
        return layout.pack(*numbers)
    except struct.error:
        fitting = [max(low, min(number, high)) for number in numbers[: tags.SLOTS]]
        return layout.pack(*fitting, *[0] * (tags.SLOTS - len(fitting)))


def _within(number: int, limit: int) -> int:
    return max(0, min(number, limit))
