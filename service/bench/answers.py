"""What a trial came to, as REST tells it."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.api.evaluation_models import MeasuredValue
from service.api.problem import Fault
from service.api.results import clean, finite, of_step, overlays
from service.api.trial_models import Transform, Trial, TrialReading, TrialStep
from service.draft_shown import faults_of
from vision.errors import ToolError
from vision.pipeline import Run, Tried
from vision.result import Measurement, StepResult
from vision.roi import IDENTITY, Pose


def answer(tried: Tried, content: Mapping[str, Any], problems: Sequence[str], ms: float) -> Trial:
    """`problems` are those of `content`; what could not be made ready comes beside them."""
    result, frame = None if problems else tried.result, tried.run.acquisition.first
    return Trial(
        judgement=None if result is None else result.judgement.value,
        message=tried.refused or ("" if result is None else clean(result.message)),
        reject_class=None if result is None else result.reject_class,
        sort_class="" if result is None else result.sort_class,
        width=frame.width,
        height=frame.height,
        ms=round(ms, 2),
        steps=tuple(_step(step, tried) for step in tried.steps),
        overlays=overlays(tried.steps),
        faults=(*faults_of(problems), *_failed(tried.failed, content)),
    )


def _failed(failed: Mapping[str, str], content: Mapping[str, Any]) -> list[Fault]:
    steps = content.get("steps")
    names = [step.get("name") if isinstance(step, dict) else None for step in steps] if isinstance(steps, list) else []
    places = {name: names.index(name) for name in failed if name in names}
    return [
        Fault(where=f"steps[{places[name]}]", message=clean(words), pointer=f"/steps/{places[name]}")
        for name, words in failed.items()
        if name in places
    ]


def _step(step: StepResult, tried: Tried) -> TrialStep:
    event = of_step(step).model_dump()
    return TrialStep(
        **event,
        code=int(step.error_code),
        measurements=tuple(map(_measured, step.measurements)),
        readings=tuple(
            TrialReading(name=one.name, text=clean(one.text), confidence=one.confidence) for one in step.readings
        ),
        ms=step.duration_us / 1000,
        reused=step.step in tried.reused,
        transform=_moved(step, tried.run),
        located=_located(step, tried.run),
    )


def _measured(one: Measurement) -> MeasuredValue:
    ends = {name: finite(getattr(one, name)) for name in ("value", "low", "high", "warn_low", "warn_high")}
    return MeasuredValue(name=one.name, unit=one.unit, nominal=one.nominal, **ends)


def _moved(result: StepResult, run: Run) -> Transform | None:
    recipe = run.recipe
    instance = recipe.instances.get(result.name)
    try:
        step = instance.step if instance is not None else recipe.recipe.step(result.step)
        pose = run.pose_of(step)
    except (ToolError, KeyError):  # the part was not found
        return None
    return None if pose is IDENTITY else transform(pose)


def _located(result: StepResult, run: Run) -> Transform | None:
    outcome = run.outcomes.get(result.name)
    pose = outcome.findings.pose if outcome is not None and outcome.findings is not None else None
    return None if pose is None else transform(pose)


def transform(pose: Pose) -> Transform:
    """Row by row."""
    a, b, c, d, e, f = (float(value) for value in pose.ravel())
    return a, b, c, d, e, f
