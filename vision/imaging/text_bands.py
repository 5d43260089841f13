"""Where in a region its lines of text lie, whatever their height."""

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..roi import Pose
from .text_line import level, slope_of, strokes_of
from .warp import pull

LOOKED_AT_PX = 96  # height of a region's image in which lines are looked for, for each line
LARGEST = 2.0  # so much is a small region enlarged for that
INK = 0.3  # of the strongest row's strokes belongs to a line
QUIET = 20  # percentile of the rows: ground without text


@dataclass(frozen=True, slots=True)
class Bands:
    """Lines of text from the top, in px of a levelled image."""

    slope: float
    rows: tuple[tuple[int, int], ...]  # top and bottom of each, the bottom not included

    def crop(self, image: NDArray[Any], number: int, around: float) -> "Crop":
        """A line levelled, with `around` of its height above and below."""
        (top, bottom), (h, w) = self.rows[number], image.shape[:2]
        more = round(around * (bottom - top))
        first, last = max(0, top - more), min(h, bottom + more)
        pose = level((w, h), self.slope)
        pose[:, 2] += pose[:, 1] * first
        return Crop(pull(image, pose, (w, last - first)), pose, top - first, bottom - first)


@dataclass(frozen=True, slots=True)
class Crop:
    """A line of an image, the way from its px to the image's, and between which of its rows the characters stand."""

    image: NDArray[Any]
    pose: Pose
    top: int
    bottom: int


def find_bands(image: NDArray[np.uint8], lines: int) -> Bands:
    """So many lines at most, the strongest; `image` is ``(h, w)`` grey."""
    h, w = image.shape
    scale = min(LARGEST, LOOKED_AT_PX * lines / h)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(image, (max(1, round(w * scale)), max(1, round(h * scale))), interpolation=how)
    strokes = strokes_of(small)
    slope = slope_of(strokes)
    size = small.shape[1], small.shape[0]
    rows = np.abs(pull(strokes, level(size, slope), size, outside=0)).mean(axis=1)
    rows = cast("NDArray[Any]", cv2.GaussianBlur(rows.astype(np.float32)[:, None], (0, 0), 2.0, None))[:, 0]
    found = []
    for _ in range(lines):
        band = _strongest(rows)
        if band is None:
            break
        found.append(band)
        rows[band[0] : band[1]] = 0
    real = h / small.shape[0]
    return Bands(slope, tuple((int(a * real), min(h, int(np.ceil(b * real)))) for a, b in sorted(found)))


def _strongest(rows: NDArray[Any]) -> tuple[int, int] | None:
    peak, ground = float(rows.max(initial=0)), float(np.percentile(rows, QUIET)) if len(rows) else 0.0
    if peak <= 0:
        return None
    ink = rows > ground + INK * (peak - ground)
    top = bottom = int(rows.argmax())
    while top > 0 and ink[top - 1]:
        top -= 1
    while bottom < len(rows) and ink[bottom]:
        bottom += 1
    return (top, bottom) if bottom > top else None
