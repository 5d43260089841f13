"""The steps of a result as one JSON document beside their measurements, and back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson

from vision.result import Judgement, Measurement, Reading, Shape, Status, StepResult

from .columns import clean


def steps_bytes(steps: tuple[StepResult, ...]) -> bytes:
    """All but the numbers, which are rows of their own, and what to draw, which is a column of its own."""
    return orjson.dumps([_step(step) for step in steps])


def steps(data: bytes, measurements: list[Measurement]) -> tuple[StepResult, ...]:
    """Steps with their measurements, which come in the order they were taken."""
    rest = iter(measurements)
    return tuple(_restored(content, rest) for content in orjson.loads(data))


def _step(step: StepResult) -> dict[str, Any]:
    content: dict[str, Any] = {"name": clean(step.name), "tool": clean(step.tool), "judgement": step.judgement.value}
    content |= {"status": int(step.status), "count": len(step.measurements), "us": step.duration_us}
    optional = {
        "slot": step.slot,
        "i": step.instance or None,
        "class": step.reject_class or None,
        "main": clean(step.main.name) if step.main else None,
        "main_at": _place_of_main(step),
        "int16": step.int16,
        "message": clean(step.message) or None,
        "late": step.timed_out or None,
        "readings": [_reading(r) for r in step.readings] or None,
    }
    return content | {name: value for name, value in optional.items() if value is not None}


def _place_of_main(step: StepResult) -> int | None:
    """Which of the numbers the main one is, where there is one a region and it has another name than each."""
    if step.main is None or step.main.name in [m.name for m in step.measurements]:
        return None
    regions = [i for i, m in enumerate(step.measurements) if m.name.startswith(f"{step.main.name}[")]
    return next((i for i in regions if step.measurements[i].value == step.main.value), None)


def _main(content: dict[str, Any], measurements: tuple[Measurement, ...]) -> Measurement | None:
    if (place := content.get("main_at")) is not None:
        return replace(measurements[int(place)], name=str(content["main"]))
    return next((m for m in measurements if m.name == content.get("main")), None)


def _reading(reading: Reading) -> list[Any]:
    return [clean(reading.name), clean(reading.text), reading.data.decode("latin-1"), float(reading.confidence)]


def _restored(content: dict[str, Any], rest: Iterator[Measurement]) -> StepResult:
    measurements = tuple(next(rest) for _ in range(content["count"]))
    return StepResult(
        name=content["name"],
        tool=content["tool"],
        judgement=Judgement(content["judgement"]),
        status=Status(content["status"]),
        slot=content.get("slot"),
        instance=content.get("i", 0),
        reject_class=content.get("class", 0),
        measurements=measurements,
        main=_main(content, measurements),
        int16=content.get("int16"),
        readings=tuple(Reading(n, text, raw.encode("latin-1"), c) for n, text, raw, c in content.get("readings", ())),
        overlay=tuple(  # written up to schema 1, of parts that did not pass
            Shape(tuple((x, y) for x, y in points), closed, label, role)
            for points, closed, label, role in content.get("overlay", ())
        ),
        message=content.get("message", ""),
        duration_us=content["us"],
        timed_out=content.get("late", False),
    )
