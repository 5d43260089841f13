"""What was inspected, drawn on the frame."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .frame import Image
from .imaging.pixels import Pixels
from .result import InspectionResult, Judgement, Shape, Status, StepResult, worst
from .tool import Region

Colour = tuple[int, int, int]
Points = NDArray[np.float64]

HALO: Colour = (10, 8, 6)
CORE: dict[Judgement, Colour] = {  # BGR, the console's overlay colours
    Judgement.PASS: (160, 230, 82),
    Judgement.FAIL: (77, 90, 255),
    Judgement.ERROR: (255, 157, 255),
}
WIDTH = {Judgement.PASS: 1.5, Judgement.FAIL: 3.0, Judgement.ERROR: 2.0}  # at 1000 px of frame height
DASH = {Judgement.FAIL: (11.0, 5.0), Judgement.ERROR: (1.0, 7.0)}  # on, off; PASS is solid
FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True)
class Drawing:
    """One line to draw, in frame pixels."""

    step: str
    tool: str
    judgement: Judgement
    points: tuple[tuple[float, float], ...]
    closed: bool = True
    label: str = ""  # only on failing steps, once a step; below the line, never on it
    role: str = "region"


def region_shapes(regions: Sequence[Region]) -> tuple[Shape, ...]:
    """The outlines of regions as moved with the part."""
    return tuple(Shape(tuple((float(x), float(y)) for x, y in region.outline)) for region in regions)


def geometry(result: InspectionResult) -> list[Drawing]:
    """Everything to draw, those that pass first, so that failures lie on top.

    Shapes without a point, or with one that is no number, are left out.
    """
    rank = [Judgement.PASS, Judgement.ERROR, Judgement.FAIL]
    steps = sorted(
        (step for step in result.steps if step.status is not Status.NOT_RUN), key=lambda s: rank.index(s.judgement)
    )
    shown = _worst_instances(steps)
    drawings = []
    for step in steps:
        label = "" if step.judgement is Judgement.PASS else _label_of(step, shown)
        for shape in filter(_drawable, step.overlay):
            text = shape.label if step.judgement is not Judgement.PASS else ""
            text, label = text or label, label if text else ""
            drawings.append(Drawing(step.name, step.tool, step.judgement, shape.points, shape.closed, text, shape.role))
    return drawings


def _worst_instances(steps: Sequence[StepResult]) -> dict[str, StepResult]:
    """By step; of those that repeat."""
    instances: dict[str, list[StepResult]] = {}
    for step in steps:
        if step.instance:
            instances.setdefault(step.step, []).append(step)
    return {name: worst(several) for name, several in instances.items()}


def _label_of(step: StepResult, shown: Mapping[str, StepResult]) -> str:
    """Of a step that repeats the worst has the words, the others their number."""
    if step.instance and shown[step.step] is not step:
        return f"[{step.instance}]"
    return f"{step.name}: {step.message}"


def _drawable(shape: Shape) -> bool:
    return bool(shape.points) and all(math.isfinite(x) and math.isfinite(y) for x, y in shape.points)


def draw(image: Image, result: InspectionResult, full_scale: int = 255) -> NDArray[np.uint8]:
    """A BGR copy of `image` with the overlay burnt in: a dark halo under a bright core.

    PASS is thin and solid, FAIL thick and dashed, ERROR dotted; what does not pass has its label below.

    Args:
        full_scale: The value of white in `image`.
    """
    picture = Pixels(image, full_scale).colour.copy()
    scale = max(1.0, min(picture.shape[:2]) / 1000)
    drawings = geometry(result)
    for drawing in drawings:
        _line(picture, drawing, scale)
    for drawing in drawings:
        if drawing.label:
            _label(picture, drawing, scale)
    return picture


def _line(picture: NDArray[np.uint8], drawing: Drawing, scale: float) -> None:
    points = _points(drawing, picture)
    if drawing.closed:
        points = np.concatenate([points, points[:1]])
    dash = DASH.get(drawing.judgement)
    pieces = [points] if dash is None else list(_dashes(points, dash[0] * scale, dash[1] * scale))
    lines = [np.round(piece * 16).astype(np.int32) for piece in pieces]  # 4 bits of fraction
    width = WIDTH[drawing.judgement] * scale
    cv2.polylines(picture, lines, False, HALO, round(width + 4 * scale), cv2.LINE_AA, 4)
    cv2.polylines(picture, lines, False, CORE[drawing.judgement], max(1, round(width)), cv2.LINE_AA, 4)


def _points(drawing: Drawing, picture: NDArray[np.uint8]) -> Points:
    """Pulled near to the picture: dashes all the way to a point far outside would take for ever."""
    reach = 2 * max(picture.shape)
    return np.clip(np.array(drawing.points, dtype=np.float64), -reach, reach)


def _dashes(points: Points, on: float, off: float) -> Iterator[Points]:
    """Pieces of a line, each `on` long (round corners too), `off` apart."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    for start in np.arange(0.0, max(way[-1], 1e-9), on + off):
        end = min(start + on, way[-1])
        inner = points[(way > start) & (way < end)]
        yield np.concatenate([_at(points, way, start), inner, _at(points, way, end)])


def _at(points: Points, way: Points, where: float) -> Points:
    return np.array([[np.interp(where, way, points[:, 0]), np.interp(where, way, points[:, 1])]])


def _label(picture: NDArray[np.uint8], drawing: Drawing, scale: float) -> None:
    """Below the line where there is room, else above it; always wholly inside the picture."""
    text = drawing.label.replace("…", "...").replace("²", "2").encode("ascii", "replace").decode()
    size, thick = 0.5 * scale, max(1, round(scale))
    (width, height), base = cv2.getTextSize(text, FONT, size, thick)
    points, pad = _points(drawing, picture), round(4 * scale)
    rows, columns = picture.shape[:2]
    top = int(points[:, 1].max()) + 2 * pad
    if top + height + base + 2 * pad > rows:
        top = max(0, min(int(points[:, 1].min()) - height - base - 4 * pad, rows - height - base - 2 * pad))
    left = max(0, min(int(points[:, 0].min()), columns - width - 2 * pad))
    corner = (left + width + 2 * pad, top + height + base + 2 * pad)
    cv2.rectangle(picture, (left, top), corner, HALO, cv2.FILLED)
    at = (left + pad, top + pad + height)
    cv2.putText(picture, text, at, FONT, size, CORE[drawing.judgement], thick, cv2.LINE_AA)
