"""Bars that run side by side: turned upright, averaged along their length, and drawn anew for the decoder."""

import math
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from .zxing import Grey

Floats = NDArray[np.float64]
Profile = NDArray[np.float32]
FINE = 2.0  # samples a px across the bars
ROWS = 96  # lines across the bars
COHERENT = 0.6  # of the gradients of a cell: all run one way
CELL_PX = 8
WEAK = 0.08  # of the strongest cells (95 %)
ALIKE = math.radians(33)  # directions that belong together
FEWEST_CELLS = 6
FEWEST_EXTREMES = 16
LOCAL = 31  # samples: against the mean of so many are parts compared
STEEP = 0.25  # of the steepest gradients (99 %): flatter ones are noise
DRAWN_ROWS = 12
QUIET = 60  # samples of white beside what is drawn


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars turned upright: `levels` is ``(ROWS, n)``; `back` leads from its pixels (x, y) to those of the image."""

    levels: Profile
    back: Floats  # ``(3, 3)``

    def outline(self, first: float, last: float) -> Floats:
        """``(4, 2)`` corners in the image of what lies between two samples, over all rows."""
        rows = self.levels.shape[0] - 1
        corners = np.array([[(first, 0), (last, 0), (last, rows), (first, rows)]], np.float64)
        return np.asarray(cv2.perspectiveTransform(corners, self.back)[0], np.float64)


def upright(image: Grey, most: int = 3) -> list[Bars]:
    """The groups of bars in `image`, each made vertical, also where its bars fan out in perspective; strongest first.

    The lines along all edges meet in one point, at infinity where nothing is tilted: it is the one closest to all of
    them, in the sense of least squares, weighted by their steepness.
    """
    smooth = cv2.GaussianBlur(image, (0, 0), 1.2)
    gx, gy = (np.asarray(cv2.Scharr(smooth, cv2.CV_32F, *way), np.float32) for way in ((1, 0), (0, 1)))
    found = []
    masks = groups(gx, gy, most)
    gx, gy = gx[::2, ::2], gy[::2, ::2]  # enough of them
    power = gx * gx + gy * gy
    for place in masks:
        inside = cv2.resize(place, gx.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
        steep = inside & (power > STEEP**2 * float(np.percentile(power[inside][::3], 99)))
        rows, columns = np.nonzero(steep)
        if len(rows) < 40:
            continue
        points = np.stack([columns, rows], 1).astype(np.float64) * 2
        plane = _plane(gx[steep].astype(np.float64), gy[steep].astype(np.float64), points)
        bars = None if plane is None else _sampled(image, plane, points)
        if bars is not None:
            found.append(bars)
    return found


def groups(gx: Profile, gy: Profile, most: int) -> list[NDArray[np.uint8]]:
    """Masks, in cells, of places whose edges all run one way, strongest first, from the gradients of an image."""
    h, w = gx.shape
    size = max(1, round(w / CELL_PX)), max(1, round(h / CELL_PX))
    xx, xy, yy = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (gx * gx, gx * gy, gy * gy))
    xx, xy, yy = (cv2.blur(one, (3, 3)) for one in (xx, xy, yy))
    power = xx + yy
    turn = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / np.maximum(power, 1e-6)
    angle = np.arctan2(2 * xy, xx - yy)  # twice the direction
    left = (turn > COHERENT) & (power > WEAK * float(np.percentile(power, 95)))
    found: list[tuple[float, NDArray[np.uint8]]] = []
    for _ in range(most):
        if not left.any():
            break
        histogram, _ = np.histogram(angle[left], 36, (-np.pi, np.pi), weights=power[left])
        around = histogram + np.roll(histogram, 1) + np.roll(histogram, -1)
        main = (int(np.argmax(around)) + 0.5) * np.pi / 18 - np.pi
        for _ in range(3):  # the bars may fan out: their middle direction, not the one that most of them have
            near = left & (np.cos(angle - main) > math.cos(2 * ALIKE))
            main = float(np.angle((power * np.exp(1j * angle))[near].sum()))
        count, labels = cv2.connectedComponents(
            cv2.morphologyEx(near.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        )
        for i in range(1, count):
            one = labels == i
            if one.sum() >= FEWEST_CELLS:
                found.append((float(power[one].sum()), one.astype(np.uint8)))
        left &= ~near
    return [mask for _, mask in sorted(found, key=lambda one: -one[0])[:most]]


def _plane(gx: Floats, gy: Floats, points: Floats) -> Floats | None:
    """From the image to a plane in which the lines through `points` across their gradients are vertical."""
    centre = points.mean(axis=0)
    x, y = (points - centre).T
    reach = math.sqrt(float((x * x + y * y).mean()))
    lines = np.stack([gx, gy, -(gx * x + gy * y) / reach])
    meet = np.linalg.eigh(lines @ lines.T)[1][:, 0]
    return _upright_plane(meet, centre, reach)


def _upright_plane(meet: Floats, centre: Floats, reach: float) -> Floats | None:
    """From the image to a plane in which the lines through `meet` (in units of `reach` about `centre`) are vertical."""
    angle = math.atan2(meet[0], meet[1])
    if abs(angle) > math.pi / 2:  # the point may be given with either sign: take the turn that keeps the top on top
        angle -= math.copysign(math.pi, angle)
    c, s = math.cos(angle), math.sin(angle)
    home = np.array([[1 / reach, 0, -centre[0] / reach], [0, 1 / reach, -centre[1] / reach], [0, 0, 1]])
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    _, far, near = (turn @ meet).tolist()
    if abs(near) > 0.45 * abs(far):
        return None
    tilt = np.array([[1, 0, 0], [0, 1, 0], [0, -near / far, 1.0]])
    size = np.diag([reach, reach, 1.0])
    return np.asarray(size @ tilt @ turn @ home)


def _sampled(image: Grey, ahead: Floats, points: Floats) -> Bars | None:
    flat = cv2.perspectiveTransform(points[None], ahead)[0]
    low, high = np.percentile(flat, [1, 99], axis=0)
    middle = np.percentile(flat[:, 1], [6, 94])
    beside = 0.12 * (high[0] - low[0]) + 12
    left, right = low[0] - beside, high[0] + beside
    if right - left < 20 or middle[1] - middle[0] < 2:
        return None
    width = int(min(4000, (right - left) * FINE))
    across, along = (right - left) / width, (middle[1] - middle[0]) / (ROWS - 1)
    out = np.array([[across, 0, left], [0, along, middle[0]], [0, 0, 1]])
    back = np.linalg.inv(ahead) @ out
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    levels = cv2.warpPerspective(image, back, (width, ROWS), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Bars(levels.astype(np.float32), np.asarray(back))


def profiles(bars: Bars) -> list[Profile]:
    """Levels across the bars: the median of all rows, then of parts of them."""
    rows = bars.levels.shape[0]
    parts = [(0.0, 1.0), (0.0, 0.5), (0.5, 1.0), (0.25, 0.75), (0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0)]
    return [middle_of(bars.levels[int(a * rows) : int(b * rows)]) for a, b in parts]


def steadiness(parts: list[Profile]) -> float:
    """How alike `profiles` of parts side by side are, -1 to 1; -1 with fewer bars than the shortest code has."""
    if len(extremes(parts[0], _least(parts[0]))) < FEWEST_EXTREMES:
        return -1.0
    return float(np.median([_alike(a, b) for a, b in pairwise(parts[4:])]))


def _alike(one: Profile, other: Profile) -> float:
    a, b = one - cv2.blur(one[None], (LOCAL, 1))[0], other - cv2.blur(other[None], (LOCAL, 1))[0]
    return float((a * b).sum() / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-6))


def middle_of(levels: Profile) -> Profile:
    """The mean of the middle half of each column: as quiet as a mean, as unmoved by a scratch as a median."""
    ordered = np.sort(levels, axis=0)
    quarter = len(ordered) // 4
    return np.asarray(ordered[quarter : len(ordered) - quarter].mean(axis=0), np.float32)


def drawn(profile: Profile, sharpen: float) -> Grey:
    """A profile as black and white bars, the edges half way between what is on either side.

    Args:
        sharpen: How much of what a blur of 1 px took away is added again.
    """
    levels = profile
    if sharpen:
        levels = levels + sharpen * (levels - cv2.GaussianBlur(levels[None], (0, 0), 2.0 * FINE)[0])
    bits = _bits(levels)
    row = np.concatenate([np.full(QUIET, 255, np.uint8), bits, np.full(QUIET, 255, np.uint8)])
    return np.repeat(row[None], DRAWN_ROWS, 0)


def _bits(levels: Profile) -> Grey:
    """White or black, twice as fine, by the level half way between neighbouring extremes that differ enough."""
    fine = cv2.resize(levels[None], None, fx=2, fy=1, interpolation=cv2.INTER_CUBIC)[0]
    ends = np.array(extremes(levels, _least(levels)))
    if len(ends) < 2:
        return np.full(len(fine), 255, np.uint8)
    half = np.repeat((levels[ends[1:]] + levels[ends[:-1]]) / 2, np.diff(2 * ends))
    out = np.full(len(fine), 255, np.uint8)
    out[2 * ends[0] : 2 * ends[-1]] = np.where(fine[2 * ends[0] : 2 * ends[-1]] >= half, 255, 0)
    return out


def _least(levels: Profile) -> float:
    """A smaller change of level is no bar."""
    ordered = np.sort(levels)
    return max(2.0, 0.12 * float(ordered[-len(ordered) // 20 - 1] - ordered[len(ordered) // 20]))


def extremes(levels: Profile, least: float) -> list[int]:
    """Where the level turns back by at least `least`: alternately highest and lowest places."""
    found: list[int] = []
    low = high = 0
    rising: bool | None = None
    values = levels.tolist()
    for i, value in enumerate(values):
        if value > values[high]:
            high = i
        if value < values[low]:
            low = i
        if rising is not False and values[high] - value >= least:
            found.append(high)
            rising, low = False, i
        elif rising is not True and value - values[low] >= least:
            found.append(low)
            rising, high = True, i
    if rising is not None:
        found.append(high if rising else low)
    return found


def placed(bars: Bars, drawn_corners: Floats) -> Floats:
    """``(4, 2)`` corners in the image of a code that was read from `drawn`: its own top left first."""
    first, last = (float(x - QUIET) / 2 for x in drawn_corners[:2, 0])
    corners = bars.outline(min(first, last), max(first, last))
    return corners if first <= last else np.roll(corners, 2, axis=0)
