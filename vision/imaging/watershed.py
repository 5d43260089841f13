"""Touching things parted at their necks: watershed of the distance from the background.

Every pixel belongs to the summit that the steepest way up leads to. Summits are one thing unless the pass between them
is narrow against the lower one (M. Grimaud, *New measure of contrast: the dynamics*, 1992; here as a share).
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]
Floats = NDArray[np.float32]
FINE = 256  # of a px: heights are compared so finely
LOOKS = 4096  # passes between two looks at the time limit
BESIDE = (  # each pixel, and the one to its right, below, below right, below left
    (np.s_[:, :-1], np.s_[:, 1:]),
    (np.s_[:-1], np.s_[1:]),
    (np.s_[:-1, :-1], np.s_[1:, 1:]),
    (np.s_[:-1, 1:], np.s_[1:, :-1]),
)


def parted(mask: NDArray[np.uint8], max_neck: float, keep_time: Callable[[], None] = lambda: None) -> NDArray[np.int32]:
    """Labels of the things in `mask` (not 0), from top to bottom; 0 is the background.

    Args:
        max_neck: Share of the narrower thing's width that a neck may have to be cut.
        keep_time: Called now and then; ends it by raising.
    """
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inside = np.flatnonzero(padded)
    labels = np.zeros(padded.shape, np.int32)
    if not len(inside):
        return labels[1:-1, 1:-1]
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # Half the width: a line of one pixel has its middle half a pixel from its edge.
    width = np.asarray(distance, np.float32) - np.float32(0.5)
    keep_time()
    summits, basins = _basins(width, inside)
    keep_time()
    field = np.full(padded.shape, -1, np.intp)
    field.ravel()[inside] = basins
    passes, heights = _passes(width, field, len(summits))
    keep_time()
    leader = _joined(width.ravel()[summits], passes, heights, max_neck, keep_time)
    labels.ravel()[inside] = _numbered(leader[basins], len(summits))
    return labels[1:-1, 1:-1]


def _basins(width: Floats, inside: Indices) -> tuple[Indices, Indices]:
    """Indices of the summits, and of each pixel `inside` the number of its own; the last of equals is higher.

    Each pixel points to the highest round it, and what it points to is followed up.
    """
    bits = int(width.size).bit_length()
    height = (np.rint(width * FINE).astype(np.int64) << bits) | np.arange(width.size).reshape(width.shape)
    row = height.copy()
    np.maximum(row[:, 1:], height[:, :-1], out=row[:, 1:])
    np.maximum(row[:, :-1], height[:, 1:], out=row[:, :-1])
    best = row.copy()
    np.maximum(best[1:], row[:-1], out=best[1:])
    np.maximum(best[:-1], row[1:], out=best[:-1])
    number = np.zeros(width.size, np.intp)
    number[inside] = np.arange(len(inside))
    up = number[best.ravel()[inside] & ((1 << bits) - 1)]
    while not np.array_equal(further := up[up], up):
        up = further
    tops = np.flatnonzero(up == np.arange(len(up)))
    number[: len(up)][tops] = np.arange(len(tops))
    return inside[tops], number[up]


def _passes(width: Floats, field: Indices, count: int) -> tuple[NDArray[np.int64], Floats]:
    """Pairs of basins that touch, ``(n, 2)``, and the highest pass between them; the highest pair first.

    `field` has the number of each pixel's basin, below `count`; -1 is the background.
    """
    keys, heights = [], []
    for here, there in BESIDE:
        a, b = field[here], field[there]
        where = np.nonzero((a != b) & (a >= 0) & (b >= 0))
        one, other = a[where], b[where]
        keys.append(np.minimum(one, other).astype(np.int64) * count + np.maximum(one, other))
        heights.append(np.minimum(width[here][where], width[there][where]))
    key, height = np.concatenate(keys), np.concatenate(heights)
    order = np.argsort(-height, kind="stable")
    _, first = np.unique(key[order], return_index=True)
    chosen = order[np.sort(first)]
    return np.stack([key[chosen] // count, key[chosen] % count], axis=1), height[chosen]


def _joined(
    summits: Floats, passes: NDArray[np.int64], heights: Floats, max_neck: float, keep_time: Callable[[], None]
) -> Indices:
    """Of each basin the one that stands for all that are one thing with it."""
    leader = list(range(len(summits)))
    top = summits.tolist()

    def led(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for i, ((a, b), height) in enumerate(zip(passes.tolist(), heights.tolist(), strict=True)):
        if i % LOOKS == 0:
            keep_time()
        one, other = led(a), led(b)
        if one != other and height > max_neck * min(top[one], top[other]):
            leader[other], top[one] = one, max(top[one], top[other])
    return np.array([led(one) for one in range(len(leader))])


def _numbered(things: Indices, most: int) -> NDArray[np.int32]:
    """`things`, below `most`, numbered from 1 on as they come first."""
    first = np.full(most, len(things), np.intp)
    first[things[::-1]] = np.arange(len(things))[::-1]  # the last one written is the first pixel
    present = np.flatnonzero(first < len(things))
    place = np.zeros(most, np.int32)
    place[present[np.argsort(first[present])]] = np.arange(1, len(present) + 1)
    return place[things]
