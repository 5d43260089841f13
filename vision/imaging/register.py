"""Lay a frame's part onto a master that looks nearly the same: a bounded shift, then a smooth field of small ones."""

import math
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .mesh import Floats32, Mesh
from .order import quantile

Grey = NDArray[np.uint8]

TILE_PX = 64  # of the field of shifts, in master pixels
BLUR_PX = 1.5  # before gradients are taken, at half size: sub-pixel shifts of hard edges become linear
COARSE_SIDE = 64  # from this size on every second pixel will do: neighbours are alike after the blur
SAMPLES = 4000  # pixels by which light is compared, at most about
BEND_PX = 3.0  # so far a tile may lie from the common shift
STIFFNESS = 0.15  # how much a tile follows its neighbours rather than its own pixels
OUTLIERS = (0.6, 0.4, 0.25)  # by round, of the master's contrast: larger differences are cut to it


@dataclass(frozen=True, slots=True)
class Master:
    """What is needed to register onto a master, made once."""

    size: tuple[int, int]  # width, height of the full size
    grey: Floats32  # at half size, as `weight`
    weight: Floats32  # 0 where nothing is compared
    contrast: float  # spread of its grey levels there
    full: Mesh  # of the full size
    some: Mesh  # the pixels of the half size that are compared; what follows is theirs
    grey_some: Floats32
    weight_some: Floats32
    gx: Floats32
    gy: Floats32
    tensor: Floats32  # ``(rows, columns, 3)`` of tiles: sums of gx gx, gx gy, gy gy

    @property
    def tiles(self) -> tuple[int, int]:
        """Columns, rows."""
        return self.tensor.shape[1], self.tensor.shape[0]

    @classmethod
    def of(cls, grey: Grey, mask: Grey) -> "Master":
        """Prepare `grey`; only where `mask` is not 0 it is compared."""
        small, weight = _half(grey), cast("Floats32", _half(mask) * np.float32(1 / 255))
        counts = small[weight > 0.5]
        contrast = max(_mean_and_spread(counts)[1], 5.0) if len(counts) else 5.0
        (h, w), (small_h, small_w) = grey.shape, small.shape
        tiles = max(1, round(w / TILE_PX)), max(1, round(h / TILE_PX))
        step = 2 if min(small.shape) >= COARSE_SIDE else 1
        full, some = Mesh.of((w, h), tiles), Mesh.of((small_w, small_h), tiles, step)
        grey_some, weight_some = (i[::step, ::step].copy() for i in (small, weight))
        gx, gy = (
            cast("Floats32", cv2.Scharr(small, cv2.CV_32F, *way, scale=1 / 32))[::step, ::step] * weight_some
            for way in ((1, 0), (0, 1))
        )
        tensor = np.stack([_tile_sums(a, tiles) for a in (gx * gx, gx * gy, gy * gy)], axis=-1)
        return cls((w, h), small, weight, contrast, full, some, grey_some, weight_some, gx, gy, tensor)


@dataclass(frozen=True, slots=True)
class Shifts:
    """For each tile of a master: how far its content lies from where the master has it, in full-size px."""

    field: Floats32  # ``(rows, columns, 2)`` x, y
    size: tuple[int, int]  # width, height of the master, px

    @property
    def largest(self) -> float:
        """Of any tile, px."""
        return float(np.hypot(self.field[..., 0], self.field[..., 1]).max())

    def carry(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the master, ``(n, 2)``, to where they lie in the image."""
        rows, columns = self.field.shape[:2]
        at = (points + 0.5) * (columns / self.size[0], rows / self.size[1]) - 0.5
        at = np.clip(at, 0, (columns - 1, rows - 1)).astype(np.float32)
        return points + np.stack([_bilinear(self.field[..., i], at) for i in (0, 1)], axis=1)


def register(master: Master, grey: Grey, max_shift: int) -> Shifts:
    """Where the content of `grey` (of the master's size) lies against the master, at most `max_shift` px in x and y.

    First one shift for all by correlation, then rounds of least squares over tiles, each held by its neighbours,
    so that a tile without structure, or with edges in one direction alone, follows them.
    """
    small = _as_bright_as(_half(grey), master.grey, master.weight)
    start = _common_shift(master, small, max_shift)
    field = np.broadcast_to(np.float32(start), (*master.tensor.shape[:2], 2)).copy()
    for outlier in OUTLIERS:
        moved = _as_bright_as(master.some.lay(field * np.float32(0.5), small)[0], master.grey_some, master.weight_some)
        error = _seen(_tame(moved - master.grey_some, outlier * master.contrast), field, 2 * master.some.step)
        pull = np.stack([_tile_sums(g * error, master.tiles) for g in (master.gx, master.gy)], axis=-1)
        field -= 2 * _solve(master.tensor, pull)
        np.clip(field, start - BEND_PX, start + BEND_PX, out=field)
    return Shifts(np.clip(field, -max_shift, max_shift).astype(np.float32), master.size)


def _half(image: Grey) -> Floats32:
    h, w = image.shape
    small = cv2.resize(image, (max(1, w // 2), max(1, h // 2)), interpolation=cv2.INTER_AREA)
    return cast("Floats32", cv2.GaussianBlur(small.astype(np.float32), (0, 0), BLUR_PX))


def _tame(error: Floats32, most: float) -> Floats32:
    """Differences beyond `most` cut to it, so that a defect pulls little."""
    return np.clip(error, -most, most)


def _seen(error: Floats32, field: Floats32, step: int) -> Floats32:
    """`error` without the margins that were sampled beyond the image's edge; it shows every `step`-th px of `field`."""
    low, high = field.min(axis=(0, 1)) / step, field.max(axis=(0, 1)) / step
    left, top = np.ceil(np.maximum(-low, 0)).astype(int).tolist()
    right, bottom = np.ceil(np.maximum(high, 0)).astype(int).tolist()
    h, w = error.shape
    out = np.zeros_like(error)
    here = np.s_[top : h - bottom, left : w - right]
    out[here] = error[here]
    return out


def _as_bright_as(image: Floats32, master: Floats32, weight: Floats32) -> Floats32:
    """`image` with the mean and the contrast of `master`, as they are where both agree best: a defect has no say."""
    step = math.ceil(math.sqrt(image.size / SAMPLES))
    use = weight[::step, ::step] > 0.5
    x, y = image[::step, ::step][use], master[::step, ::step][use]
    if not len(x):
        return image
    gain, offset, a, b, least = 1.0, 0.0, x, y, 0.25 * _mean_and_spread(y)[1]
    for _ in range(3):
        (mean_a, spread_a), (mean_b, spread_b) = _mean_and_spread(a), _mean_and_spread(b)
        gain = min(max(spread_b / max(spread_a, 1.0), 0.2), 5.0)
        offset = mean_b - gain * mean_a
        off = np.abs(x * np.float32(gain) + np.float32(offset) - y)
        keep = off <= max(quantile(off, 0.9), least)
        a, b = x[keep], y[keep]
    return image * np.float32(gain) + np.float32(offset)


def _mean_and_spread(values: Floats32) -> tuple[float, float]:
    mean, spread = cv2.meanStdDev(values)
    return float(mean[0, 0]), float(spread[0, 0])


def _bilinear(values: Floats32, at: Floats32) -> NDArray[np.float64]:
    return np.asarray(cv2.remap(np.ascontiguousarray(values), at[None], None, cv2.INTER_LINEAR)[0], np.float64)  # type: ignore[call-overload]


def _tile_sums(values: Floats32, tiles: tuple[int, int]) -> Floats32:
    return cast("Floats32", cv2.resize(values, tiles, interpolation=cv2.INTER_AREA))


def _common_shift(master: Master, small: Floats32, max_shift: int) -> Floats32:
    """The best shift for all in full-size px, found in small images first and then made finer at a quarter."""
    step = 4 if min(small.shape) >= 128 else 2 if min(small.shape) >= 64 else 1
    images = [master.grey, small, master.weight]
    dx, dy = _best_shift([_reduced(i, step) for i in images], about=(0, 0), reach=max(1, -(-max_shift // (2 * step))))
    if step > 2:
        finer = step // 2
        about = dx * finer, dy * finer
        dx, dy = _best_shift([_reduced(i, 2) for i in images], about=about, reach=finer)
        step = 2
    shift = np.array([dx, dy], np.float32) * (2 * step)
    return np.clip(shift, -max_shift, max_shift)


def _reduced(image: Floats32, step: int) -> Floats32:
    if step == 1:
        return image
    size = image.shape[1] // step, image.shape[0] // step
    return cast("Floats32", cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def _best_shift(images: list[Floats32], about: tuple[int, int], reach: int) -> tuple[int, int]:
    """The shift (x, y) of the second image against the first with the smallest difference, where the third is not 0."""
    a, b = (np.clip(i, 0, 255).astype(np.uint8) for i in images[:2])
    use = (images[2] > 0.5).astype(np.uint8)
    h, w = a.shape
    best = (np.inf, 0, 0)
    for dy in range(about[1] - reach, about[1] + reach + 1):
        for dx in range(about[0] - reach, about[0] + reach + 1):
            x0, x1, y0, y1 = max(0, -dx), min(w, w - dx), max(0, -dy), min(h, h - dy)
            if x1 - x0 < w / 2 or y1 - y0 < h / 2:
                continue
            here = np.s_[y0:y1, x0:x1]
            over = cv2.countNonZero(use[here])
            if over:
                off = cv2.norm(b[y0 + dy : y1 + dy, x0 + dx : x1 + dx], a[here], cv2.NORM_L1, use[here])
                best = min(best, (off / over, dx, dy))
    return best[1], best[2]


def _solve(tensor: Floats32, pull: Floats32) -> Floats32:
    """The shift of each tile by least squares, smoothed in proportion to how sure each tile is."""
    mean = tensor.mean(axis=(0, 1))
    t = tensor + STIFFNESS * _spread(tensor) + 0.02 * mean
    p = pull + STIFFNESS * _spread(pull) + 0.02 * pull.mean(axis=(0, 1))
    xx, xy, yy = t[..., 0], t[..., 1], t[..., 2]
    ridge = 1e-3 * (mean[0] + mean[2]) + 1e-6
    xx, yy = xx + ridge, yy + ridge
    det = xx * yy - xy * xy
    out = np.stack([yy * p[..., 0] - xy * p[..., 1], xx * p[..., 1] - xy * p[..., 0]], axis=-1) / det[..., None]
    return cast("Floats32", np.clip(out, -2, 2).astype(np.float32))


def _spread(tiles: Floats32) -> Floats32:
    blurred = cv2.GaussianBlur(tiles, (0, 0), 1.0, borderType=cv2.BORDER_REPLICATE)
    return cast("Floats32", blurred).reshape(tiles.shape)
