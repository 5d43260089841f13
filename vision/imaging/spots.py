"""Connected pixels of a mask as spots with area, place and outline."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Places = NDArray[np.intp]
_AROUND = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Spot:
    """Pixels that belong together, in px of the mask they come from."""

    area: int  # pixels
    box: tuple[int, int, int, int]  # x, y, width, height
    centre: tuple[float, float]  # centre of mass
    mask: NDArray[np.bool_]  # ``(height, width)`` of `box`

    def outline(self) -> NDArray[np.float64]:
        """``(n, 2)`` hull of the pixels' corners; at least the four of one pixel."""
        contours, _ = cv2.findContours(self.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        points = np.concatenate([c[:, 0] for c in contours]).astype(np.float64)
        corners = np.concatenate([points + d for d in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))])
        hull: NDArray[np.float64] = cv2.convexHull(corners.astype(np.float32))[:, 0].astype(np.float64)
        return hull + self.box[:2]


def spots(mask: Grey, min_area: int, gap: int = 0) -> list[Spot]:
    """Spots of at least `min_area` pixels, the largest first; what is at most `gap` px apart is one spot."""
    if cv2.countNonZero(mask) < max(min_area, 1):
        return []
    return _in_order(_spot(xs, ys) for xs, ys in _groups(mask, gap) if len(xs) >= min_area)


def grown(sure: Grey, whole: Grey, least_sure: int, min_area: int, gap: int, reach: int) -> list[Spot]:
    """Spots that begin in at least `least_sure` pixels of `sure`, with what of `whole` they touch.

    Args:
        min_area: Of the whole spot.
        gap: `sure` pixels at most this far apart (px) are one spot.
        reach: So many pixels a spot grows from its sure ones, step by step inside `whole`.
    """
    if cv2.countNonZero(sure) < least_sure:
        return []
    found = (_grow(xs, ys, whole, reach) for xs, ys in _groups(sure, gap) if len(xs) >= least_sure)
    return _in_order(spot for spot in found if spot.area >= min_area)


def _in_order(found: Iterable[Spot]) -> list[Spot]:
    return sorted(found, key=lambda s: (-s.area, s.box))


def _grow(xs: Places, ys: Places, whole: Grey, reach: int) -> Spot:
    x, y = max(0, int(xs.min()) - reach), max(0, int(ys.min()) - reach)
    inside = whole[y : int(ys.max()) + reach + 1, x : int(xs.max()) + reach + 1]
    spot = np.zeros(inside.shape, np.uint8)
    spot[ys - y, xs - x] = 255
    for _ in range(reach):
        spot = cv2.bitwise_or(spot, cv2.bitwise_and(cv2.dilate(spot, _AROUND), inside))  # type: ignore[assignment]
    rows, columns = np.nonzero(spot)
    return _spot(columns + x, rows + y)


def _groups(mask: Grey, gap: int) -> Iterator[tuple[Places, Places]]:
    """x and y of the pixels of each group."""
    xs, ys = _places(mask)
    joined = mask if gap < 1 else cv2.dilate(mask, np.ones((gap + 1, gap + 1), np.uint8))
    labels = np.asarray(cv2.connectedComponents(joined, connectivity=8)[1])[ys, xs]
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    for group in np.split(order, cuts):
        yield xs[group], ys[group]


def _places(mask: Grey) -> tuple[Places, Places]:
    """x and y of what is not 0, row by row."""
    found = cv2.findNonZero(mask)
    if found is None:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    xs, ys = found.reshape(-1, 2).T.astype(np.intp)
    return xs, ys


def _spot(xs: Places, ys: Places) -> Spot:
    x, y = int(xs.min()), int(ys.min())
    own = np.zeros((int(ys.max()) - y + 1, int(xs.max()) - x + 1), np.bool_)
    own[ys - y, xs - x] = True
    return Spot(len(xs), (x, y, own.shape[1], own.shape[0]), (float(xs.mean()), float(ys.mean())), own)
