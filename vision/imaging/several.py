"""Of things found in overlapping places the better ones, in an order that people count in."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from ..roi import Pose
from .shape_refine import Match

SAME_PX, SAME_DEG = 1.5, 3.0  # nearer is the same
Order = Literal["rows", "left_to_right", "top_to_bottom", "best_first"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """Something with its place: `outline` is ``(n, 2)``, frame px, and its middle is what is counted by."""

    what: T
    pose: Pose
    outline: NDArray[np.float64]

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of its box."""
        x, y = ((self.outline.min(axis=0) + self.outline.max(axis=0)) / 2).tolist()
        return x, y


def finished(looks: Iterable[Match], finish: Callable[[Match], Match]) -> list[Match]:
    """The ends of `looks`, best first; a look that begins at another's end is passed over."""
    ends: list[Match] = []
    for look in looks:
        if not any(_same(look, end) for end in ends):
            ends.append(finish(look))
    return sorted(ends, key=lambda end: -end.score)


def apart(found: Sequence[Found[T]], distance_px: float, overlap: float) -> list[Found[T]]:
    """Those that are apart from all better ones; `found` comes best first.

    Args:
        distance_px: Between centres, at least.
        overlap: Share of the smaller one's convex outline that the other covers, at most.
    """
    hulls: list[NDArray[Any]] = [cv2.convexHull(one.outline.astype(np.float32)) for one in found]
    kept: list[int] = []
    for i, one in enumerate(found):
        if all(
            np.hypot(*np.subtract(one.centre, found[k].centre)) >= distance_px
            and _overlap(hulls[i], hulls[k]) <= overlap
            for k in kept
        ):
            kept.append(i)
    return [found[k] for k in kept]


def in_order(found: Sequence[Found[T]], order: Order, height_px: float) -> list[Found[T]]:
    """`found`, which comes best first, as people count.

    Args:
        height_px: Of one thing. Rows: the topmost begins a row, to which all belong whose centres lie at most half this
            height below its own; a row is counted from left to right.
    """
    if order == "best_first":
        return list(found)
    if order == "left_to_right":
        return sorted(found, key=lambda one: one.centre)
    down = sorted(found, key=lambda one: (one.centre[1], one.centre[0]))
    if order == "top_to_bottom":
        return down
    rows: list[list[Found[T]]] = []
    for one in down:
        if rows and one.centre[1] - rows[-1][0].centre[1] <= height_px / 2:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [one for row in rows for one in sorted(row, key=lambda one: one.centre)]


def _same(look: Match, end: Match) -> bool:
    turned = (math.degrees(look.pose[2] - end.pose[2]) + 180) % 360 - 180
    return math.dist(look.pose[:2].tolist(), end.pose[:2].tolist()) < SAME_PX and abs(turned) < SAME_DEG


def _overlap(one: NDArray[Any], other: NDArray[Any]) -> float:
    smaller = min(cv2.contourArea(one), cv2.contourArea(other))
    area, _ = cv2.intersectConvexConvex(one, other)
    return float(area / smaller) if smaller > 0 else 0.0
