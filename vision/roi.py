"""Where a tool looks: regions of a frame, moved with the part."""

import math
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from .course import leftward, spline

Pose = NDArray[np.float64]
"""``(2, 3)`` affine matrix from taught frame pixels to this frame's pixels."""

IDENTITY: Pose = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
IDENTITY.setflags(write=False)

Columns = NDArray[np.intp]


Place = Annotated[float, Field(ge=-32768, le=32767)]
Extent = Annotated[float, Field(gt=0, le=65535)]


class _Region(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Rectangle(_Region):
    """A rectangle, covering ``x <= column < x + width`` before it is turned about its centre."""

    kind: Literal["rectangle"] = "rectangle"
    x: Place
    """Left edge (px)"""
    y: Place
    """Top edge (px)"""
    width: Extent
    """Width (px)"""
    height: Extent
    """Height (px)"""
    angle_deg: float = 0.0
    """Turned counter-clockwise about the centre (deg)"""

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + (self.width - 1) / 2, self.y + (self.height - 1) / 2

    def outline(self) -> NDArray[np.float64]:
        """``(4, 2)`` corners of the covered area, clockwise on screen from the top left one."""
        cx, cy = self.centre
        w, h = self.width / 2, self.height / 2
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        return np.array(
            [(cx + dx * c + dy * s, cy - dx * s + dy * c) for dx, dy in ((-w, -h), (w, -h), (w, h), (-w, h))]
        )


class CircleRoi(_Region):
    """All pixels whose centre is at most `radius` from the centre."""

    kind: Literal["circle"] = "circle"
    x: Place
    """Centre (px)"""
    y: Place
    """Centre (px)"""
    radius: Extent
    """Radius (px)"""

    @property
    def centre(self) -> tuple[float, float]:
        return self.x, self.y

    def outline(self) -> NDArray[np.float64]:
        """``(64, 2)`` points."""
        t = np.linspace(0, 2 * np.pi, 64, endpoint=False)
        return np.stack([self.x + self.radius * np.cos(t), self.y + self.radius * np.sin(t)], axis=1)


class Polygon(_Region):
    """The inside of a closed line."""

    kind: Literal["polygon"] = "polygon"
    points: Annotated[tuple[tuple[Place, Place], ...], Field(min_length=3)]
    """Corners (px)"""

    @property
    def centre(self) -> tuple[float, float]:
        box = self.outline()
        return tuple(((box.min(axis=0) + box.max(axis=0)) / 2).tolist())

    def outline(self) -> NDArray[np.float64]:
        return np.asarray(self.points, dtype=np.float64)


class RingSector(_Region):
    """Between two circles, from `start_deg` on for `sweep_deg` counter-clockwise."""

    kind: Literal["ring_sector"] = "ring_sector"
    x: Place
    """Centre (px)"""
    y: Place
    """Centre (px)"""
    inner: Annotated[float, Field(ge=0, le=65535)]
    """Inner radius (px)"""
    outer: Extent
    """Outer radius (px)"""
    start_deg: float = 0.0
    """Where it begins, counter-clockwise from the right (deg)"""
    sweep_deg: Annotated[float, Field(gt=0, le=360)] = 360.0
    """How far it reaches, counter-clockwise (deg); 360 is the whole ring"""

    @model_validator(mode="after")
    def _not_inside_out(self) -> Self:
        if self.inner >= self.outer:
            raise ValueError(f"inner {self.inner:g} is not below outer {self.outer:g}")
        return self

    @property
    def centre(self) -> tuple[float, float]:
        return self.x, self.y

    def outline(self) -> NDArray[np.float64]:
        """``(n, 2)`` points, two degrees apart: outer arc, inner arc back."""
        n = math.ceil(self.sweep_deg / 2) + 1
        t = np.radians(self.start_deg + np.linspace(0, self.sweep_deg, n))
        arc = np.stack([np.cos(t), -np.sin(t)], axis=1)
        return np.asarray(np.concatenate([self.outer * arc, self.inner * arc[::-1]]) + np.array([self.x, self.y]))


class LineRoi(_Region):
    """A strip along a straight line from a first to a second point; its own x axis runs along the line."""

    kind: Literal["line"] = "line"
    x1: Place
    """Where it begins (px)"""
    y1: Place
    """Where it begins (px)"""
    x2: Place
    """Where it ends (px)"""
    y2: Place
    """Where it ends (px)"""
    width: Extent
    """Of the strip, half on each side (px)"""

    @model_validator(mode="after")
    def _not_a_point(self) -> Self:
        if not self.length:
            raise ValueError(f"both points are ({self.x1:g}, {self.y1:g})")
        return self

    @property
    def length(self) -> float:
        return math.hypot(self.x2 - self.x1, self.y2 - self.y1)

    @property
    def angle_deg(self) -> float:
        """Counter-clockwise."""
        return math.degrees(math.atan2(self.y1 - self.y2, self.x2 - self.x1))

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2

    def outline(self) -> NDArray[np.float64]:
        """``(4, 2)`` corners, clockwise on screen, from the one to the left of where it begins."""
        along = np.array([self.x2 - self.x1, self.y2 - self.y1]) / self.length * (self.width / 2)
        left = np.array([along[1], -along[0]])
        p, q = np.array([self.x1, self.y1]), np.array([self.x2, self.y2])
        return np.stack([p + left, q + left, q - left, p - left])


class PathRoi(_Region):
    """A strip along a line through several points: all that is at most half its width away, with ends cut straight."""

    kind: Literal["path"] = "path"
    points: Annotated[tuple[tuple[Place, Place], ...], Field(min_length=2, max_length=1000)]
    """What it runs through, from its beginning to its end (px)"""
    width: Extent
    """Of the strip, half on each side (px)"""
    closed: bool = False
    """From the last point back to the first"""
    smooth: bool = False
    """A curve through the points (a spline) rather than straight pieces"""

    @model_validator(mode="after")
    def _moves_on(self) -> Self:
        if self.closed and len(self.points) < 3:
            raise ValueError("a closed path needs at least 3 points")
        ring = [*self.points, self.points[0]] if self.closed else self.points
        for i, (p, q) in enumerate(pairwise(ring), 1):
            if p == q:
                raise ValueError(f"points {i} and {i % len(self.points) + 1} are both ({p[0]:g}, {p[1]:g})")
        return self

    @property
    def centre(self) -> tuple[float, float]:
        line = self.course()
        return tuple(((line.min(axis=0) + line.max(axis=0)) / 2).tolist())

    def course(self) -> NDArray[np.float64]:
        """``(n, 2)`` points of the line in its middle; a closed one ends where it begins."""
        return _course(self.points, self.closed, self.smooth)

    def outline(self) -> NDArray[np.float64]:
        """``(2 n, 2)``: its left side, and its right side back; of a bend sharper than its width only near it."""
        line = self.course()
        sideways = leftward(line, self.closed) * (self.width / 2)
        return np.asarray(np.concatenate([line + sideways, (line - sideways)[::-1]]))


Roi = Annotated[
    Rectangle | CircleRoi | Polygon | RingSector | LineRoi | PathRoi,
    Field(discriminator="kind"),
]
KINDS = ("rectangle", "circle", "polygon", "ring_sector", "line", "path")
"""All kinds of regions."""


@lru_cache(maxsize=64)
def _course(points: tuple[tuple[float, float], ...], closed: bool, smooth: bool) -> NDArray[np.float64]:
    """Asked for several times on each frame."""
    given = np.asarray(points, np.float64)
    line = spline(given, closed) if smooth else np.concatenate([given, given[:1]]) if closed else given
    line.setflags(write=False)
    return line


def moved(points: NDArray[np.float64], pose: Pose) -> NDArray[np.float64]:
    """`points`, ``(n, 2)``, carried by `pose`."""
    return np.asarray(points @ pose[:, :2].T + pose[:, 2])


def mask_of(outline: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """``(height, width)``, 255 where the pixel's centre is inside `outline` (even-odd), sub-pixel corners kept.

    A centre on a left or upper edge is inside, one on a right or lower edge is not, so that regions side by
    side share no pixel.
    """
    height, width = shape
    a, b = outline, np.concatenate([outline[1:], outline[:1]])
    rows = np.arange(height)[:, None]
    row, edge = np.nonzero((a[:, 1] <= rows) != (b[:, 1] <= rows))
    slope = (b[:, 0] - a[:, 0]) / np.where(b[:, 1] == a[:, 1], 1.0, b[:, 1] - a[:, 1])
    x = a[edge, 0] + (row - a[edge, 1]) * slope[edge]
    # Rounded, so that a corner computed as 9.999999999 is 10.
    column = np.minimum(np.maximum(np.ceil(np.round(x, 6)), 0), width).astype(np.intp)
    first, last = row[::2], row[1::2]
    if len(first) == len(last) and (first == last).all() and (first[1:] > first[:-1]).all():
        return _between(column[::2], column[1::2], first, shape)
    turns = np.zeros((height, width + 1), np.uint8)
    np.add.at(turns, (row, column), 1)
    inside = np.bitwise_and(np.cumsum(turns[:, :width], axis=1, dtype=np.uint8), 1)
    return np.multiply(inside, 255, dtype=np.uint8)


def _between(a: Columns, b: Columns, rows: Columns, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """The mask of an outline that each row enters once and leaves once, as convex ones are: from `a` to `b`."""
    mask = np.zeros(shape, np.uint8)
    if len(rows) and (a == a[0]).all() and (b == b[0]).all():  # an upright rectangle
        mask[rows[0] : rows[-1] + 1, min(a[0], b[0]) : max(a[0], b[0])] = 255
        return mask
    lows, highs = np.minimum(a, b).tolist(), np.maximum(a, b).tolist()
    for row, low, high in zip(rows.tolist(), lows, highs, strict=True):  # quicker than comparing all pixels
        mask[row, low:high] = 255
    return mask


def disc_of(centre: tuple[float, float], radius: float, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """``(height, width)``, 255 where the pixel's centre is at most `radius` from `centre`."""
    dx, dy = np.arange(shape[1]) - centre[0], np.arange(shape[0]) - centre[1]
    return np.where(dx[None, :] ** 2 + dy[:, None] ** 2 <= radius**2 + 1e-6, 255, 0).astype(np.uint8)


def ring_of(centre: tuple[float, float], radii: tuple[float, float], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """``(height, width)``, 255 where the pixel's centre lies from the first to the second of `radii` from `centre`."""
    dx, dy = np.arange(shape[1]) - centre[0], np.arange(shape[0]) - centre[1]
    squared = dx[None, :] ** 2 + dy[:, None] ** 2
    return np.where((squared >= radii[0] ** 2 - 1e-6) & (squared <= radii[1] ** 2 + 1e-6), 255, 0).astype(np.uint8)
