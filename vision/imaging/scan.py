"""Scans across a part of the frame, side by side or as spokes of a ring: each its pixels in order, never resampled."""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from ..frame import Image
from .levels import levels_at

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Numbers = NDArray[np.int64]
BINS_PER_PX = 8
MOST_BINS = 50_000_000
NOTHING: Numbers = np.zeros(0, np.int64)
FIRST: Numbers = np.zeros((1, 1), np.int64)  # the number of the only scan
ROUNDING = 1e-9  # px: a pixel's centre on the edge of a scan belongs to it


class Scan(Protocol):
    """Where to scan: `count` scans along `u` from ``-length / 2`` to ``length / 2``."""

    @property
    def count(self) -> int: ...
    @property
    def length(self) -> float: ...
    @property
    def width(self) -> float: ...

    def point(self, k: int, u: float) -> tuple[float, float]:
        """The frame point at `u` in the middle of scan `k`."""

    def ends(self, k: int, u: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """The frame points at `u` on both sides of scan `k`."""

    def at(self, u: float, across: float) -> tuple[float, float]:
        """The frame point at `u`, and so far across all scans as `Places` tells it."""

    def places(self, columns: Floats, rows: Floats) -> "Places":
        """Where each pixel lies."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where pixels lie in a scan; ``(height, width)`` each, or less where all are the same."""

    u: Floats
    across: Floats  # beside each other px, of spokes degrees from the first one's side
    number: Numbers  # of the scan
    inside: Bools


@dataclass(frozen=True, slots=True)
class Samples:
    """The pixels of one scan, those at nearly the same `u` as one; in order of `u`."""

    u: Floats  # ``(n,)`` px along the scan, 0 in its middle: mean of the pixels
    level: Floats  # ``(n,)`` 0-255: mean of the pixels
    count: Floats  # ``(n,)`` pixels
    spread: Floats  # ``(n,)`` sum of squares about the mean
    across: float = 0.0  # where the pixels lie across all scans: their mean, seldom just the scan's middle


@dataclass(frozen=True, slots=True)
class Layout:
    """Which pixels are taken together as samples, all scans one after the other. Their levels have no part in it."""

    inside: Numbers  # of the pixels, counted row by row through the box
    slot: Numbers  # the sample that each belongs to
    u: Floats  # of the samples, as in `Samples`
    count: Floats
    cuts: list[int]  # scan k has the samples from ``cuts[k]`` up to ``cuts[k + 1]``
    middles: list[float]  # where the pixels of each scan lie across


@dataclass(frozen=True)
class Parallel:
    """Scans along `angle_deg` (counter-clockwise), one beside the other across `across` px.

    They are numbered along `v`, which is `u` turned clockwise by 90 degrees on screen.
    """

    centre: tuple[float, float]  # frame px
    angle_deg: float
    length: float  # px
    across: float  # px, of all together
    count: int = 1

    @property
    def width(self) -> float:
        return self.across / self.count

    @cached_property
    def axis(self) -> tuple[float, float]:
        """Unit vector of `u` in frame px (y down); `v` is ``(-y, x)`` of it."""
        a = math.radians(self.angle_deg)
        return math.cos(a), -math.sin(a)

    def at(self, u: float, across: float) -> tuple[float, float]:
        (x, y), (ux, uy) = self.centre, self.axis
        return x + u * ux - across * uy, y + u * uy + across * ux

    def point(self, k: int, u: float) -> tuple[float, float]:
        return self.at(u, (k + 0.5) * self.width - self.across / 2)

    def ends(self, k: int, u: float) -> tuple[tuple[float, float], tuple[float, float]]:
        v = k * self.width - self.across / 2
        return self.at(u, v), self.at(u, v + self.width)

    def places(self, columns: Floats, rows: Floats) -> Places:
        ux, uy = self.axis
        dx, dy = columns - self.centre[0], (rows - self.centre[1])[:, None]
        u, v = dx * ux + dy * uy, dy * ux - dx * uy
        half = self.across / 2
        inside = (np.abs(v) <= half + ROUNDING) & (np.abs(u) <= self.length / 2 + ROUNDING)
        if self.count == 1:
            return Places(u, v, FIRST, inside)
        k = np.clip(np.floor((v + half) / self.width), 0, self.count - 1).astype(np.int64)
        return Places(u, v, k, inside)


@dataclass(frozen=True, slots=True)
class Spokes:
    """Scans from the inner to the outer radius of a ring's sector, side by side counter-clockwise."""

    centre: tuple[float, float]  # frame px
    inner: float  # px
    outer: float  # px
    start_deg: float  # counter-clockwise from the right
    sweep_deg: float  # up to 360
    count: int

    @property
    def length(self) -> float:
        return self.outer - self.inner

    @property
    def width(self) -> float:
        """In the middle of the ring (px)."""
        return math.radians(self.sweep_deg) * (self.inner + self.outer) / 2 / self.count

    def at(self, u: float, across: float) -> tuple[float, float]:
        r, a = (self.inner + self.outer) / 2 + u, math.radians(self.start_deg + across)
        return self.centre[0] + r * math.cos(a), self.centre[1] - r * math.sin(a)

    def point(self, k: int, u: float) -> tuple[float, float]:
        return self.at(u, (k + 0.5) * self.sweep_deg / self.count)

    def ends(self, k: int, u: float) -> tuple[tuple[float, float], tuple[float, float]]:
        each = self.sweep_deg / self.count
        return self.at(u, k * each), self.at(u, (k + 1) * each)

    def places(self, columns: Floats, rows: Floats) -> Places:
        dx, dy = columns - self.centre[0], (rows - self.centre[1])[:, None]
        r = np.hypot(dx, dy)
        turned = np.mod(np.degrees(np.arctan2(-dy, dx)) - self.start_deg, 360.0)
        inside = (r >= self.inner - ROUNDING) & (r <= self.outer + ROUNDING) & (turned <= self.sweep_deg)
        k = np.minimum(turned * (self.count / self.sweep_deg), self.count - 1).astype(np.int64)
        return Places(r - (self.inner + self.outer) / 2, turned, k, inside)


def sampled(
    image: Image, box: tuple[int, int, int, int], mask: NDArray[np.uint8], scan: Scan, full_scale: int = 255
) -> list[Samples]:
    """The pixels of each scan.

    Args:
        image: The whole frame.
        box: x, y, width and height of the part of it to look at.
        mask: ``(height, width)`` of the box; pixels that are 0 do not count.

    Raises:
        ToolError: They would fill the memory.
    """
    laid = laid_out(box, mask, scan)
    table = sampled_once(image, box, laid, full_scale)
    if scan.count == 1:
        return [table]
    pieces = zip(pairwise(laid.cuts), laid.middles, strict=True)
    u, level, count, spread = table.u, table.level, table.count, table.spread
    return [Samples(u[a:b], level[a:b], count[a:b], spread[a:b], middle) for (a, b), middle in pieces]


def sampled_once(image: Image, box: tuple[int, int, int, int], laid: Layout, full_scale: int = 255) -> Samples:
    """As `sampled`, all scans that are laid out one after the other as if they were one."""
    if not len(laid.inside):
        return Samples(laid.u, laid.u, laid.u, laid.u)
    level = levels_at(image, box, laid.inside, full_scale)
    mean = np.bincount(laid.slot, level) / laid.count
    level *= level
    spread = np.bincount(laid.slot, level) - laid.count * mean * mean
    return Samples(laid.u, mean, laid.count, np.maximum(spread, 0.0, out=spread))


def laid_out(box: tuple[int, int, int, int], mask: NDArray[np.uint8], scan: Scan) -> Layout:
    """Which pixels `sampled` takes together.

    Raises:
        ToolError: They would fill the memory.
    """
    x, y, w, h = box
    if w <= 0 or h <= 0:
        return Layout(NOTHING, NOTHING, np.zeros(0), np.zeros(0), [0] * (scan.count + 1), [0.0] * scan.count)
    seen = scan.places(np.arange(x, x + w, dtype=np.float64), np.arange(y, y + h, dtype=np.float64))
    bins = math.ceil(scan.length * BINS_PER_PX) + 2
    if bins * scan.count > MOST_BINS:
        raise ToolError(
            f"{scan.count} scans of {scan.length:.0f} px would fill the memory: fewer scans, a smaller region"
        )
    shape, inside = seen.inside.shape, (seen.inside & (mask > 0)).ravel().nonzero()[0]
    u = seen.u.ravel().take(inside)
    slot = (u * BINS_PER_PX + (scan.length / 2 * BINS_PER_PX + 0.5)).astype(np.int64)
    middles = [0.0]
    if scan.count > 1:
        number = np.broadcast_to(seen.number, shape).ravel().take(inside)
        across = np.bincount(number, np.broadcast_to(seen.across, shape).ravel().take(inside), scan.count)
        middles = (across / np.maximum(np.bincount(number, minlength=scan.count), 1)).tolist()
        slot += number * bins
    count = np.bincount(slot, minlength=bins * scan.count)
    used = count.nonzero()[0]
    n = count.take(used).astype(np.float64)
    cuts = [0, len(used)] if scan.count == 1 else used.searchsorted(np.arange(scan.count + 1) * bins).tolist()
    return Layout(inside, _in_a_row(used, len(count)).take(slot), np.bincount(slot, u).take(used) / n, n, cuts, middles)


def _in_a_row(used: Numbers, count: int) -> Numbers:
    """For each of `count` numbers its place among the `used` ones."""
    place = np.empty(count, np.int64)
    place[used] = np.arange(len(used))
    return place
