"""The class of a part, by ordered classes with conditions on its steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..recipe import Condition, SortClass, SortClasses
from ..result import Judgement, Measurement, StepResult
from .combine import combine

Results = Callable[[str], Sequence[StepResult]]
"""Of a step by its name; several where it repeats."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Where a part belongs; no class = none, or it could not be told."""

    judgement: Judgement
    number: int = 0  # of the class, from 1
    name: str = ""
    reject_class: int = 0
    message: str = ""


def sort(rule: SortClasses, results: Results) -> Sorted:
    """The first class that holds.

    Where an ERROR leaves open whether a better one does, the part gets the class that is sure, if all those that it may
    belong to judge alike; else it is ERROR.
    """
    open_to: list[Judgement] = []
    for number, one in enumerate(rule.classes, 1):
        held = _holds(one, results)
        if held is not Judgement.FAIL:
            open_to.append(_judgement(one))
        if held is Judgement.PASS:
            return _sorted(open_to, one, number)
    return _sorted([*open_to, Judgement.FAIL], None, 0)


def _sorted(open_to: Sequence[Judgement], one: SortClass | None, number: int) -> Sorted:
    if len(set(open_to)) > 1:
        return Sorted(Judgement.ERROR, message="its class cannot be told")
    if one is None:
        return Sorted(Judgement.FAIL, message="it fits no class")
    return Sorted(open_to[0], number, one.name, one.reject_class, "" if one.passes else f"class {one.name}")


def _judgement(one: SortClass) -> Judgement:
    return Judgement.PASS if one.passes else Judgement.FAIL


def _holds(one: SortClass, results: Results) -> Judgement:
    """PASS if it does, ERROR if that cannot be told."""
    if not one.conditions:
        return Judgement.PASS
    return combine(one.need, [(_condition(each, results(each.step)), each.weight) for each in one.conditions])


def _condition(condition: Condition, results: Sequence[StepResult]) -> Judgement:
    held = {_of_one(condition, result) for result in results if result.counts}
    for judgement in (Judgement.FAIL, Judgement.ERROR):
        if judgement in held:
            return judgement
    return Judgement.PASS if held else Judgement.FAIL  # a step that was left out shows nothing good


def _of_one(condition: Condition, result: StepResult) -> Judgement:
    if result.judgement is Judgement.ERROR or not condition.limits:
        return result.judgement
    found = _measured(condition.measure, result)
    if not found:  # not found is a finding; what was found and not measured cannot be told
        return Judgement.FAIL if result.judgement is Judgement.FAIL else Judgement.ERROR
    low = float("-inf") if condition.low is None else condition.low
    high = float("inf") if condition.high is None else condition.high
    return Judgement.PASS if all(low <= one.value <= high for one in found) else Judgement.FAIL


def _measured(name: str | None, result: StepResult) -> list[Measurement]:
    """Of a measure that is taken in each region all of them."""
    name = name if name is not None else result.main.name if result.main is not None else None
    return [one for one in result.measurements if one.name == name or one.name.startswith(f"{name}[")]
