"""Where a tool looks for what it was taught: all over the frame, or where its second region allows."""

import numpy as np
from numpy.typing import NDArray

from .frame import Image
from .view import View


def searched(view: View, reach: int) -> tuple[Image, tuple[int, int], NDArray[np.uint8] | None]:
    """The part of the frame to look at, its first pixel, and where in it the centre may lie (None = anywhere).

    `reach` is how far the thing extends from its centre, px.
    """
    if len(view.regions) < 2:
        return view.raw, (0, 0), None
    region = view.regions[1]
    x, y, w, h = region.box
    x0, y0 = max(0, x - reach), max(0, y - reach)
    x1, y1 = min(view.raw.shape[1], x + w + reach), min(view.raw.shape[0], y + h + reach)
    allowed = np.zeros((y1 - y0, x1 - x0), np.uint8)
    allowed[y - y0 : y - y0 + h, x - x0 : x - x0 + w] = region.mask
    return view.raw[y0:y1, x0:x1], (x0, y0), allowed


def may_lie(view: View, x: float, y: float) -> bool:
    """Whether a centre keeps to the frame and to the region to search."""
    if not (0 <= x < view.raw.shape[1] and 0 <= y < view.raw.shape[0]):
        return False
    if len(view.regions) < 2:
        return True
    left, top, w, h = view.regions[1].box
    column, row = round(x) - left, round(y) - top
    return 0 <= column < w and 0 <= row < h and bool(view.regions[1].mask[row, column])
