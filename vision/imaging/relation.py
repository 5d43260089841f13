"""What a difference does to what was there: it stands alone, touches something of its own kind, or joins two."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from .spots import Spot

Grey = NDArray[np.uint8]
Relation = Literal["alone", "touches", "joins"]
"""Of a brighter spot to what is bright in the master, of a darker one to what is dark.

Seen from the other kind: alone is enclosed by it, and what joins two pieces splits one of the other kind.
"""

AROUND_PX = 8  # pieces that meet further away are two
LEAST_PX = 3  # of a piece, and of what it has in common with the spot
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
    return "alone" if not met else "touches" if met == 1 else "joins"
