"""Results as the Machine Vision model of OPC UA gets them: from the line, or from the database."""

import math
from collections import OrderedDict
from dataclasses import replace

from protocols.opcua.machine_vision import ConfigurationFacts, RecipeFacts, ResultFacts, StepFacts, Wanted
from vision.result import Judgement, StepResult

from .inspection import NOTHING, Given, Inspection
from .plc import CODES
from .store import ResultDetail, ResultFilter, ResultRow, Results

PAGE = 200
GIVEN = 10_000
_JUDGEMENTS = {code: judgement for judgement, code in CODES.items()}


class GivenIds:
    """Those of the newest jobs that were given any, known before the database has them."""

    def __init__(self) -> None:
        self._by_number: OrderedDict[int, Given] = OrderedDict()

    def add(self, number: int, **ids: str) -> None:
        """`meas_id`, `product_id`; an empty one changes nothing."""
        if told := {name: own for name, own in ids.items() if own}:
            self._by_number[number] = replace(self.get(number), **told)
            if len(self._by_number) > GIVEN:
                self._by_number.popitem(last=False)

    def get(self, number: int) -> Given:
        return self._by_number.get(number, NOTHING)


def facts_of_inspection(
    inspection: Inspection, recipe: RecipeFacts, given: Given, configuration: ConfigurationFacts
) -> ResultFacts:
    """As it was offered to the PLC."""
    accepted, outcome = inspection.accepted, inspection.outcome
    return ResultFacts(
        accepted.number,
        recipe,
        str(_JUDGEMENTS[outcome.judgement]),
        outcome.reject_class,
        inspection.result.message,
        given.meas_id,
        accepted.part_id.decode("utf-8", "replace"),
        outcome.simulated,
        accepted.accepted_at_us,
        inspection.finished_at_us,
        outcome.acquisition_us / 1000,
        outcome.processing_us / 1000,
        configuration,
        tuple(map(_step, inspection.result.steps)),
        product_id=given.product_id,
    )


def facts_of_row(row: ResultRow, recipe: RecipeFacts, configuration: ConfigurationFacts) -> ResultFacts:
    """Without its steps."""
    return ResultFacts(
        row.number,
        recipe,
        str(row.judgement),
        row.reject_class,
        row.reason,
        row.meas_id,
        row.part_id,
        row.forced,
        row.accepted_at_us,
        row.finished_at_us,
        row.acquisition_us / 1000,
        row.processing_us / 1000,
        configuration,
        image=bool(row.image),
        product_id=row.product_id,
    )


def facts_of_detail(detail: ResultDetail, recipe: RecipeFacts, configuration: ConfigurationFacts) -> ResultFacts:
    """With its steps."""
    facts = facts_of_row(detail.row, recipe, configuration)
    return replace(facts, steps=tuple(map(_step, detail.steps)))


async def found(store: Results, wanted: Wanted, start: int, count: int) -> list[ResultRow]:
    """Newest first: `count` of those that match, after the first `start`.

    Raises:
        StoreError: The database cannot be read.
    """
    if wanted.number is not None:
        detail = await store.get(wanted.number)
        return [detail.row][start : start + count] if detail and _fits(detail.row, wanted) else []
    asked = ResultFilter(job=wanted.job, part_id=wanted.part_id, meas_id=wanted.meas_id, product_id=wanted.product_id)
    matching: list[ResultRow] = []
    before: int | None = None
    while len(matching) < start + count:
        page = await store.page(asked, before, PAGE)
        matching += [row for row in page if _fits(row, wanted)]
        if len(page) < PAGE:
            break
        before = page[-1].number
    return matching[start : start + count]


def _fits(row: ResultRow, wanted: Wanted) -> bool:
    return (
        wanted.job in (None, row.job)
        and wanted.version in (None, row.recipe_version)
        and wanted.part_id in (None, row.part_id)
        and wanted.meas_id in (None, row.meas_id)
        and wanted.product_id in (None, row.product_id)
    )


def _step(step: StepResult) -> StepFacts:
    main = step.main
    return StepFacts(
        step.name, main.value if main else math.nan, main.unit if main else "", step.judgement is Judgement.PASS
    )
