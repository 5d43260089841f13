"""Where in a frame something like a code may be: places full of dark and light."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .zxing import Grey

CELLS_PX = (8, 24)  # sides of the cells in which contrast is measured, for small and large modules
SHARE = 0.35  # of the strongest contrast: cells of less do not belong to the same place
ABOVE_PLAIN, MOST_SHARE = 1.7, 0.6
"""They stand out from the quieter quarter of the image so much, but need not be stronger than this share."""
LEAST_STD = 3.0  # grey levels
FEWEST_CELLS = 4
MOST_PX = 8_000_000  # looked at as they are


@dataclass(frozen=True, slots=True)
class Place:
    """A box of the frame, px, with how much contrast there is in it."""

    x: int
    y: int
    width: int
    height: int
    weight: float

    def enlarged(self, by: int) -> "Place":
        """The same place in an image that is so many times larger."""
        return Place(self.x * by, self.y * by, self.width * by, self.height * by, self.weight)

    def grown(self, by: int, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
        """x, y, right and bottom (excluded) with `by` px more to each side, inside an image of `shape`."""
        right, bottom = min(shape[1], self.x + self.width + by), min(shape[0], self.y + self.height + by)
        return max(0, self.x - by), max(0, self.y - by), right, bottom


def places(image: Grey, most: int) -> list[Place]:
    """Places of `image` that are full of dark and light, the most promising first, at most `most`."""
    found: list[Place] = []
    shrink = int(np.ceil(np.sqrt(image.size / MOST_PX)))
    if shrink > 1:
        size = image.shape[1] // shrink, image.shape[0] // shrink
        smaller = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        return [place.enlarged(shrink) for place in places(smaller, most)]
    for cell in CELLS_PX:
        if min(image.shape) >= 3 * cell:
            found += _of_cells(image, cell)
    kept: list[Place] = []
    for one in sorted(found, key=lambda place: -place.weight):
        if all(_common(one, other) < 0.6 for other in kept):
            kept.append(one)
    return kept[:most]


def _of_cells(image: Grey, cell: int) -> list[Place]:
    std = _contrast(image, cell)
    ordered = np.sort(std, axis=None)
    top, plain = float(ordered[-FEWEST_CELLS]), float(ordered[len(ordered) // 4])
    if top < max(LEAST_STD, ABOVE_PLAIN * plain):
        return []
    level = max(LEAST_STD, SHARE * top, min(ABOVE_PLAIN * plain, MOST_SHARE * top))
    busy = cv2.morphologyEx((std >= level).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(busy, connectivity=8)
    found = []
    for i in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[i])
        if area < FEWEST_CELLS or min(w, h) < 2:
            continue
        strength = float(std[y : y + h, x : x + w][labels[y : y + h, x : x + w] == i].sum())
        found.append(Place(x * cell, y * cell, w * cell, h * cell, strength * cell * cell))
    return found


def _contrast(image: Grey, cell: int) -> NDArray[np.float32]:
    """Standard deviation of the levels in each cell."""
    columns, rows = -(-image.shape[1] // cell), -(-image.shape[0] // cell)
    beyond = rows * cell - image.shape[0], columns * cell - image.shape[1]
    whole = cv2.copyMakeBorder(image, 0, beyond[0], 0, beyond[1], cv2.BORDER_REPLICATE) if any(beyond) else image
    squares = cv2.multiply(whole, whole, dtype=cv2.CV_32F)
    mean = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)
    power = cv2.resize(squares, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(np.sqrt(np.maximum(power - mean * mean, 0)), np.float32)


def _common(one: Place, other: Place) -> float:
    """Share of `one` that lies in `other`."""
    w = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    h = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0, w) * max(0, h) / (one.width * one.height)
