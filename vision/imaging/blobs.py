"""Connected areas and what they look like."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

PIXEL = 1 / 12  # variance of a pixel's own side
CORNERS_PX = 1.0  # smaller corners of an outline are the pixels'

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Blobs:
    """`boxes` and `areas` are by label, 0 the background."""

    labels: NDArray[np.int32]  # ``(height, width)``
    boxes: NDArray[np.int64]  # ``(n, 4)``: x, y, width, height
    areas: NDArray[np.int64]  # ``(n,)``, px

    @classmethod
    def connected(cls, mask: NDArray[np.uint8]) -> "Blobs":
        """The 8-connected areas of `mask`, from top to bottom."""
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
        rows: NDArray[np.int64] = np.asarray(stats).astype(np.int64)
        return cls(np.asarray(labels, np.int32), rows[:, :4], rows[:, cv2.CC_STAT_AREA])

    @classmethod
    def of(cls, labels: NDArray[np.int32]) -> "Blobs":
        """Those of `labels`, each of which from 1 to the highest is there."""
        areas = np.bincount(labels.ravel()).astype(np.int64)
        boxes = np.zeros((len(areas), 4), np.int64)
        if len(areas) > 1:
            rows, columns = np.nonzero(labels)
            which = labels[rows, columns]
            order = np.argsort(which, kind="stable")
            starts = np.searchsorted(which[order], np.arange(1, len(areas)))
            for axis, places in enumerate((columns[order], rows[order])):
                low, high = np.minimum.reduceat(places, starts), np.maximum.reduceat(places, starts)
                boxes[1:, axis], boxes[1:, axis + 2] = low, high - low + 1
        return cls(labels, boxes, areas)

    def one(self, label: int) -> tuple[NDArray[np.uint8], Box]:
        """Its mask (1 inside) in its box."""
        x, y, w, h = self.boxes[label].tolist()
        return (self.labels[y : y + h, x : x + w] == label).astype(np.uint8), (x, y, w, h)


@dataclass(frozen=True, slots=True)
class Form:
    """What a blob looks like."""

    outline: NDArray[np.int32]  # ``(n, 2)`` px
    centre: tuple[float, float]  # px
    angle_deg: float  # of its long axis, counter-clockwise, -90 to 90
    elongation: float  # long against short axis, from 1 on
    lean: float  # how much more of it reaches towards `angle_deg` than away: -1 to 1, about
    roundness: float  # 4 pi area / circumference²: 1 is a disc, 0.79 a square
    holes: int


def form(one: NDArray[np.uint8], box: Box) -> Form:
    """Of a blob as `Blobs.one` gives it; holes take part in nothing but their number, the centre and the axes."""
    x, y, _, _ = box
    found, tree = cv2.findContours(one, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    parents = tree[0, :, 3]
    outer = found[int(np.argmin(parents))]  # -1: it is no hole
    m: dict[str, float] = cv2.moments(one)
    across, down, both = (m[name] / m["m00"] for name in ("mu20", "mu02", "mu11"))
    turn = 0.5 * math.atan2(2 * both, across - down)
    half, apart = (across + down) / 2, math.hypot((across - down) / 2, both)
    long, short = half + apart + PIXEL, max(half - apart, 0.0) + PIXEL
    return Form(
        outline=np.asarray(outer[:, 0] + np.array([x, y], np.int32), np.int32),
        centre=(x + m["m10"] / m["m00"], y + m["m01"] / m["m00"]),
        angle_deg=-math.degrees(turn),
        elongation=math.sqrt(long / short),
        lean=_lean(m, turn) / long**1.5,
        roundness=_roundness(outer),
        holes=int(np.count_nonzero(parents >= 0)),
    )


def _lean(m: dict[str, float], turn: float) -> float:
    """The third moment along the axis."""
    c, s = math.cos(turn), math.sin(turn)
    cubes = c**3 * m["mu30"] + 3 * c * c * s * m["mu21"] + 3 * c * s * s * m["mu12"] + s**3 * m["mu03"]
    return cubes / m["m00"]


def _roundness(outline: NDArray[Any]) -> float:
    around = cv2.arcLength(cv2.approxPolyDP(outline, CORNERS_PX, True), True)
    area = cv2.contourArea(outline)
    return min(1.0, 4 * math.pi * area / around**2) if around > 0 and area > 0 else 1.0 if len(outline) == 1 else 0.0
