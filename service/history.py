"""History of the OPC UA tags out of the results database: which columns make which tag."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import orjson

from protocols import tags
from protocols.opcua.history import Sample, Span, UnreadableError
from protocols.opcua.machine_vision import ResultFacts
from protocols.retentive.records import outcome as outcome_of
from protocols.tag import Tag

from .plc import CODES
from .store import Range, Results, StoreError
from .store.history import FINISHED, SOURCE
from .vision_system import VisionSystem

_NAMES = {code: str(judgement) for judgement, code in CODES.items()}
_COUNTERS: Sequence[Tag[Any]] = (
    *(tags.TRIGGER_COUNT, tags.MISSED_TRIGGER_COUNT, tags.INSPECTION_COUNT, tags.PASS_COUNT, tags.FAIL_COUNT),
    *(tags.FAILED_INSPECTIONS, tags.QUEUE_OVERRUN_COUNT),
)
_INSPECTIONS, _PASSES = 2, 3
_BAD_CONFIGURATION = 0x80890000  # as the tag's quality has it: the recipe had no step in this slot

R = TypeVar("R")
Column = tuple[str, Callable[..., Any]]


def _same(value: Any) -> Any:
    return value


COLUMNS: Mapping[Tag[Any], Column] = {
    tags.UA_RESULT_SEQ_BEGIN: ("result_seq", _same),
    tags.UA_RESULT_SEQ: ("result_seq", _same),
    tags.UA_RESULT_PASS: ("judgement", lambda code: code == 1),
    tags.UA_RESULT_CODE: ("judgement", _same),
    tags.UA_RESULT_JUDGEMENT: ("judgement", _NAMES.__getitem__),
    tags.UA_RESULT_REASON: ("message", _same),
    tags.UA_RESULT_INSPECTION_ID: ("number & 4294967295", _same),
    tags.UA_RESULT_TRIGGER_SEQ: ("trigger_seq", _same),
    tags.UA_RESULT_CMD_TRIGGER: ("cmd_trigger", _same),
    tags.UA_RESULT_SOURCE: ("source", _same),
    tags.UA_RESULT_JOB: ("job", _same),
    tags.UA_RESULT_RECIPE_VERSION: ("recipe_version", _same),
    tags.UA_RESULT_PART_ID: ("part_id", lambda data: data.decode("utf-8", "replace")),
    tags.UA_RESULT_REJECT_CLASS: ("reject_class", _same),
    tags.UA_RESULT_ORDER: ("work_order", _same),
    tags.UA_RESULT_LOT: ("lot", _same),
    tags.UA_RESULT_SHIFT: ("shift", _same),
    tags.UA_RESULT_DECODED: ("outcome", lambda data: (outcome_of(data).decoded or b"").decode("utf-8", "replace")),
    tags.UA_RESULT_TIME: (SOURCE, _same),
    tags.UA_RESULT_CYCLE_TIME: ("cycle_us", lambda us: us / 1000),
    tags.UA_RESULT_STORED: ("stored", bool),
    **{tag: ("counted", lambda data, i=i: orjson.loads(data)[i]) for i, tag in enumerate(_COUNTERS)},
    tags.YIELD: ("counted", lambda data: _share(orjson.loads(data))),
    **{
        tag: ("outcome, steps", lambda data, _, i=i: outcome_of(data).values[i])
        for i, tag in enumerate(tags.SLOT_VALUE)
    },
    **{
        tag: ("outcome, steps", lambda data, _, i=i: bool(outcome_of(data).passed >> i & 1))
        for i, tag in enumerate(tags.SLOT_PASS)
    },
    **{
        tag: ("outcome, steps", lambda data, _, i=i: outcome_of(data).statuses[i])
        for i, tag in enumerate(tags.SLOT_STATUS)
    },
}
"""SQL of each tag, and what makes its value of the columns."""

_SLOTS = {
    tag: slot for column in (tags.SLOT_VALUE, tags.SLOT_PASS, tags.SLOT_STATUS) for slot, tag in enumerate(column)
}


class ResultHistory:
    """Implements `protocols.opcua.history.History`; `begin` comes before anybody can connect."""

    def __init__(self, vision: VisionSystem) -> None:
        self._vision = vision

    def begin(self, store: Results) -> None:
        """The database is open."""
        self._store = store

    async def values(self, tag: Tag[Any], span: Span) -> list[Sample]:
        """The reader's thread makes samples of the rows too, so that the loop has little to do."""
        columns, make = COLUMNS[tag]
        slot = _SLOTS.get(tag)
        present = "counted IS NOT NULL" if columns == "counted" else ""
        wanted = _range(span, SOURCE, present)
        return await self._read(columns, wanted, lambda number, at, *row: _sample(number, at, row, make, slot))

    async def results(self, span: Span) -> list[ResultFacts]:
        """One query for their numbers, and one for each."""
        numbers = await self._read("result_seq", _range(span, FINISHED), lambda number, *_: int(number))
        found = [await self._vision.result(number) for number in numbers]
        return [one for one in found if one is not None]

    async def _read(self, columns: str, wanted: Range, make: Callable[..., R]) -> list[R]:
        try:
            return await self._store.history(columns, wanted, make)
        except StoreError as exc:
            raise UnreadableError(str(exc)) from exc


def _range(span: Span, time: str, present: str = "") -> Range:
    return Range(span.low_us, span.high_us, span.newest_first, span.limit, span.after, time, present or "1")


def _sample(number: int, at_us: int, content: Sequence[Any], make: Callable[..., Any], slot: int | None) -> Sample:
    if slot is not None and slot not in _used(content[1]):
        return Sample(number, at_us, None, _BAD_CONFIGURATION)
    return Sample(number, at_us, make(*content))


def _used(steps: bytes) -> set[int | None]:
    return {step.get("slot") for step in orjson.loads(steps)}


def _share(counted: Sequence[int]) -> float:
    total = counted[_INSPECTIONS]
    return 100 * counted[_PASSES] / total if total else 0.0
