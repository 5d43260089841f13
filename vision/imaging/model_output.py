"""What models of the usual kinds say: which class, which boxes, which pixels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError

Array = NDArray[Any]
Floats = NDArray[np.float64]
Task = Literal["classify", "detect", "segment", "instances"]
Format = Literal["yolov8", "yolov5", "end_to_end", "triple"]
Activation = Literal["auto", "none", "softmax", "sigmoid"]
MOST_SIFTED = 1000  # rows of a model that sorts its boxes out itself
MOST_BEFORE_NMS = 3000  # the surest: a model gone wild must not take the line's time
NORMALISED = 2.0  # boxes whose numbers are all below it are shares of the input, not px


@dataclass(frozen=True, slots=True)
class Boxes:
    """In the model's input: ``(n, 4)`` x1, y1, x2, y2 px from its corner; the surest first."""

    corners: Floats
    scores: Floats
    kinds: NDArray[np.int64]
    coefficients: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    """``(n, k)``: how each weighs the `k` prototypes of masks, where the model has them."""

    def only(self, which: Sequence[int] | NDArray[np.intp]) -> "Boxes":
        """These, in this order."""
        weights = self.coefficients[which] if len(self.coefficients) else self.coefficients
        return Boxes(self.corners[which], self.scores[which], self.kinds[which], weights)


def task_of(shapes: Sequence[tuple[int, ...]]) -> Task:
    """By the shapes of what the model gave.

    Raises:
        ToolError: None of the usual ones.
    """
    first = shapes[0]
    if len(shapes) == 1 and (len(first) == 2 or (len(first) == 4 and first[2:] == (1, 1))) and first[0] == 1:
        return "classify"
    if len(shapes) == 1 and len(first) in (3, 4) and _is_image(first):
        return "segment"
    if _format_of(shapes, 0) is not None:
        return "detect" if prototypes_of(shapes) is None else "instances"
    raise ToolError(f"the model's outputs {told(shapes)} are of no kind that is known; set task")


def probabilities(output: Array, activation: Activation) -> Floats:
    """``(classes,)`` 0-1 of ``(1, classes)`` logits or probabilities.

    Raises:
        ToolError: It is no such output, or not finite.
    """
    values = np.asarray(output, np.float64).reshape(-1)
    if output.shape[0] != 1 or not 1 <= len(values) <= 100_000:
        raise ToolError(f"the model's output {told([output.shape])} is no classification: 1 x classes is needed")
    _finite(values)
    if len(values) == 1:
        values = values if _is_share(values, activation) else _sigmoid(values)
        return np.array([1 - values[0], values[0]])
    if activation == "sigmoid":
        return _sigmoid(values)
    done = activation == "none" or (activation == "auto" and values.min() >= 0 and abs(values.sum() - 1) < 0.01)
    return values if done else _softmax(values, 0)


def classes_of(output: Array, activation: Activation) -> tuple[NDArray[np.int64], Floats]:
    """``(h, w)`` class and probability of each pixel, of ``(1, classes, h, w)``, ``(1, 1, h, w)`` or classes.

    Raises:
        ToolError: It is no such output, or not finite.
    """
    if output.ndim == 3 and output.shape[0] == 1:
        output = output[:, None]
    if output.ndim != 4 or output.shape[0] != 1:
        raise ToolError(f"the model's output {told([output.shape])} is no segmentation: 1 x classes x height x width")
    planes = output[0]
    if planes.shape[0] == 1 and np.issubdtype(planes.dtype, np.integer):
        return planes[0].astype(np.int64), np.ones(planes.shape[1:])
    planes = np.asarray(planes, np.float64)
    _finite(planes)
    if len(planes) == 1:
        shares = planes[0] if _is_share(planes, activation) else _sigmoid(planes[0])
        return (shares >= 0.5).astype(np.int64), np.maximum(shares, 1 - shares)
    done = activation == "none" or (activation == "auto" and planes.min() >= 0 and planes.max() <= 1.0)
    shares = planes if done else _sigmoid(planes) if activation == "sigmoid" else _softmax(planes, 0)
    return shares.argmax(axis=0), shares.max(axis=0)


def class_count(task: Task, shapes: Sequence[tuple[int, ...]], wanted: Format | None, labels: int) -> int:
    """How many classes a model knows, by the shapes of its outputs; 0 = they do not say."""
    first = shapes[_rows_at(shapes)]
    if task == "classify":
        return max(2, int(np.prod(first[1:])))
    if task == "segment":
        return max(2, first[1]) if len(first) == 4 else 0
    kind = wanted or _format_of(shapes, labels)
    beside = _coefficients(shapes)
    return {"yolov8": first[1] - 4 - beside, "yolov5": first[-1] - 5 - beside}.get(kind or "", 0)


def boxes_of(
    outputs: Sequence[Array], size: tuple[int, int], least: float, labels: int, wanted: Format | None = None
) -> Boxes:
    """Of the usual exports, those of at least the score `least`; overlapping ones are still in it.

    Args:
        size: Width and height of the model's input.
        labels: How many classes there are; 0 = not known.

    Raises:
        ToolError: It is no such output.
    """
    shapes = [one.shape for one in outputs]
    kind = wanted or _format_of(shapes, labels)
    if kind is None or (kind == "triple") != (_triple(shapes) is not None):
        raise ToolError(
            f"the model's outputs {told(shapes)} are no boxes of the format {kind or 'yolov8, yolov5, ...'}"
        )
    if kind == "triple":
        corners, scores, kinds = _of_triple(outputs)
        weights = np.zeros((len(corners), 0))
    else:
        rows = np.asarray(outputs[_rows_at(shapes)][0], np.float64)
        corners, scores, kinds, weights = _of_rows(rows, kind, _coefficients(shapes))
    sure = (scores >= least) & np.isfinite(corners).all(axis=1)
    order = np.flatnonzero(sure)[np.argsort(-scores[sure], kind="stable")][:MOST_BEFORE_NMS]
    corners = corners[order]
    if len(corners) and corners.max() <= NORMALISED:
        corners = corners * (size[0], size[1], size[0], size[1])
    return Boxes(corners, scores[order], kinds[order], weights[order])


def apart(boxes: Boxes, overlap: float) -> Boxes:
    """Without those that overlap (intersection over union) a surer one of their class by more than `overlap`."""
    kept: list[int] = []
    for kind in sorted(set(boxes.kinds.tolist())):
        of_kind = np.flatnonzero(boxes.kinds == kind)
        x, y, right, bottom = boxes.corners[of_kind].T
        sized = np.stack([x, y, right - x, bottom - y], axis=1)
        chosen = cv2.dnn.NMSBoxes(sized.tolist(), boxes.scores[of_kind].tolist(), 0.0, overlap)
        kept += of_kind[np.asarray(chosen, np.int64).reshape(-1)].tolist()
    return boxes.only(sorted(kept))


def prototypes_of(shapes: Sequence[tuple[int, ...]]) -> int | None:
    """Which of two outputs has the prototypes of masks, ``(1, k, h, w)``; the other has rows of boxes."""
    found = [i for i, shape in enumerate(shapes) if len(shape) == 4 and shape[0] == 1]
    return found[0] if len(shapes) == 2 and len(found) == 1 and len(shapes[1 - found[0]]) == 3 else None


def _format_of(shapes: Sequence[tuple[int, ...]], labels: int) -> Format | None:
    if _triple(shapes) is not None:
        return "triple"
    first = shapes[_rows_at(shapes)]
    if len(first) != 3 or first[0] != 1:
        return None
    rows, columns = first[1:]
    if (beside := _coefficients(shapes)) and columns == 6 + beside and rows <= MOST_SIFTED:
        return "end_to_end"
    if columns == 6 and not (labels == 1 and rows > 1000):
        return "end_to_end"
    if rows < columns and rows >= 5:
        return "yolov8"
    return "yolov5" if columns >= 6 else None


def _of_rows(rows: Floats, kind: Format, coefficients: int) -> tuple[Floats, Floats, NDArray[np.int64], Floats]:
    rows = rows.T if kind == "yolov8" else rows
    begin, end = {"yolov8": 4, "yolov5": 5}.get(kind, 6), rows.shape[1] - coefficients
    of_masks = f" beside {coefficients} for the prototypes of masks" if coefficients else ""
    if kind == "end_to_end" and end < begin:
        raise ToolError(
            f"the model's output has {rows.shape[1]} numbers a box: x1, y1, x2, y2, score, class are needed{of_masks}"
        )
    weights = rows[:, max(begin, end) :]
    rows = np.where(np.isfinite(rows), rows, -1.0)  # a score below any limit, a box of no size
    if kind == "end_to_end":
        return rows[:, :4], rows[:, 4], rows[:, 5].astype(np.int64), weights
    shares = rows[:, begin : max(begin, end)]
    if not shares.shape[1]:
        raise ToolError(f"the model's output has {rows.shape[1]} numbers a box: none is left for a class{of_masks}")
    kinds = shares.argmax(axis=1)
    scores = shares[np.arange(len(rows)), kinds] * (rows[:, 4] if kind == "yolov5" else 1.0)
    half = rows[:, 2:4] / 2
    corners = np.concatenate([rows[:, :2] - half, rows[:, :2] + half], axis=1)
    return corners, _clean(scores), kinds.astype(np.int64), weights


def _coefficients(shapes: Sequence[tuple[int, ...]]) -> int:
    """How many numbers of a box belong to its mask."""
    at = prototypes_of(shapes)
    return 0 if at is None else shapes[at][1]


def _rows_at(shapes: Sequence[tuple[int, ...]]) -> int:
    """Which output has the rows of boxes, or whatever else it is."""
    return 1 if prototypes_of(shapes) == 0 else 0


def _triple(shapes: Sequence[tuple[int, ...]]) -> int | None:
    """Which of at least three outputs has the boxes."""
    flat = [shape[1:] if shape[:1] == (1,) and len(shape) > 1 else shape for shape in shapes]
    found = [i for i, shape in enumerate(flat) if len(shape) == 2 and shape[1] == 4]
    count = sum(len(shape) == 1 for shape in flat)
    return found[0] if len(shapes) >= 3 and found and count >= 2 else None


def _of_triple(outputs: Sequence[Array]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    at = _triple([one.shape for one in outputs]) or 0
    corners = np.asarray(outputs[at], np.float64).reshape(-1, 4)
    rest = [one.reshape(-1) for i, one in enumerate(outputs) if i != at and one.size == len(corners)]
    whole = [one for one in rest if np.issubdtype(one.dtype, np.integer)]
    shares = [one for one in rest if not np.issubdtype(one.dtype, np.integer)]
    if len(whole) != 1 or len(shares) != 1:
        if not len(corners):
            return corners, np.zeros(0), np.zeros(0, np.int64)
        raise ToolError("the model gives boxes, but not one output of whole numbers (classes) and one of scores beside")
    return corners, _clean(np.asarray(shares[0], np.float64)), whole[0].astype(np.int64)


def _is_image(shape: tuple[int, ...]) -> bool:
    height, width = shape[-2:]
    return (
        shape[0] == 1 and height > 6 and width > 6 and (len(shape) == 4 or max(height, width) <= 4 * min(height, width))
    )


def _is_share(values: Floats, activation: Activation) -> bool:
    return activation == "none" or (activation == "auto" and values.min() >= 0 and values.max() <= 1)


def _finite(values: Floats) -> None:
    if not np.isfinite(values).all():
        raise ToolError("the model gave numbers that are not finite")


def _clean(values: Floats) -> Floats:
    return np.nan_to_num(values, nan=-1.0, posinf=-1.0, neginf=-1.0)


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -60, 60))))


def _softmax(values: Floats, axis: int) -> Floats:
    e = np.exp(values - values.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def told(shapes: Sequence[tuple[int, ...]]) -> str:
    """Shapes as a person reads them."""
    return ", ".join("[" + " x ".join(map(str, shape)) + "]" for shape in shapes)
