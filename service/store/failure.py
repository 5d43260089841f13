"""Where a part did not pass, out of what is stored of it."""

from typing import Any

import orjson

from service.stored import Failure
from vision.result import Judgement

from .drawing import outlines


def failure(steps: bytes, drawing: bytes | None, judgement: Judgement) -> Failure | None:
    """The first step that has the part's judgement, and the box of its shapes; None = no step says so."""
    content: list[dict[str, Any]] = orjson.loads(steps)
    found = next(((i, step) for i, step in enumerate(content) if step["judgement"] == judgement), None)
    if found is None:
        return None
    place, step = found
    return Failure(step["name"], _spot(drawing, place) if drawing else None)


def _spot(drawing: bytes, place: int) -> tuple[float, float, float, float] | None:
    """Of the shapes that have an extent, in shares of the frame, cut to it."""
    (width, height), shapes = outlines(drawing, place)
    points = [point for shape in shapes if len(shape) > 1 for point in shape]
    if not points or not width or not height:
        return None
    xs, ys = zip(*points, strict=True)
    left, right = ((x + 0.5) / width for x in (min(xs), max(xs)))
    top, bottom = ((y + 0.5) / height for y in (min(ys), max(ys)))
    return _share(left), _share(top), _share(right), _share(bottom)


def _share(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 4)
