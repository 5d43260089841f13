"""Whether a difference from a master is but an edge that lies a little further off than the registration saw."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .difference import Master
from .spots import Spot

Grey = NDArray[np.uint8]

AROUND_PX = 20  # of what lies round a difference is moved with it: a defect moves alone
LESS = 0.5  # of all that differs there must be left, at most
MARGIN_PX = 3  # what edges are held against beyond the window


def is_shifted(master: Master, laid: Grey, mask: Grey, spot: Spot, brighter: bool, reach: int, least: int) -> bool:
    """Move a window of `laid`, an image on `master`, step by step to where it differs least.

    Args:
        mask: 255 where anything counts.
        spot: A place where `laid` is brighter, or darker, than the master.
        reach: So far at most in x and y (px).
        least: Where so many pixels beyond the tolerance are left, it is a difference all the same.
    """
    box = _window(spot, master.grey.shape, reach + MARGIN_PX)
    if reach < 1 or box is None:
        return False
    there, counts = master.within(box), _cut(mask, box)
    before = fewest = _different(there, _cut(laid, box), counts)
    at, tried = (0, 0), {(0, 0)}
    while True:
        around = [(at[0] + dx, at[1] + dy) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))]
        around = [step for step in around if step not in tried and max(map(abs, step)) <= reach]
        tried.update(around)
        found = min(((_different(there, _cut(laid, box, step), counts), step) for step in around), default=(fewest, at))
        if found[0] >= fewest:
            break
        fewest, at = found
    if at == (0, 0) or fewest > LESS * before:
        return False
    return _left(master, laid, counts, box, at, spot, brighter) < least


def _window(spot: Spot, shape: tuple[int, ...], edge: int) -> tuple[int, int, int, int] | None:
    x, y, w, h = spot.box
    left, top = max(edge, x - AROUND_PX), max(edge, y - AROUND_PX)
    right, bottom = min(shape[1] - edge, x + w + AROUND_PX), min(shape[0] - edge, y + h + AROUND_PX)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def _cut(image: Grey, box: tuple[int, int, int, int], step: tuple[int, int] = (0, 0)) -> Grey:
    x, y, w, h = box[0] + step[0], box[1] + step[1], *box[2:]
    return image[y : y + h, x : x + w]


def _different(master: Master, image: Grey, mask: Grey) -> int:
    return cv2.countNonZero(cv2.bitwise_and(master.over(cv2.absdiff(image, master.grey)), mask))


def _left(
    master: Master,
    laid: Grey,
    mask: Grey,
    box: tuple[int, int, int, int],
    step: tuple[int, int],
    spot: Spot,
    brighter: bool,
) -> int:
    """Sure pixels near the spot, once the window has moved by `step`."""
    m = MARGIN_PX
    wide = box[0] - m, box[1] - m, box[2] + 2 * m, box[3] + 2 * m
    sure = master.within(wide).brighter_darker(_cut(laid, wide, step))[0 if brighter else 1]
    x, y, w, h = spot.box
    near = np.s_[max(0, y - m - box[1]) : y + h + m - box[1], max(0, x - m - box[0]) : x + w + m - box[0]]
    counted = cast("Grey", cv2.bitwise_and(sure[m:-m, m:-m], mask))
    return cv2.countNonZero(np.ascontiguousarray(counted[near]))
