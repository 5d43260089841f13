"""What a surface is like, cell by cell: how much it changes in four directions at three scales, and its level."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
SCALES = 3  # each half as fine as the one before
FINEST_PX = 1.0  # sigma of the blur before: noise, and where pixels lie, say little
FLOOR = 0.5  # grey levels squared: less change is none
LENGTH = 5 * SCALES + 1  # numbers a cell
SHRINK = 0.05  # of each spread towards all of them: few cells know little of how numbers go together


@dataclass(frozen=True, slots=True)
class Cells:
    """Overlapping square cells, one every half a side."""

    features: Floats32  # ``(rows, columns, LENGTH)``
    seen: Floats32  # ``(rows, columns)`` share of the cell inside the region
    stride: int  # px from one to the next


def cells(
    grey: NDArray[np.uint8], mask: NDArray[np.uint8], side: int, even_light: bool, tick: Callable[[], None]
) -> Cells:
    """Look at ``(height, width)`` `grey` where `mask` is not 0, in cells of `side` px.

    Args:
        even_light: Leave out what the light makes: everything twice as bright is the same surface.
        tick: Called now and then; it may raise when the time is over.
    """
    stride = max(2, side // 2)
    image = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), FINEST_PX)
    inside = (mask > 0).astype(np.float32)
    share = _pooled(inside, stride)
    rows = [_mean(np.asarray(image, np.float32), inside, share, stride)]
    for scale in range(SCALES):
        tick()
        small = _reduced(np.asarray(image, np.float32), 2**scale)
        rows += [_mean(energy, inside, share, stride) for energy in _energies(small, image.shape, 2**scale)]
    energy = np.stack(rows[1:], axis=-1)
    features = np.concatenate([np.log(rows[0][..., None] + 1), 0.5 * np.log(energy + FLOOR)], axis=-1)
    if even_light and (share >= 0.5).any():
        features = features - _of_the_light(features, share)
    return Cells(features.astype(np.float32), share, stride)


def _of_the_light(features: Floats32, share: Floats32) -> Floats32:
    """By how much light changed: the level goes with all energies alike."""
    middle = np.median(features[share >= 0.5], axis=0)
    return np.asarray(np.concatenate([middle[:1], np.full(LENGTH - 1, middle[1:].mean())]), np.float32)


def _reduced(image: Floats32, factor: int) -> Floats32:
    if factor == 1:
        return image
    size = max(1, image.shape[1] // factor), max(1, image.shape[0] // factor)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)


def _energies(image: Floats32, shape: tuple[int, ...], factor: int) -> list[Floats32]:
    """Squares of the slopes to the right, down and along both diagonals, and of the curvature, at full size."""
    gx = np.asarray(cv2.Scharr(image, cv2.CV_32F, 1, 0, scale=1 / 32), np.float32)
    gy = np.asarray(cv2.Scharr(image, cv2.CV_32F, 0, 1, scale=1 / 32), np.float32)
    bent = np.asarray(cv2.Laplacian(image, cv2.CV_32F), np.float32)
    found = [gx * gx, gy * gy, (gx + gy) ** 2 / 2, (gx - gy) ** 2 / 2, bent * bent]
    if factor == 1:
        return found
    return [
        np.asarray(cv2.resize(one, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32) for one in found
    ]


def _mean(values: Floats32, inside: Floats32, share: Floats32, stride: int) -> Floats32:
    return np.asarray(_pooled(values * inside, stride) / np.maximum(share, np.float32(1e-3)), np.float32)


def _pooled(values: Floats32, stride: int) -> Floats32:
    """``(rows, columns)``: means over squares of twice the stride; without what is left over right and below."""
    rows, columns = values.shape[0] // stride, values.shape[1] // stride
    if rows < 2 or columns < 2:
        return np.zeros((0, 0), np.float32)
    part = values[: rows * stride, : columns * stride]
    block = part.reshape(rows, stride, columns, stride).mean(axis=(1, 3))
    return np.asarray((block[:-1, :-1] + block[1:, :-1] + block[:-1, 1:] + block[1:, 1:]) / 4, np.float32)


@dataclass(frozen=True, slots=True)
class Model:
    """What good cells are like: a normal distribution."""

    middle: Floats  # ``(LENGTH,)``
    whitening: Floats  # ``(LENGTH, LENGTH)``: makes their spread 1 in every direction

    @classmethod
    def of(cls, features: NDArray[np.floating]) -> "Model":
        """From ``(n, LENGTH)`` features of good cells."""
        x = np.asarray(features, np.float64)
        middle = x.mean(axis=0)
        spread = (x - middle).T @ (x - middle) / max(len(x) - 1, 1)
        spread = (1 - SHRINK) * spread + (SHRINK * np.trace(spread) / LENGTH + 1e-4) * np.eye(LENGTH)
        return cls(middle, np.linalg.inv(np.linalg.cholesky(spread)))

    def away(self, features: NDArray[np.floating]) -> Floats:
        """How far ``(..., LENGTH)`` features lie from good ones, in spreads (Mahalanobis distance)."""
        off = (np.asarray(features, np.float64) - self.middle) @ self.whitening.T
        return np.asarray(np.sqrt((off * off).sum(axis=-1)))
