"""What a difference does to what was there: it stands alone, touches or joins what is of its kind, or encloses."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from .spots import Spot

Grey = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Relation = Literal["alone", "touches", "joins", "encloses"]
"""Of a brighter spot to what is bright in the master, of a darker one to what is dark.

Seen from the other kind: alone is enclosed by it, and what joins two pieces splits one of the other kind. What encloses
goes round some of the other kind that was open before, alone or with the one piece that it touches.
"""

AROUND_PX = 8  # pieces that meet further away are two
LEAST_PX = 3  # of a piece, and of what it has in common with the spot
LEAST_SHUT_PX = 9  # of what is enclosed: less is a gap in the spot
LEAST_SHUT = 0.2  # of the spot's own pixels, likewise
_NEXT = np.ones((3, 3), np.uint8)


def relation(master: Grey, laid: Grey, spot: Spot, brighter: bool) -> Relation:
    """How `spot`, where `laid` differs from `master`, lies to what is there; at the level between the two."""
    x, y, w, h = spot.box
    left, top = max(0, x - AROUND_PX), max(0, y - AROUND_PX)
    here = np.s_[top : y + h + AROUND_PX, left : x + w + AROUND_PX]
    before, after = master[here], laid[here]
    own = np.zeros(before.shape, np.uint8)
    own[y - top : y - top + h, x - left : x - left + w] = spot.mask
    level = (float(before[own > 0].mean()) + float(after[own > 0].mean())) / 2
    alike = (before > level) if brighter else (before <= level)
    beside = (cv2.dilate(own, _NEXT) > 0) & (own == 0)
    pieces, labels = cv2.connectedComponents((alike & (own == 0)).astype(np.uint8), connectivity=4)
    sizes = np.bincount(labels.ravel(), minlength=pieces)[1:]
    common = np.bincount(labels[beside], minlength=pieces)[1:]
    met = int(np.count_nonzero((sizes >= LEAST_PX) & (common >= LEAST_PX)))
    if met > 1:
        return "joins"
    if _closes(~alike | (own > 0), own > 0, max(LEAST_SHUT_PX, LEAST_SHUT * spot.area)):
        return "encloses"
    return "touches" if met else "alone"


def _closes(other: Bools, own: Bools, least: float) -> bool:
    """Whether taking `own` away from the `other` kind shuts in a piece of at least so many pixels that was not."""
    labels, shut = _shut_in(other & ~own)
    large = [number for number, area in shut.items() if area >= least]
    if not large:
        return False
    before, shut_before = _shut_in(other)
    return any(int(before[labels == number][0]) not in shut_before for number in large)


def _shut_in(kind: Bools) -> tuple[NDArray[np.int32], dict[int, int]]:
    """Pieces of `kind`, and by number the pixels of those that do not reach the border."""
    h, w = kind.shape
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(kind.astype(np.uint8), connectivity=8)
    shut = {
        number: area
        for number, (x, y, wide, high, area) in enumerate(boxes.tolist())
        if number and x > 0 and y > 0 and x + wide < w and y + high < h
    }
    return np.asarray(labels, np.int32), shut
