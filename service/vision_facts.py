"""Results as the Machine Vision model of OPC UA gets them: from the line, or from the database."""

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from protocols.opcua.machine_vision import ConfigurationFacts, RecipeFacts, ResultFacts, StepFacts, Wanted
from vision.result import Judgement, StepResult

from .inspection import Inspection
from .plc import CODES
from .store import ResultDetail, ResultFilter, ResultRow, Results

PAGE = 200
MEAS_IDS = 10_000
_JUDGEMENTS = {code: judgement for judgement, code in CODES.items()}


class MeasIds:
    """The measurement ids of the newest jobs that were given one; no restart outlives them."""

    def __init__(self) -> None:
        self._by_number: OrderedDict[int, str] = OrderedDict()

    def set(self, number: int, meas_id: str) -> None:
        if meas_id:
            self._by_number[number] = meas_id
            if len(self._by_number) > MEAS_IDS:
                self._by_number.popitem(last=False)

    def get(self, number: int) -> str:
        """ "" = none."""
        return self._by_number.get(number, "")

    def numbers(self, meas_id: str) -> list[int]:
        """Newest first."""
        return [number for number, own in reversed(self._by_number.items()) if own == meas_id]


def facts_of_inspection(
    inspection: Inspection, recipe: RecipeFacts, meas_id: str, configuration: ConfigurationFacts
) -> ResultFacts:
    """As it was offered to the PLC."""
    accepted, outcome = inspection.accepted, inspection.outcome
    return ResultFacts(
        accepted.number,
        recipe,
        str(_JUDGEMENTS[outcome.judgement]),
        outcome.reject_class,
        inspection.result.message,
        meas_id,
        accepted.part_id.decode("utf-8", "replace"),
        outcome.simulated,
        accepted.accepted_at_us,
        inspection.finished_at_us,
        outcome.acquisition_us / 1000,
        outcome.processing_us / 1000,
        configuration,
        tuple(map(_step, inspection.result.steps)),
    )


def facts_of_row(row: ResultRow, recipe: RecipeFacts, meas_id: str, configuration: ConfigurationFacts) -> ResultFacts:
    """Without its steps."""
    return ResultFacts(
        row.number,
        recipe,
        str(row.judgement),
        row.reject_class,
        row.reason,
        meas_id,
        row.part_id,
        row.forced,
        row.accepted_at_us,
        row.finished_at_us,
        row.acquisition_us / 1000,
        row.processing_us / 1000,
        configuration,
        image=bool(row.image),
    )


def facts_of_detail(
    detail: ResultDetail, recipe: RecipeFacts, meas_id: str, configuration: ConfigurationFacts
) -> ResultFacts:
    """With its steps."""
    facts = facts_of_row(detail.row, recipe, meas_id, configuration)
    return replace(facts, steps=tuple(map(_step, detail.steps)))


async def found(store: Results, wanted: Wanted, meas_ids: MeasIds, start: int, count: int) -> list[ResultRow]:
    """Newest first: `count` of those that match, after the first `start`.

    Raises:
        StoreError: The database cannot be read.
    """
    if wanted.number is not None or wanted.meas_id is not None:
        numbers = [wanted.number] if wanted.number is not None else meas_ids.numbers(wanted.meas_id or "")
        return await _of_numbers(store, wanted, meas_ids, numbers, start, count)
    matching: list[ResultRow] = []
    before: int | None = None
    while len(matching) < start + count:
        page = await store.page(ResultFilter(job=wanted.job, part_id=wanted.part_id), before, PAGE)
        matching += [row for row in page if _fits(row, wanted, meas_ids)]
        if len(page) < PAGE:
            break
        before = page[-1].number
    return matching[start : start + count]


async def _of_numbers(
    store: Results, wanted: Wanted, meas_ids: MeasIds, numbers: Sequence[int], start: int, count: int
) -> list[ResultRow]:
    matching: list[ResultRow] = []
    for number in numbers:
        detail = await store.get(number)
        if detail is not None and _fits(detail.row, wanted, meas_ids):
            matching.append(detail.row)
            if len(matching) >= start + count:
                break
    return matching[start:]


def _fits(row: ResultRow, wanted: Wanted, meas_ids: MeasIds) -> bool:
    return (
        wanted.job in (None, row.job)
        and wanted.version in (None, row.recipe_version)
        and wanted.part_id in (None, row.part_id)
        and wanted.meas_id in (None, meas_ids.get(row.number))
    )


def _step(step: StepResult) -> StepFacts:
    main = step.main
    return StepFacts(
        step.name, main.value if main else math.nan, main.unit if main else "", step.judgement is Judgement.PASS
    )
