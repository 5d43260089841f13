"""A step's result from what happened to it."""

from collections.abc import Sequence

from ..errors import ErrorCode
from ..recipe import Step
from ..result import Judgement, Reading, Shape, Status, StepResult
from ..tool import Findings
from .judge import Verdict

SWITCHED_OFF = "switched off"


def result_of(step: Step, verdict: Verdict, findings: Findings, regions: Sequence[Shape]) -> StepResult:
    """Of a step whose tool did its work."""
    return StepResult(
        step.name,
        step.tool.type,
        verdict.judgement,
        verdict.status,
        slot=step.slot,
        reject_class=step.reject_class,
        measurements=verdict.measurements,
        main=verdict.main,
        int16=verdict.int16,
        readings=_numbered(findings.readings),
        features=findings.features,
        overlay=(*regions, *findings.overlay),
        message=verdict.message,
        objects=findings.objects,
        layers=findings.layers,
        error_code=ErrorCode.TOOL if verdict.judgement is Judgement.ERROR else ErrorCode.NONE,
    )


def _numbered(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Several of one name get numbers in their order: code[1], code[2]."""
    names = [reading.name for reading in readings]
    return tuple(
        reading
        if names.count(reading.name) == 1
        else Reading(
            f"{reading.name}[{names[:i].count(reading.name) + 1}]", reading.text, reading.data, reading.confidence
        )
        for i, reading in enumerate(readings)
    )


def error_of(
    step: Step, message: str, code: ErrorCode, regions: Sequence[Shape], *, timed_out: bool = False
) -> StepResult:
    """Of a step that could not be judged."""
    return StepResult(
        step.name,
        step.tool.type,
        Judgement.ERROR,
        Status.ERROR,
        slot=step.slot,
        reject_class=step.reject_class,
        overlay=tuple(regions),
        message=message,
        timed_out=timed_out,
        error_code=code,
    )


def switched_off(step: Step) -> StepResult:
    """Of a step that the recipe keeps and does not run."""
    return not_run(step, SWITCHED_OFF, Judgement.ERROR, counts=False)


def not_run(step: Step, message: str, judgement: Judgement, *, counts: bool = True) -> StepResult:
    """Of a step that was not tried; `counts` False: it need not have been."""
    return StepResult(
        step.name,
        step.tool.type,
        judgement,
        Status.NOT_RUN,
        slot=step.slot,
        reject_class=step.reject_class,
        message=message,
        counts=counts,
    )
