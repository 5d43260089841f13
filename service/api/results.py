"""A finished inspection as the web tells it: from the line, or from a stored row."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from protocols.handshake.types import Outcome, Source
from service.inspection import Inspection
from vision.result import Status, StepResult

from .models import JudgementName, ResultEvent, Review, StepEvent, StoredInspection
from .pushed import Overlay

if TYPE_CHECKING:
    from service.stored import StoredResult

JUDGEMENTS: dict[int, JudgementName] = {1: "PASS", 2: "FAIL", 3: "ERROR"}


def of_inspection(inspection: Inspection, image: bool = False) -> ResultEvent:
    """The event of an inspection that just ended; judged as it was offered to the PLC. `image`: one is being kept."""
    accepted, result, outcome = inspection.accepted, inspection.result, inspection.outcome
    return ResultEvent(
        number=accepted.number,
        result_seq=inspection.result_seq,
        judgement=JUDGEMENTS[outcome.judgement],
        reason=_reason(outcome, result.message),
        job=accepted.job,
        recipe=inspection.recipe,
        recipe_version=outcome.recipe_version,
        part_id=text_of(accepted.part_id),
        at_us=inspection.finished_at_us or accepted.accepted_at_us + outcome.trigger_to_result_us,
        cycle_us=outcome.trigger_to_result_us,
        acquisition_us=outcome.acquisition_us,
        processing_us=outcome.processing_us,
        steps=tuple(map(of_step, result.steps)),
        reject_class=outcome.reject_class,
        sort_class=outcome.sort_class,
        source=source_name(accepted.source),
        image=image or bool(inspection.image),
        order=accepted.order,
        lot=accepted.lot,
        shift=accepted.shift,
    )


def of_row(row: "StoredResult", steps: Sequence[StepResult] = ()) -> ResultEvent:
    """The event of a stored inspection."""
    return ResultEvent(**_told(row, steps))


def of_stored(row: "StoredResult", steps: Sequence[StepResult] = ()) -> StoredInspection:
    """With what people said of it, and where it failed."""
    failure, review = row.failure, row.review
    return StoredInspection(
        **_told(row, steps),
        failed_step=clean(failure.step) if failure else "",
        spot=failure.spot if failure else None,
        pinned=row.pinned,
        lossy=is_lossy(row.image),
        review=Review(verdict=review.verdict, reason=clean(review.reason), by=clean(review.by), at_us=review.at_us)
        if review
        else None,
    )


def is_lossy(image: str) -> bool:
    """By the name of its file."""
    return image.lower().endswith((".jpg", ".jpeg"))


def _told(row: "StoredResult", steps: Sequence[StepResult]) -> dict[str, Any]:
    return {
        "number": row.number,
        "result_seq": row.result_seq,
        "judgement": row.judgement.value,
        "reason": clean(row.reason),
        "job": row.job,
        "recipe": row.recipe,
        "recipe_version": row.recipe_version,
        "part_id": clean(row.part_id),
        "at_us": row.finished_at_us,
        "cycle_us": row.cycle_us,
        "acquisition_us": row.acquisition_us,
        "processing_us": row.processing_us,
        "steps": tuple(map(of_step, steps)),
        "reject_class": row.reject_class,
        "sort_class": row.sort_class,
        "source": source_name(row.source),
        "image": bool(row.image),
        "order": row.order,
        "lot": row.lot,
        "shift": row.shift,
    }


def of_step(step: StepResult) -> StepEvent:
    """One step; its value is the main measurement."""
    main = step.main
    return StepEvent(
        name=clean(step.name),
        tool=step.tool,
        instance=step.instance,
        judgement=step.judgement.value,
        status=int(step.status),
        value=finite(main.value) if main else None,
        unit=clean(main.unit) if main else "",
        low=finite(main.low) if main else None,
        high=finite(main.high) if main else None,
        warn_low=finite(main.warn_low) if main else None,
        warn_high=finite(main.warn_high) if main else None,
        nominal=main.nominal if main else None,
        warning=step.status is Status.PASS and any(m.warning for m in step.measurements),
        message=clean(step.message),
    )


def overlays(steps: Sequence[StepResult]) -> tuple[Overlay, ...]:
    """All shapes of an inspection, with the step that drew them."""
    return tuple(
        Overlay(
            step=clean(step.name),
            tool=step.tool,
            judgement=step.judgement.value,
            points=tuple((round(x, 2), round(y, 2)) for x, y in shape.points),
            closed=shape.closed,
            label=clean(shape.label),
            role=shape.role,
        )
        for step in steps
        for shape in step.overlay
    )


def source_name(source: Source) -> str:
    """modbus, opcua, web, hardware, timer or text."""
    return source.name.lower()


def text_of(part_id: bytes) -> str:
    """A part id as people read it; what is no UTF-8 shows as replacement characters."""
    return part_id.decode("utf-8", "replace")


def finite(value: float) -> float | None:
    """None for infinite limits and for what is not a number."""
    return value if math.isfinite(value) else None


def clean(text: str) -> str:
    """Without lone surrogates, which no JSON may hold: texts come from recipes and from codes on parts."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _reason(outcome: Outcome, message: str) -> str:
    if outcome.judgement == 1:
        return ""
    return clean(message) or ("the result could not be stored in time" if not outcome.stored else "")
