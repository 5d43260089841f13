"""The outline of a part: where its level crosses a threshold, to a fraction of a pixel, and how far points lie off."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from ..roi import Pose, moved
from .edges import sample
from .levels import Levels

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Numbers = NDArray[np.intp]
Grey = NDArray[np.uint8]
BLUR_PX = 0.8  # before the threshold: noise makes no fringes
RIM_PX = 3  # an outline so near the edge of what is looked at may be that edge
OUTWARDS = np.linspace(-1.0, 2.0, 25)  # px from a border pixel's centre: where the threshold is crossed
AROUND = 2  # pieces to each side of the nearest point that are looked at
MOST_PIXELS = 150_000_000
MARGIN_PX = 64  # round an outline, in which its nearest point is known at once


@dataclass(frozen=True)
class Outline:
    """Closed lines of points, about 1 px apart. Arrays of one length."""

    points: Floats  # ``(n, 2)`` px
    normals: Floats  # ``(n, 2)`` of length 1, out of the part
    after: Numbers  # the number of the next point
    sure: Bools  # False: near the edge of what was looked at

    @classmethod
    def of(cls, loops: Sequence[tuple[Floats, Floats, Bools]]) -> "Outline":
        """Points, normals and whether they are sure, of each closed line."""
        if not loops:
            return cls(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, np.intp), np.zeros(0, np.bool_))
        points, normals, sure = (np.concatenate(each) for each in zip(*loops, strict=True))
        starts = np.cumsum([0, *(len(loop[0]) for loop in loops)])
        after = np.concatenate([np.roll(np.arange(a, b), -1) for a, b in pairwise(starts)])
        return cls(points, normals, after.astype(np.intp), sure)

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def before(self) -> Numbers:
        """The number of the point before."""
        out = np.empty_like(self.after)
        out[self.after] = np.arange(len(self.after))
        return out

    def loops(self) -> list[Numbers]:
        """The numbers of the points of each closed line, in order."""
        starts = [0, *(np.flatnonzero(self.after < np.arange(len(self))) + 1).tolist()]
        return [np.arange(a, b) for a, b in pairwise(starts)]

    def moved(self, pose: Pose) -> "Outline":
        """Carried by `pose`, which turns, shifts and scales."""
        normals = self.normals @ pose[:, :2].T
        normals = normals / np.maximum(np.hypot(*normals.T), 1e-9)[:, None]
        return Outline(moved(self.points, pose), normals, self.after, self.sure)

    def away(self, points: Floats) -> tuple[Floats, Floats]:
        """Signed distances of ``(m, 2)`` `points`, positive outside, and the places next to them, ``(m, 2)``."""
        nearest = self._nearest(points)
        least, feet = np.full(len(points), np.inf), np.zeros((len(points), 2))
        side = np.ones(len(points))
        start = nearest
        for _ in range(AROUND):
            start = self.before[start]
        for _ in range(2 * AROUND):
            a, piece = self.points[start], self.points[self.after[start]] - self.points[start]
            t = ((points - a) * piece).sum(axis=1) / np.maximum((piece * piece).sum(axis=1), 1e-12)
            foot = a + np.clip(t, 0.0, 1.0)[:, None] * piece
            far = np.hypot(*(points - foot).T)
            nearer = far < least
            least[nearer], feet[nearer] = far[nearer], foot[nearer]
            normal = self.normals[start] + self.normals[self.after[start]]
            side[nearer] = np.where(((points - foot) * normal).sum(axis=1) < 0, -1.0, 1.0)[nearer]
            start = self.after[start]
        return side * least, feet

    def beside(self, points: Floats) -> tuple[Floats, Floats]:
        """As `away`, but quicker: signed distances from the tangents of the points next to them, and their normals."""
        nearest = self._nearest(points)
        normals = self.normals[nearest]
        return ((points - self.points[nearest]) * normals).sum(axis=1), normals

    def _nearest(self, points: Floats) -> Numbers:
        origin, numbers = self._map
        at = np.rint(points).astype(np.intp) - origin
        columns, rows = np.clip(at[:, 0], 0, numbers.shape[1] - 1), np.clip(at[:, 1], 0, numbers.shape[0] - 1)
        return np.asarray(numbers[rows, columns])

    @cached_property
    def _map(self) -> tuple[NDArray[np.intp], Numbers]:
        """Where it begins, and of each pixel the number of the point next to it, about.

        Raises:
            ToolError: It would fill the memory.
        """
        cells = np.rint(self.points).astype(np.intp)
        origin = cells.min(axis=0) - MARGIN_PX
        width, height = (cells.max(axis=0) + MARGIN_PX + 1 - origin).tolist()
        if width * height > MOST_PIXELS:
            raise ToolError(f"the outline spans {width} x {height} px, more than {MOST_PIXELS // 10**6} million pixels")
        canvas = np.full((height, width), 255, np.uint8)
        columns, rows = (cells - origin).T
        canvas[rows, columns] = 0
        labels = cv2.distanceTransformWithLabels(canvas, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL)[
            1
        ]
        number = np.zeros(int(np.max(labels)) + 1, np.intp)
        number[np.asarray(labels)[rows, columns]] = np.arange(len(cells))
        return origin, number[np.asarray(labels)]


def outline(levels: Levels, mask: Grey, threshold: float, bright: bool, min_area: float, holes: bool) -> Outline:
    """The outline of what is brighter (or darker) than `threshold`.

    Args:
        levels: ``(height, width)`` 0-255.
        mask: Of the same size; only where it is not 0 there may be part.
        min_area: Parts and holes of fewer square pixels are dirt.
        holes: Whether holes have an outline too.
    """
    smooth = cv2.GaussianBlur(levels, (0, 0), BLUR_PX)
    above = (np.asarray(smooth, np.float32) - np.float32(threshold)) * np.float32(1 if bright else -1)
    part = ((above >= 0) & (mask > 0)).astype(np.uint8)
    kernel = np.ones((2 * RIM_PX + 1, 2 * RIM_PX + 1), np.uint8)
    inner = cv2.erode(mask, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    found, tree = cv2.findContours(part, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    loops = []
    for contour, (_, _, _, parent) in zip(found, tree[0].tolist() if tree is not None else [], strict=True):
        border = contour[:, 0].astype(np.float64)
        if len(border) < 8 or cv2.contourArea(contour) < min_area or (parent >= 0 and not holes):
            continue
        loops.append(_placed(border, above, inner, inwards=parent >= 0))
    return Outline.of(loops)


def _placed(border: Floats, above: Levels, inner: Bools, inwards: bool) -> tuple[Floats, Floats, Bools]:
    """A line of border pixels moved to where the level is the threshold's; a hole's normals point `inwards`."""
    along = sum(np.roll(border, -k, axis=0) - np.roll(border, k, axis=0) for k in (1, 2, 3))
    along = np.asarray(along) / np.maximum(np.hypot(*np.asarray(along).T), 1e-9)[:, None]
    x, y = border.T
    clockwise = float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) > 0  # on screen, y down
    normals = np.stack([along[:, 1], -along[:, 0]], axis=1) * (1 if clockwise else -1) * (-1 if inwards else 1)
    at = border[:, None] + OUTWARDS[None, :, None] * normals[:, None]
    seen = sample(above, at.astype(np.float32))[..., 0]
    crossed = (seen[:, :-1] >= 0) & (seen[:, 1:] < 0)
    first = np.where(crossed.any(axis=1), crossed.argmax(axis=1), 0)
    each = np.arange(len(border))
    a, b = seen[each, first].astype(np.float64), seen[each, first + 1].astype(np.float64)
    step = OUTWARDS[1] - OUTWARDS[0]
    out = np.where(crossed.any(axis=1), OUTWARDS[first] + step * a / np.maximum(a - b, 1e-9), 0.5)
    columns, rows = border.astype(np.intp).T
    return border + out[:, None] * normals, normals, inner[rows, columns]


@dataclass(frozen=True, slots=True)
class Freedom:
    """How a part may lie against the taught one."""

    max_shift: float  # px
    max_turn_deg: float  # 0 = it does not turn


ROUNDS = 25
SETTLED = 1e-4  # px
NARROWER = 0.7  # from round to round, what still counts
LEAST_REACH_PX = 6.0  # what is off by less has a say: a part that is wider lies in the middle of the taught one
AGREE_PX = 3.0  # farther off is as bad as any


def registered(taught: Outline, seen: Outline, freedom: Freedom, tick: Callable[[], None]) -> Pose:
    """The shift and turn that lay `seen` onto `taught` where most of both agree.

    Points against tangents, far ones counting less and less (Tukey's weights): what is too much or missing has no say.
    Begun where it is, and from the middles of both. May lie beyond `freedom`; that is for the caller to refuse.

    Args:
        tick: Called in every round; it may raise when the time is over.
    """
    points, home = seen.points[seen.sure], taught.points[taught.sure].mean(axis=0)
    if freedom.max_shift <= 0 or not len(points):
        return _about(home, 0.0, np.zeros(2))
    middles = np.clip(home - points.mean(axis=0), -freedom.max_shift, freedom.max_shift)
    poses = [_settled(taught, points, start, freedom, tick) for start in (np.zeros(2), middles)]
    return min(poses, key=lambda pose: float(np.minimum(np.abs(taught.away(moved(points, pose))[0]), AGREE_PX).mean()))


def _settled(taught: Outline, points: Floats, shift: Floats, freedom: Freedom, tick: Callable[[], None]) -> Pose:
    centre, turn, wide = taught.points.mean(axis=0), 0.0, 2 * freedom.max_shift
    for _ in range(ROUNDS):
        tick()
        now = moved(points, _about(centre, turn, shift))
        away, normals = taught.beside(now)
        wide *= NARROWER
        arm = (now - centre) * (freedom.max_turn_deg > 0)
        step = _step(arm, away, normals, max(3.0 * float(np.median(np.abs(away))), wide, LEAST_REACH_PX))
        shift, turn = shift + step[:2], turn + float(np.clip(step[2], -0.1, 0.1))
        if wide < LEAST_REACH_PX and np.abs(step[:2]).max() < SETTLED and abs(step[2]) * 100 < SETTLED:
            break
    return _about(centre, turn, shift)


def _step(arm: Floats, away: Floats, normal: Floats, reach: float) -> Floats:
    """Shift x, y and turn (clockwise on screen) that bring points nearer: they are `away` along their `normal`."""
    weight = np.maximum(1 - (away / reach) ** 2, 0.0) ** 2
    design = np.column_stack([normal, normal[:, 1] * arm[:, 0] - normal[:, 0] * arm[:, 1]])
    square = (design * weight[:, None]).T @ design
    ridge = 1e-6 * np.diag(np.maximum(np.diag(square), 1e-9))
    return np.asarray(np.linalg.solve(square + ridge, -(design * weight[:, None]).T @ away))


def _about(centre: Floats, turn: float, shift: Floats) -> Pose:
    c, s = math.cos(turn), math.sin(turn)
    matrix = np.array([[c, -s], [s, c]])
    return np.column_stack([matrix, centre - matrix @ centre + shift])
