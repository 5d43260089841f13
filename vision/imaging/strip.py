"""A bent strip of the frame: where each pixel lies along and across it, and its straightened image."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..course import at_steps

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]
Box = tuple[int, int, int, int]
ROUNDING = 1e-6  # px
NEAR = 3  # places to each side of the nearest one that are looked at: it was found to a pixel


@dataclass(frozen=True, slots=True)
class Lies:
    """Where the pixels of a box lie in a strip; ``(height, width)`` each."""

    along: NDArray[np.float32]  # px from its beginning
    across: NDArray[np.float32]  # px from its middle
    inside: NDArray[np.bool_]  # only there the others are known


@dataclass(frozen=True)
class Strip:
    """A line with a width. Across counts from its middle, positive to the right of the way on screen."""

    places: Floats  # ``(n, 2)`` frame px along its middle, equally far apart, at most 1 px
    length: float  # px
    width: float  # px
    closed: bool = False

    @classmethod
    def along(cls, line: Floats, width: float, closed: bool = False) -> "Strip":
        """`line` is ``(n, 2)`` frame px; a closed one ends where it begins."""
        places, length = at_steps(line)
        return cls(places, length, width, closed)

    @classmethod
    def round(cls, centre: tuple[float, float], radii: tuple[float, float], start_deg: float, sweep: float) -> "Strip":
        """Along a ring's sector counter-clockwise; to the right is outwards."""
        radius = sum(radii) / 2
        length = math.radians(sweep) * radius
        t = np.radians(start_deg + np.linspace(0.0, sweep, max(2, math.ceil(length) + 1)))
        places = np.stack([centre[0] + radius * np.cos(t), centre[1] - radius * np.sin(t)], axis=1)
        return cls(places, length, radii[1] - radii[0], sweep >= 360)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the straightened image, px."""
        return max(1, round(self.length)), max(1, round(self.width))

    def backwards(self) -> "Strip":
        """The same, run through from its end."""
        return Strip(self.places[::-1], self.length, self.width, self.closed)

    @cached_property
    def sideways(self) -> Floats:
        """``(n, 2)`` unit vectors to the right of the way, at `places`."""
        if self.closed:
            ahead = np.concatenate([self.places[1:], self.places[1:2]])
            behind = np.concatenate([self.places[-2:-1], self.places[:-1]])
        else:
            ahead = np.concatenate([self.places[1:], self.places[-1:]])
            behind = np.concatenate([self.places[:1], self.places[:-1]])
        along = ahead - behind
        along = along / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
        return np.stack([-along[:, 1], along[:, 0]], axis=1)

    def to_frame(self, along: NDArray[np.floating], across: NDArray[np.floating]) -> Floats:
        """Frame points, ``(..., 2)``, that lie so far `along` from its beginning and so far `across` (px)."""
        s = np.asarray(along, np.float64) * ((len(self.places) - 1) / max(self.length, 1e-9))
        sideways, knots = self.sideways, np.arange(len(self.places))
        x, y, dx, dy = (np.interp(s, knots, each) for each in (*self.places.T, *sideways.T))
        return np.stack([x + across * dx, y + across * dy], axis=-1)

    def spot(self, along: float, across: float) -> tuple[float, float]:
        """As `to_frame`, of a single place."""
        last = len(self.places) - 1
        s = min(max(along * last / max(self.length, 1e-9), 0.0), float(last))
        i = min(int(s), last - 1)
        t = s - i
        (ax, ay), (bx, by) = self.places[i].tolist(), self.places[i + 1].tolist()
        (adx, ady), (bdx, bdy) = self.sideways[i].tolist(), self.sideways[i + 1].tolist()
        x, y = ax + t * (bx - ax), ay + t * (by - ay)
        return x + across * (adx + t * (bdx - adx)), y + across * (ady + t * (bdy - ady))

    def straightened(self, image: NDArray[Any], outside: int | None = None) -> NDArray[Any]:
        """`image` of the whole frame along this strip: the beginning is at the left, what is to its left on top.

        Beyond the edge of `image` lies `outside`, or its nearest pixel.
        """
        width, height = self.size
        along = (np.arange(width) + 0.5) * (self.length / width)
        across = (np.arange(height) + 0.5) * (self.width / height) - self.width / 2
        at = self.to_frame(along[None, :], across[:, None]).astype(np.float32)
        edge = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
        return cast("NDArray[Any]", cv2.remap(image, at, None, cv2.INTER_LINEAR, None, edge, float(outside or 0)))  # type: ignore[call-overload]

    def within(self, box: Box) -> "Lies":
        """Where each pixel of `box` lies."""
        x, y, width, height = box
        along, across = np.zeros((2, height, width), np.float32)
        inside = np.zeros((height, width), np.bool_)
        rows, columns, nearest = self._nearest(box)
        points = np.stack([columns + x, rows + y], axis=1).astype(np.float64)
        s, v, belongs = self._measured(points, nearest)
        along[rows, columns], across[rows, columns], inside[rows, columns] = s, v, belongs
        return Lies(along, across, inside)

    def _nearest(self, box: Box) -> tuple[Numbers, Numbers, Numbers]:
        """Rows and columns of the pixels that are not too far away, and the number of the place next to each, about."""
        x, y, width, height = box
        pad = math.ceil(self.width / 2) + 2
        cells = np.rint(self.places).astype(np.intp) - (x - pad, y - pad)
        shape = (height + 2 * pad, width + 2 * pad)
        seen = np.flatnonzero(((cells >= 0) & (cells < shape[::-1])).all(axis=1))
        if not len(seen):
            return (np.zeros(0, np.intp),) * 3
        canvas = np.full(shape, 255, np.uint8)
        columns, rows = cells[seen].T
        canvas[rows, columns] = 0
        distances, numbers = cv2.distanceTransformWithLabels(
            canvas, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
        )
        away, labels = np.asarray(distances), np.asarray(numbers)
        number = np.full(int(labels.max()) + 1, -1, np.intp)
        number[labels[rows, columns]] = seen
        here = np.s_[pad : pad + height, pad : pad + width]
        rows, columns = np.nonzero(away[here] <= self.width / 2 + 2)
        return rows, columns, number[labels[here][rows, columns]]

    def _measured(self, points: Floats, nearest: Numbers) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Along, across and whether they belong to the strip: `points` from the places about the `nearest` one."""
        last = len(self.places) - 1
        best, place = np.full(len(points), np.inf), nearest
        for off in range(-NEAR, NEAR + 1):
            i = (nearest + off) % last if self.closed else np.clip(nearest + off, 0, last)
            dx, dy = points[:, 0] - self.places[i, 0], points[:, 1] - self.places[i, 1]
            squared = dx * dx + dy * dy
            nearer = squared < best
            best, place = np.where(nearer, squared, best), np.where(nearer, i, place)
        right, off_place = self.sideways[place], points - self.places[place]
        beside = (off_place * right).sum(axis=1)
        t = off_place[:, 0] * right[:, 1] - off_place[:, 1] * right[:, 0]  # px beyond the place, along
        step = self.length / last
        within = np.clip(t, -step / 2, step / 2)  # where it bends pixels lie beside its corner, not farther along
        across = np.copysign(np.sqrt(np.maximum(best - within * within, 0.0)), beside)
        inside = np.abs(across) <= self.width / 2 + ROUNDING
        if not self.closed:
            inside &= ~(((place == 0) & (t < -ROUNDING)) | ((place == last) & (t > ROUNDING)))
        return place * step + within, across, inside
