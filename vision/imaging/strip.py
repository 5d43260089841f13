"""A bent strip of the frame: where each pixel lies along and across it, and its straightened image."""

import math
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..course import at_steps

Floats = NDArray[np.float64]
Box = tuple[int, int, int, int]
ROUNDING = 1e-6  # px
NEAR = 3  # samples to each side of the nearest one that are looked at: it was found to a pixel


@dataclass(frozen=True, slots=True)
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
        sideways, knots = self.sideways(), np.arange(len(self.places))
        x, y, dx, dy = (np.interp(s, knots, each) for each in (*self.places.T, *sideways.T))
        return np.stack([x + across * dx, y + across * dy], axis=-1)

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

    def within(self, box: Box) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """How far along and across each pixel of `box` lies, ``(height, width)`` px, and which belong to the strip."""
        x, y, width, height = box
        along, across = np.zeros((height, width)), np.zeros((height, width))
        inside = np.zeros((height, width), np.bool_)
        nearest = self._nearest(box)
        rows, columns = np.nonzero(nearest >= 0)
        points = np.stack([columns + x, rows + y], axis=1).astype(np.float64)
        s, v, belongs = self._measured(points, nearest[rows, columns])
        along[rows, columns], across[rows, columns], inside[rows, columns] = s, v, belongs
        return along, across, inside

    def _nearest(self, box: Box) -> NDArray[np.intp]:
        """The number of the place next to each pixel, about; -1 where it is too far away."""
        x, y, width, height = box
        pad = math.ceil(self.width / 2) + 2
        cells = np.rint(self.places).astype(np.intp) - (x - pad, y - pad)
        shape = (height + 2 * pad, width + 2 * pad)
        seen = np.flatnonzero(((cells >= 0) & (cells < shape[::-1])).all(axis=1))
        if not len(seen):
            return np.full((height, width), -1, np.intp)
        canvas = np.full(shape, 255, np.uint8)
        columns, rows = cells[seen].T
        canvas[rows, columns] = 0
        away, labels = cv2.distanceTransformWithLabels(
            canvas, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
        )
        number = np.full(int(np.max(labels)) + 1, -1, np.intp)
        number[np.asarray(labels)[rows, columns]] = seen
        near = np.where(np.asarray(away) <= self.width / 2 + 2, number[np.asarray(labels)], -1)
        return near[pad : pad + height, pad : pad + width]

    def _measured(self, points: Floats, nearest: NDArray[np.intp]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Along, across and whether they belong to the strip: `points` against the pieces about the `nearest` place."""
        last = len(self.places) - 1
        best, along, across = np.full(len(points), np.inf), np.zeros(len(points)), np.zeros(len(points))
        beyond = np.zeros(len(points), np.bool_)
        step = self.length / last
        for off in range(-NEAR, NEAR):
            i = nearest + off
            i = i % last if self.closed else np.clip(i, 0, last - 1)
            a, piece = self.places[i], self.places[i + 1] - self.places[i]
            rel, squared = points - a, np.maximum((piece * piece).sum(axis=1), 1e-18)
            t = (rel * piece).sum(axis=1) / squared
            on = np.clip(t, 0.0, 1.0)
            away = np.hypot(*(rel - on[:, None] * piece).T)
            side = piece[:, 0] * rel[:, 1] - piece[:, 1] * rel[:, 0]
            nearer = away < best
            best[nearer] = away[nearer]
            along[nearer] = ((i + on) * step)[nearer]
            across[nearer] = np.where(side < 0, -away, away)[nearer]
            ends = ((i == 0) & (t < -ROUNDING)) | ((i == last - 1) & (t > 1 + ROUNDING))
            beyond[nearer] = ends[nearer]
        if self.closed:
            beyond[:] = False
        return along, across, (best <= self.width / 2 + ROUNDING) & ~beyond
