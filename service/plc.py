"""From an inspection to what the PLC and SCADA systems read, and the journal behind the handshake."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from protocols import tags
from protocols.handshake.types import Accepted, Outcome, Source
from protocols.tag import Tag
from vision.frame import Acquisition
from vision.result import InspectionResult, Judgement, Reading, Status, StepResult, by_slot

from .inspection import Inspection

CODES = {Judgement.PASS: 1, Judgement.FAIL: 2, Judgement.ERROR: 3}
DECODED_BYTES = 128


def outcome_of(
    result: InspectionResult,
    acquisition: Acquisition | None,
    *,
    recipe_version: int,
    simulated: bool,
    trigger_to_result_us: int,
    waiting_us: int,
) -> Outcome:
    """The result block of one inspection; values stand at the slot that the recipe gives each step.

    A slot of a step that repeats shows its worst instance (see `vision.result.worst`); the step counts once.
    """
    slots = by_slot(result.steps)
    return Outcome(
        judgement=CODES[result.judgement],
        reject_class=result.reject_class,
        sort_class=result.sort_class,
        sort_number=result.sort_number,
        recipe_version=recipe_version,
        acquisition_time_us=acquisition.first.acquired_at_us if acquisition else 0,
        trigger_to_result_us=trigger_to_result_us,
        acquisition_us=acquisition.duration_us if acquisition else 0,
        processing_us=result.duration_us,
        waiting_us=waiting_us,
        tool_count=sum(step.instance <= 1 for step in result.steps),
        error_code=result.error_code,
        passed=sum(1 << i for i, step in slots.items() if step.judgement is Judgement.PASS and step.status),
        executed=sum(1 << i for i, step in slots.items() if step.status is not Status.NOT_RUN),
        values=tuple(_value(slots.get(i)) for i in range(tags.SLOTS)),
        statuses=tuple(int(slots[i].status) if i in slots else 0 for i in range(tags.SLOTS)),
        int16s=tuple(_int16(slots.get(i)) for i in range(tags.SLOTS)),
        decoded=_decoded(slots),
        simulated=simulated,
        timed_out=result.timed_out,
    )


def _value(step: StepResult | None) -> float:
    return step.main.value if step and step.main else math.nan


def _int16(step: StepResult | None) -> int:
    return max(-0x8000, min(0x7FFF, step.int16)) if step and step.int16 is not None else 0


def _decoded(slots: dict[int, StepResult]) -> bytes | None:
    """The string of the lowest slot that gives one; None where no step reads."""
    readers = [slots[i] for i in sorted(slots) if slots[i].readings]
    if not readers:
        return None
    first: Reading = readers[0].readings[0]
    return first.data or first.text.encode()


@dataclass(frozen=True, slots=True)
class Short:
    """What the arrays of the last 16 results keep of one."""

    seq: int
    code: int
    number: int
    part_id: str
    reject_class: int
    time_us: int  # UTC of the exposure
    values: Sequence[float]  # by slot

    @staticmethod
    def of(inspection: Inspection) -> "Short":
        accepted, outcome = inspection.accepted, inspection.outcome
        time_us = outcome.acquisition_time_us or inspection.finished_at_us
        part_id = accepted.part_id.decode("utf-8", "replace")
        return Short(
            *(inspection.result_seq, outcome.judgement, accepted.number, part_id, outcome.reject_class),
            *(time_us, outcome.values),
        )


def scada_rows(inspection: Inspection, names: Sequence[str], last: Sequence[Short] = ()) -> list[tuple[Tag[Any], Any]]:
    """The rows ``Result.*`` and ``Slot.*`` of one inspection, ``Result.SeqBegin`` first and ``Result.Seq`` last.

    Args:
        names: Of the steps, by slot; "" = the slot is not used.
        last: The newest results, this one last.
    """
    outcome = inspection.outcome
    rows: list[tuple[Tag[Any], Any]] = [(tags.UA_RESULT_SEQ_BEGIN, inspection.result_seq)]
    rows += [*_result_rows(inspection), *_last_rows(last)]
    for slot in range(tags.SLOTS):
        rows += [
            (tags.SLOT_VALUE[slot], outcome.values[slot]),
            (tags.SLOT_PASS[slot], bool(outcome.passed >> slot & 1)),
            (tags.SLOT_STATUS[slot], outcome.statuses[slot]),
            (tags.SLOT_NAME[slot], names[slot]),
            (tags.SLOT_LAST[slot], tuple(one.values[slot] for one in last) if names[slot] else ()),
        ]
    return [*rows, (tags.UA_RESULT_JSON, as_json(inspection)), (tags.UA_RESULT_SEQ, inspection.result_seq)]


def _result_rows(inspection: Inspection) -> list[tuple[Tag[Any], Any]]:
    accepted, outcome, result = inspection.accepted, inspection.outcome, inspection.result
    judgement = {code: name for name, code in CODES.items()}[outcome.judgement]
    return [
        (tags.UA_RESULT_PASS, outcome.judgement == CODES[Judgement.PASS]),
        (tags.UA_RESULT_CODE, outcome.judgement),
        (tags.UA_RESULT_JUDGEMENT, str(judgement)),
        (tags.UA_RESULT_REASON, result.message),
        (tags.UA_RESULT_INSPECTION_ID, accepted.number),
        (tags.UA_RESULT_TRIGGER_SEQ, accepted.seq),
        (tags.UA_RESULT_CMD_TRIGGER, accepted.cmd_trigger),
        (tags.UA_RESULT_SOURCE, int(accepted.source)),
        (tags.UA_RESULT_JOB, accepted.job),
        (tags.UA_RESULT_RECIPE_VERSION, outcome.recipe_version),
        (tags.UA_RESULT_PART_ID, accepted.part_id.decode("utf-8", "replace")),
        (tags.UA_RESULT_ORDER, accepted.order),
        (tags.UA_RESULT_LOT, accepted.lot),
        (tags.UA_RESULT_SHIFT, accepted.shift),
        (tags.UA_RESULT_REJECT_CLASS, outcome.reject_class),
        (tags.UA_RESULT_DECODED, (outcome.decoded or b"").decode("utf-8", "replace")),
        (tags.UA_RESULT_TIME, outcome.acquisition_time_us or inspection.finished_at_us),
        (tags.UA_RESULT_CYCLE_TIME, outcome.trigger_to_result_us / 1000),
        (tags.UA_RESULT_STORED, outcome.stored),
    ]


def _last_rows(last: Sequence[Short]) -> list[tuple[Tag[Any], Any]]:
    return [
        (tags.UA_LAST_SEQS, tuple(one.seq for one in last)),
        (tags.UA_LAST_CODES, tuple(one.code for one in last)),
        (tags.UA_LAST_IDS, tuple(one.number for one in last)),
        (tags.UA_LAST_PART_IDS, tuple(one.part_id for one in last)),
        (tags.UA_LAST_REJECT_CLASSES, tuple(one.reject_class for one in last)),
        (tags.UA_LAST_TIMES, tuple(one.time_us for one in last)),
    ]


def as_json(inspection: Inspection) -> str:
    """The whole result as one JSON text."""
    accepted, outcome = inspection.accepted, inspection.outcome
    steps = [
        {
            "name": step.name,
            "tool": step.tool,
            "judgement": step.judgement,
            "status": int(step.status),
            "message": step.message,
            "values": {m.name: m.value for m in step.measurements},
            "texts": {r.name: r.text for r in step.readings},
        }
        for step in inspection.result.steps
    ]
    return orjson.dumps(
        {
            "number": accepted.number,
            "result_seq": inspection.result_seq,
            "judgement": outcome.judgement,
            "reason": inspection.result.message,
            "job": accepted.job,
            "recipe": inspection.recipe,
            "recipe_version": outcome.recipe_version,
            "part_id": accepted.part_id.decode("utf-8", "replace"),
            "source": Source(accepted.source).name.lower(),
            "reject_class": outcome.reject_class,
            "sort_class": outcome.sort_class,
            "cycle_us": outcome.trigger_to_result_us,
            "stored": outcome.stored,
            "steps": steps,
        }
    ).decode()


def forced(accepted: Accepted, result: InspectionResult) -> InspectionResult:
    """`result` with the judgement that command 10 or a simulation gives it: how a reject gate is commissioned."""
    if not accepted.forced:
        return result
    judgement = {1: Judgement.PASS, 2: Judgement.FAIL, 3: Judgement.ERROR}[accepted.forced]
    if judgement is result.judgement:
        return result
    reject_class = {Judgement.PASS: 0, Judgement.ERROR: 65535}.get(judgement, 1)
    return InspectionResult(
        judgement,
        result.steps,
        reject_class,
        f"judgement forced, measured {result.judgement}",
        result.error_code,
        result.duration_us,
        result.timed_out,
    )
