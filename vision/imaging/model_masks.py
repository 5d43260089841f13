"""Masks of single objects, as YOLO's segmentation models have them: prototypes that each box weighs in its own way.

Bolya et al., *YOLACT: real-time instance segmentation*, 2019.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from .model_output import Boxes, prototypes_of, told

Array = NDArray[Any]
Image8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Mask:
    """The part of the input that one object covers."""

    number: int  # of its box
    corner: tuple[int, int]  # x, y of its first pixel, px of the input
    image: Image8  # ``(h, w)``: 255 where it is
    score: float  # of its box


def masks_of(
    outputs: Sequence[Array], boxes: Boxes, size: tuple[int, int], check_time: Callable[[], None]
) -> Iterator[Mask]:
    """One a box that covers something, in the boxes' order; what is beyond the box does not count.

    Args:
        outputs: Rows of boxes, and ``(1, k, h, w)`` prototypes for `k` numbers a box.
        size: Width and height of the model's input.

    Raises:
        ToolError: There are no prototypes, or they are not finite.
    """
    shapes = [one.shape for one in outputs]
    at = prototypes_of(shapes)
    if at is None:
        needed = "rows of boxes and 1 x k x height x width prototypes, k numbers of each box being for them, are needed"
        raise ToolError(f"the model's outputs {told(shapes)} are no boxes with masks: {needed}")
    planes = np.asarray(outputs[at][0], np.float32)
    if not np.isfinite(planes).all():
        raise ToolError("the model gave prototypes of masks that are not finite")
    for number, (corners, weights) in enumerate(zip(boxes.corners, boxes.coefficients, strict=True)):
        check_time()
        x, y = (max(0, int(np.floor(low + 0.5))) for low in corners[:2])
        right, bottom = (min(side, int(np.floor(high + 0.5))) for side, high in zip(size, corners[2:], strict=True))
        if right <= x or bottom <= y or not np.isfinite(weights).all():
            continue
        logits = _drawn(planes, weights.astype(np.float32), (x, y, right - x, bottom - y), size)
        image = np.where(logits > 0, 255, 0).astype(np.uint8)
        if image.any():
            yield Mask(number, (x, y), image, float(boxes.scores[number]))


def _drawn(
    planes: NDArray[np.float32], weights: NDArray[np.float32], box: tuple[int, int, int, int], size: tuple[int, int]
) -> NDArray[np.float32]:
    """What the prototypes come to in a box of the input, ``(h, w)``; above 0 is the object."""
    x, y, w, h = box
    rows, columns = planes.shape[1:]
    steps = size[0] / columns, size[1] / rows
    left, top = (max(0, int(at / step) - 1) for at, step in zip((x, y), steps, strict=True))
    part = planes[:, top : int((y + h) / steps[1]) + 2, left : int((x + w) / steps[0]) + 2]
    small = np.tensordot(weights, part, (0, 0))
    across, down = (
        (1 / step, (at + 0.5) / step - 0.5 - first) for step, at, first in zip(steps, (x, y), (left, top), strict=True)
    )
    back = np.array([[across[0], 0, across[1]], [0, down[0], down[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(small, back, (w, h), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)
