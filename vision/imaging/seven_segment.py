"""Read seven-segment digits: the segments that are lit in each digit's cell, decimal points and colons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..roi import Pose
from .text_line import upright
from .warp import pull

Lit = Literal["auto", "light", "dark"]
Levels = NDArray[np.float32]
"""0 where it is unlit, 1 where it is lit."""

SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abdeg", "3": "abcdg", "4": "bcfg", "5": "acdfg", "6": "acdefg", "7": "abc",
    "8": "abcdefg", "9": "abcdfg", "-": "g", "_": "d", "A": "abcefg", "b": "cdefg", "C": "adef", "c": "deg",
    "d": "bcdeg", "E": "adefg", "F": "aefg", "H": "bcefg", "h": "cefg", "J": "bcde", "L": "def", "n": "ceg",
    "o": "cdeg", "P": "abefg", "r": "eg", "t": "defg", "U": "bcdef", "u": "cde",
}  # fmt: skip
"""Segments as they are usually called: a on top, then clockwise, g in the middle."""
ZONES = {  # left, top, right, bottom of a cell from 0 to 1, and the axis along which a segment runs
    "a": (0.3, 0.0, 0.7, 0.2, 1),
    "b": (0.65, 0.2, 1.0, 0.4, 0),
    "c": (0.65, 0.6, 1.0, 0.8, 0),
    "d": (0.3, 0.8, 0.7, 1.0, 1),
    "e": (0.0, 0.6, 0.35, 0.8, 0),
    "f": (0.0, 0.2, 0.35, 0.4, 0),
    "g": (0.3, 0.4, 0.7, 0.6, 1),
}
HOLES = {"upper": (0.38, 0.26, 0.62, 0.34, 1), "lower": (0.38, 0.68, 0.62, 0.76, 1)}  # never lit
LEANS = np.arange(-0.3, 0.31, 0.05)
LIKELY = 5  # of them are tried
CLEAR = 0.5  # score from which no other lean is tried
HALF = 0.5  # between unlit and lit
SMALLEST_PX = 10  # height of a digit
LEAST_CONTRAST = 12  # grey levels between lit and unlit
POINT = 0.24  # of the height: side of a decimal point, at most
SPECK = 0.04  # of the height: side of what is no point but dirt
JOIN = 0.07  # of the height: segments of one digit lie closer together
WIDE = 0.9  # of the height: two digits that cannot be told apart are wider
NARROW = 0.3  # of the height: only a one, or a lonely bar, is narrower
TALL = 0.6  # of the height: what is less is a point, a bar or dirt


@dataclass(frozen=True, slots=True)
class Sign:
    """A digit, point or colon; its box is in upright px. `score`: by how much each segment is as it should be, 0-1."""

    character: str  # empty: no such digit
    score: float
    box: tuple[float, float, float, float]  # left, top, right, bottom
    lit: str  # its segments


@dataclass(frozen=True, slots=True)
class Display:
    """The signs from left to right."""

    signs: tuple[Sign, ...]
    contrast: float  # grey levels between lit and unlit
    back: Pose  # upright px -> image px

    @property
    def clearness(self) -> float:
        """Score of the least clear digit; below 0 by how many are none."""
        digits = [one for one in self.signs if one.character not in (".", ":")]
        none = sum(not one.character for one in digits)
        return -float(none) if none else min((one.score for one in digits), default=-np.inf)


def read_display(image: NDArray[np.uint8], lit: Lit, characters: str) -> Display:
    """What a grey image, ``(h, w)``, shows of these characters; no signs: nothing looks like a digit."""
    h, w = image.shape
    levels, contrast = _levels(image, lit)
    if contrast < LEAST_CONTRAST:
        return Display((), contrast, upright((w, h), 0.0))
    best = Display((), contrast, upright((w, h), 0.0))
    for lean in _leans(levels):
        seen = _read(levels, upright((w, h), lean), contrast, characters)
        best = max(best, seen, key=lambda one: one.clearness)
        if best.clearness >= CLEAR:
            break
    return best


def binarised(image: NDArray[np.uint8], lit: Lit) -> NDArray[np.uint8]:
    """255 where a grey image, ``(h, w)``, counts as lit."""
    return np.where(_levels(image, lit)[0] > HALF, np.uint8(255), np.uint8(0))


def _read(levels: Levels, back: Pose, contrast: float, characters: str) -> Display:
    straight = cast("Levels", pull(levels, back, (levels.shape[1], levels.shape[0]), outside=0))
    points, digits = _split(straight)
    if not digits:
        return Display((), contrast, back)
    signs = [_digit(straight, box, characters) for box in digits] + points
    return Display(tuple(sorted(signs, key=lambda one: one.box[0] + one.box[2])), contrast, back)


def _levels(image: NDArray[np.uint8], lit: Lit) -> tuple[Levels, float]:
    """As shares of what is lit, and the grey levels between."""
    smooth = cv2.GaussianBlur(image, (0, 0), 0.8)
    if lit == "dark" or (lit == "auto" and float(image.mean()) < float(np.median(image))):
        smooth = 255 - smooth
    _, mask = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    if mask.all() or not mask.any():
        return np.zeros(image.shape, np.float32), 0.0
    low, high = float(np.median(smooth[mask == 0])), float(np.median(smooth[mask > 0]))
    return np.clip((smooth.astype(np.float32) - low) / max(high - low, 1.0), 0, 1), high - low


def _leans(levels: Levels) -> list[float]:
    """Px to the right a px down, the likeliest first: upright, the columns differ most."""
    h, w = levels.shape
    differ = [
        float(cv2.reduce(pull(levels, upright((w, h), float(k)), (w, h), outside=0), 0, cv2.REDUCE_AVG).var())
        for k in LEANS
    ]
    return [float(LEANS[i]) for i in np.argsort(differ)[::-1][:LIKELY]]


def _split(levels: Levels) -> tuple[list[Sign], list[NDArray[np.int64]]]:
    """Points and colons as they are, and the boxes of digits: left, top, right, bottom."""
    mask = (levels > HALF).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size or np.ptp(rows) + 1 < SMALLEST_PX:
        return [], []
    top, height = _line(stats[1:count], rows)
    bottom = top + height
    small = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) <= POINT * height
    small[0] = False
    mask[small[labels]] = 0
    digits = _runs(mask, top, bottom, round(JOIN * height))
    dirt = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) < max(2.0, SPECK * height)
    dots = [stats[i, :4].astype(float) for i in np.flatnonzero(small & ~dirt)]
    return _points(dots, digits, top, height), digits


def _line(stats: NDArray[Any], rows: NDArray[np.intp]) -> tuple[int, int]:
    """Top and height of the digits: of all parts as long as a segment, points and dirt left out."""
    longest = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    large = stats[longest >= POINT * np.ptp(rows)]
    if not len(large):
        return int(rows[0]), int(np.ptp(rows)) + 1
    top = int(large[:, cv2.CC_STAT_TOP].min())
    return top, int((large[:, cv2.CC_STAT_TOP] + large[:, cv2.CC_STAT_HEIGHT]).max()) - top


def _runs(mask: NDArray[np.uint8], top: int, bottom: int, join: int) -> list[NDArray[np.int64]]:
    """Columns with lit parts, those closer together than `join` as one digit."""
    ink = mask[top:bottom].any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], ink, [0]]).astype(np.int8)))
    boxes: list[list[int]] = []
    for left, right in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if boxes and left - boxes[-1][2] <= join:
            boxes[-1][2] = right
        else:
            boxes.append([left, top, right, bottom])
    return [np.array(box) for box in boxes]


def _points(dots: Sequence[NDArray[Any]], digits: Sequence[NDArray[np.int64]], top: int, height: int) -> list[Sign]:
    """Small parts at the foot of the line are decimal points, two above each other a colon; others are dirt."""
    found, middles = [], []
    first, last = min(box[0] for box in digits) if digits else 0, max(box[2] for box in digits) if digits else 0
    for x, y, w, h in dots:
        share = (y + h / 2 - top) / height
        box = (x, y, x + w, y + h)
        if share > 1 - POINT and share < 1 + POINT and x > first:
            found.append(Sign(".", 1.0, box, ""))
        elif 0.15 < share < 0.85 and first < x < last:
            middles.append(box)
    middles.sort(key=lambda box: (box[0] + box[2], box[1]))
    for one, other in zip(middles[::2], middles[1::2], strict=False):
        if abs(one[0] - other[0]) <= POINT * height:
            box = (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))
            found.append(Sign(":", 1.0, box, ""))
    return found


def _digit(levels: Levels, box: NDArray[np.int64], characters: str) -> Sign:
    left, top, right, bottom = box.tolist()
    cell = levels[top:bottom, left:right]
    rows = np.flatnonzero((cell > HALF).any(axis=1))
    height, width = bottom - top, right - left
    if width < NARROW * height and np.ptp(rows) + 1 >= TALL * height:
        return _one(cell, (left, top, right, bottom), characters)
    if width > WIDE * height:
        return Sign("", 0.0, (left, top, right, bottom), "")
    fill = {name: _fill(cell, zone) for name, zone in (ZONES | HOLES).items()}
    return _best(fill, (left, top, right, bottom), characters)


def _one(cell: Levels, box: tuple[int, int, int, int], characters: str) -> Sign:
    """Too narrow for anything else: its two bars, and nothing is known of the other segments."""
    upper, lower = (_fill(cell, (0.0, top, 1.0, bottom, 0)) for top, bottom in ((0.2, 0.4), (0.6, 0.8)))
    return _best({**dict.fromkeys("adefg", 0.0), "b": upper, "c": lower}, box, characters)


def _best(fill: dict[str, float], box: tuple[int, int, int, int], characters: str) -> Sign:
    lit = "".join(name for name, share in fill.items() if share > 0.5 and name in ZONES)
    off = {
        c: max(abs(share - (name in SEGMENTS[c])) for name, share in fill.items()) for c in characters if c in SEGMENTS
    }
    best = min(off, key=lambda c: off[c], default="")
    if not best or off[best] >= 0.5:
        return Sign("", 0.0, box, lit)
    return Sign(best, 1 - off[best], box, lit)


def _fill(cell: Levels, zone: tuple[float, float, float, float, int]) -> float:
    """How much a segment is lit: along it on average, across it where it is most."""
    left, top, right, bottom, axis = zone
    h, w = cell.shape
    x0, x1 = round(left * w), max(round(right * w), round(left * w) + 1)
    y0, y1 = round(top * h), max(round(bottom * h), round(top * h) + 1)
    return float(cell[y0:y1, x0:x1].mean(axis=axis).max(initial=0.0))
