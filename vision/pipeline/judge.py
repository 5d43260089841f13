"""What a step's findings are worth by its limits."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..calibration import Calibration
from ..errors import ToolError
from ..frame import Inputs
from ..recipe import Limit, Step
from ..result import Judgement, Measurement, Reading, Status
from ..tool import Findings, Measure
from .matching import mismatch
from .words import measured

NO_LIMIT = Limit()
INT16 = 32767


@dataclass(frozen=True, slots=True)
class Verdict:
    """A step's judgement, and what it was made from."""

    judgement: Judgement
    status: Status
    message: str = ""
    measurements: tuple[Measurement, ...] = ()
    main: Measurement | None = None
    int16: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The numbers of one measure: one, or one a region."""

    measure: Measure
    numbers: tuple[Measurement, ...]
    worst: Measurement  # named after the measure alone


def judge(
    step: Step,
    findings: Findings,
    calibration: Calibration,
    inputs: Inputs,
    readings: Mapping[str, Reading],
) -> Verdict:
    """Judge what a tool found.

    Raises:
        ToolError: A limited measure or a ruled reading is absent, a number is not finite.
        TypeError: The tool does not keep to what it declares.
    """
    taken = _taken(step, findings, calibration)
    judgement, status, message = _outcome(step, findings, taken, inputs, readings)
    return Verdict(
        judgement,
        status,
        message,
        tuple(number for one in taken for number in one.numbers),
        next((one.worst for one in taken if one.measure.main), None),
        next((_int16(one) for one in taken if one.measure.int16), None),
    )


def _outcome(
    step: Step, findings: Findings, taken: Sequence[Taken], inputs: Inputs, readings: Mapping[str, Reading]
) -> tuple[Judgement, Status, str]:
    if not findings.found:
        return _not_found(step, findings)
    if step.not_found == "pass":
        return Judgement.FAIL, Status.FAIL, "found, but it must not be there"
    _complete(step, taken)
    wrong = sorted((one for one in taken if _fails(one.worst)), key=lambda one: not one.measure.main)
    reasons = [_words(one) for one in wrong]
    reasons += list(_mismatches(step, findings, inputs, readings))
    if not reasons:
        return Judgement.PASS, Status.PASS, ""
    if findings.reason:
        reasons.append(findings.reason)
    return Judgement.FAIL, _side(wrong[0].worst) if wrong else Status.FAIL, "; ".join(reasons)


def _not_found(step: Step, findings: Findings) -> tuple[Judgement, Status, str]:
    message = f"not found: {findings.reason}" if findings.reason else "not found"
    match step.not_found:
        case "pass":
            return Judgement.PASS, Status.PASS, ""
        case "error":
            return Judgement.ERROR, Status.ERROR, message
        case "fail":
            return Judgement.FAIL, Status.NOT_FOUND, message


def _taken(step: Step, findings: Findings, calibration: Calibration) -> list[Taken]:
    measures = {measure.name: measure for measure in step.tool.measures}
    if unknown := set(findings.values) - set(measures):
        raise TypeError(f"{step.tool.type} gave numbers that it does not declare: {sorted(unknown)}")
    return [
        _numbers(measure, value, step, calibration)
        for name, measure in measures.items()
        if (value := findings.values.get(name)) is not None
    ]


def _numbers(measure: Measure, value: float | tuple[float, ...], step: Step, calibration: Calibration) -> Taken:
    expected = max(1, len(step.regions)) if measure.each_region else None
    given = len(value) if isinstance(value, tuple) else None
    if given != expected:
        raise TypeError(f"{step.tool.type} gave {given} numbers for {measure.name}, {expected} expected")
    values = value if isinstance(value, tuple) else (value,)
    limit, unit = step.limits.get(measure.name, NO_LIMIT), unit_of(step, measure, calibration)
    several = len(values) > 1
    numbers = tuple(
        _measurement(f"{measure.name}[{i}]" if several else measure.name, float(one), unit, limit)
        for i, one in enumerate(values, 1)
    )
    for number in numbers:
        if not math.isfinite(number.value):
            raise ToolError(f"{measure.name} is {number.value}: it could not be measured")
    worst = min(numbers, key=lambda number: number.margin) if several else numbers[0]
    return Taken(measure, numbers, replace(worst, name=measure.name) if several else worst)


def _measurement(name: str, value: float, unit: str, limit: Limit) -> Measurement:
    """With the step's gain and offset, and its limits."""
    low, high, warn_low, warn_high = limit.ends
    judged = value * limit.gain + limit.offset
    return Measurement(name, judged, unit, low, high, warn_low, warn_high, limit.nominal)


def unit_of(step: Step, measure: Measure, calibration: Calibration) -> str:
    """As people are shown it."""
    match step.tool.unit_of(measure):
        case "length":
            return calibration.unit
        case "area":
            return f"{calibration.unit}²"
        case unit:
            return unit


def _complete(step: Step, taken: Sequence[Taken]) -> None:
    given = {one.measure.name for one in taken}
    for name, limit in step.limits.items():
        if limit.binds and name not in given:
            raise ToolError(f"{name} has limits, but was not measured")


def _mismatches(step: Step, findings: Findings, inputs: Inputs, readings: Mapping[str, Reading]) -> Iterator[str]:
    for name, rule in step.matches.items():
        given = [reading for reading in findings.readings if reading.name == name]
        if not given:
            raise ToolError(f"{name} has a rule to match, but was not read")
        for reading in given:
            if reason := mismatch(reading, rule, inputs, readings):
                yield f"{name}: {reason}"


def _fails(measurement: Measurement) -> bool:
    return measurement.judgement is Judgement.FAIL


def _words(taken: Taken) -> str:
    """The worst number, and in which region where there are several."""
    if len(taken.numbers) == 1:
        return measured(taken.worst)
    region = 1 + [number.value for number in taken.numbers].index(taken.worst.value)
    return f"region {region}: {measured(taken.worst)}"


def _side(measurement: Measurement) -> Status:
    return Status.TOO_LOW if measurement.value < measurement.low else Status.TOO_HIGH


def _int16(taken: Taken) -> int:
    factor = 1000 if taken.measure.int16 == "score" else 1
    return max(-INT16 - 1, min(INT16, round(taken.worst.value * factor)))
