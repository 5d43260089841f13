"""From an acquisition to the part's judgement."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import ErrorCode, ImageFormatError, ImageQualityError
from ..frame import Acquisition, Inputs
from ..recipe import ERROR_CLASS, Recipe, SortClasses
from ..result import InspectionResult, Judgement, Status, StepResult
from .combine import combine
from .gate import check_format, check_quality
from .prepared import PreparedRecipe, blank, make_ready
from .results import switched_off
from .run import Run
from .sorting import Sorted, sort

NOT_SORTED = Sorted(Judgement.FAIL)

log = logging.getLogger(__name__)


def prepare(recipe: Recipe, folder: Path) -> PreparedRecipe:
    """Make a recipe ready, off the line: taught data, tools, and one run on a blank frame.

    Args:
        folder: The recipe's own, with its taught data.

    Raises:
        RecipeError: It cannot be used; `problems` has every reason.
    """
    prepared = make_ready(recipe, folder)
    warm_up = Run(blank(recipe), prepared, Inputs())
    for one in prepared.steps:
        try:
            one.tool.measure(warm_up.view_of(one.step))
        except Exception as exc:  # a blank frame proves nothing, and what matters shows on a real one
            log.debug("warm-up of step %r: %s", one.step.name, exc)
    return prepared


def inspect(
    acquisition: Acquisition,
    recipe: PreparedRecipe,
    inputs: Inputs,
    *,
    deadline_ns: int | None = None,
    layers: frozenset[str] = frozenset(),
) -> InspectionResult:
    """Judge one part. Never raises for anything that a frame, a recipe or a tool can be.

    Args:
        deadline_ns: CLOCK_MONOTONIC by which it has to end; the recipe's own time limit holds besides.
        layers: Intermediate images wanted in the steps' results, as ``step.layer``.
    """
    began = time.monotonic_ns()
    ends = began + recipe.recipe.time_limit_ms * 1_000_000
    run = Run(acquisition, recipe, inputs, ends if deadline_ns is None else min(ends, deadline_ns), layers)
    if (refused := refusal(run, began)) is not None:
        return refused
    for one in recipe.steps:
        run.run(one)
    return conclude(run, began)


def refusal(run: Run, began: int) -> InspectionResult | None:
    """What an inspection comes to whose frames no tool is to look at; None = they can be judged."""
    try:
        _gate(run)
    except (ImageFormatError, ImageQualityError) as exc:
        code = ErrorCode.IMAGE_FORMAT if isinstance(exc, ImageFormatError) else ErrorCode.IMAGE_QUALITY
        return _refused(run.recipe, str(exc), code, began)
    return None


def conclude(run: Run, began: int) -> InspectionResult:
    """The part's judgement, once every step was run; `began`: CLOCK_MONOTONIC (ns)."""
    recipe = run.recipe
    results = tuple(run.outcomes[step.name].result for step in recipe.recipe.steps)
    sorted_into = sort(rule, run.results_of) if isinstance(rule := recipe.recipe.combine, SortClasses) else None
    judged = _whole(recipe.recipe, results, sorted_into, cut_off=run.over, began=began)
    return replace(judged, steps=run.results()) if recipe.repeats else judged


def _gate(run: Run) -> None:
    image = run.recipe.recipe.image
    for shot in dict.fromkeys(one.shot for one in run.recipe.steps):
        if shot not in run.acquisition.frames:
            raise ImageFormatError(f"image format: shot {shot!r} is missing from the acquisition")
        frame = run.acquisition.frames[shot]
        check_format(frame, image)
        if image.quality_gate:
            check_quality(frame)


def _whole(
    recipe: Recipe, results: tuple[StepResult, ...], sorted_into: Sorted | None, *, cut_off: bool, began: int
) -> InspectionResult:
    counted = [(result, step.weight) for result, step in zip(results, recipe.steps, strict=True) if result.counts]
    judgement = _judgement(recipe, counted, sorted_into, cut_off)
    chosen = sorted_into if sorted_into is not None and judgement is not Judgement.ERROR else NOT_SORTED
    reason = _first([result for result, _ in counted], judgement)
    message, code = _words(recipe, reason, judgement, cut_off)
    if judgement is not Judgement.PASS and not cut_off and sorted_into is not None and counted:
        message = f"{sorted_into.message}; {message}" if reason is not None else sorted_into.message
    return InspectionResult(
        judgement,
        results,
        reject_class=ERROR_CLASS if judgement is Judgement.ERROR else _reject_class(chosen, reason),
        message=message,
        error_code=code,
        duration_us=(time.monotonic_ns() - began) // 1000,
        timed_out=cut_off,
        sort_class=chosen.name,
        sort_number=chosen.number,
    )


def _judgement(
    recipe: Recipe, counted: Sequence[tuple[StepResult, float]], sorted_into: Sorted | None, cut_off: bool
) -> Judgement:
    if cut_off or not counted:
        return Judgement.ERROR
    if sorted_into is not None:
        return sorted_into.judgement
    assert not isinstance(recipe.combine, SortClasses)
    return combine(recipe.combine, [(result.judgement, weight) for result, weight in counted])


def _reject_class(chosen: Sorted, reason: StepResult | None) -> int:
    """That of its sort class, else of the first failing step; 0 = PASS."""
    if chosen.judgement is Judgement.PASS or chosen.reject_class:
        return chosen.reject_class
    return reason.reject_class if reason is not None else 0


def _first(results: Sequence[StepResult], judgement: Judgement) -> StepResult | None:
    """The step that a result is explained by: the first such one, rather one that did run."""
    if judgement is Judgement.PASS:
        return None
    same = [result for result in results if result.judgement is judgement]
    return next((result for result in same if result.status is not Status.NOT_RUN), same[0] if same else None)


def _words(recipe: Recipe, reason: StepResult | None, judgement: Judgement, cut_off: bool) -> tuple[str, ErrorCode]:
    if judgement is Judgement.PASS:
        return "", ErrorCode.NONE
    if cut_off:
        return f"time limit of {recipe.time_limit_ms} ms is over", ErrorCode.TIME_LIMIT
    if reason is None:
        return ("the recipe has no steps" if not recipe.steps else "no step was run"), ErrorCode.RECIPE
    code = ErrorCode(reason.error_code or ErrorCode.TOOL) if judgement is Judgement.ERROR else ErrorCode.NONE
    return f"{reason.name}: {reason.message}", code


def _refused(recipe: PreparedRecipe, message: str, code: ErrorCode, began: int) -> InspectionResult:
    """No tool looked at it."""
    steps = tuple(
        switched_off(step)
        if not step.enabled
        else StepResult(
            step.name,
            step.tool.type,
            Judgement.ERROR,
            Status.NOT_RUN,
            slot=step.slot,
            reject_class=step.reject_class,
            message=f"not run: {message}",
            error_code=code,
        )
        for step in recipe.recipe.steps
    )
    duration_us = (time.monotonic_ns() - began) // 1000
    return InspectionResult(Judgement.ERROR, steps, ERROR_CLASS, message, code, duration_us)
