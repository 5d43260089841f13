"""Edge points of an image, sub-pixel, with the direction in which it gets brighter."""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .levels import Levels

Floats32 = NDArray[np.float32]
MOST_ROWS = 32000  # that OpenCV samples at once
BLUR_PX = 1.0  # sigma, before gradients are taken


@dataclass(frozen=True, slots=True)
class EdgePoints:
    """Points on edges. Arrays of one length, px and grey levels a px."""

    places: Floats32  # ``(n, 2)`` x, y
    normals: Floats32  # ``(n, 2)`` of length 1, from dark to light
    slopes: Floats32  # ``(n,)`` grey levels a pixel

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "EdgePoints":
        return EdgePoints(self.places[chosen], self.normals[chosen], self.slopes[chosen])

    def moved(self, offset: NDArray[np.float64]) -> "EdgePoints":
        """Each point `offset` px, ``(n,)``, along its normal."""
        places = self.places + offset[:, None] * self.normals
        return EdgePoints(places.astype(np.float32), self.normals, self.slopes)


def gradient(image: Levels, blur: float = BLUR_PX) -> Floats32:
    """Change of level a px after a blur by `blur` px (sigma).

    ``(height, width, 3)``: to the right, down, and along the steepest way. (Of three channels OpenCV samples between
    pixels exactly, of two only to 1/32 px.)
    """
    smooth = cv2.GaussianBlur(image, (0, 0), blur) if blur > 0 else image
    gx = cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=1 / 32)
    gy = cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=1 / 32)
    return cast("Floats32", cv2.merge([gx, gy, cv2.magnitude(gx, gy)]))


def edge_points(image: Levels, mask: NDArray[np.uint8], high: float, low: float) -> EdgePoints:
    """Ridges of the gradient that exceed `low` and hang together with one above `high` (grey levels a px).

    Only where `mask` is not 0.
    """
    field = gradient(image)
    scale = 16000.0 / max(float(field[..., 2].max()), 1e-6)
    dx, dy = (np.ascontiguousarray((field[..., i] * scale).astype(np.int16)) for i in (0, 1))
    ridge = cv2.Canny(dx, dy, low * scale, high * scale, L2gradient=True)
    ridge = cv2.bitwise_and(ridge, mask)
    ridge[[0, -1]] = 0
    ridge[:, [0, -1]] = 0
    ys, xs = np.nonzero(ridge)
    return _on_ridge(field, xs, ys)


def _on_ridge(field: Floats32, xs: NDArray[np.intp], ys: NDArray[np.intp]) -> EdgePoints:
    """Move pixels along their normal to the top of the gradient."""
    g, slope = field[ys, xs, :2], field[ys, xs, 2]
    normal = g / np.maximum(slope, 1e-6)[:, None]
    strength = np.ascontiguousarray(field[..., 2])
    at = np.stack([xs, ys], axis=1).astype(np.float32)
    before, after = (sample(strength, (at + d * normal).astype(np.float32))[:, 0] for d in (-1.0, 1.0))
    bend = before - 2 * slope + after
    with np.errstate(divide="ignore", invalid="ignore"):
        move = np.where(bend < 0, (before - after) / (2 * bend), 0.0)
    move = np.clip(move, -0.7, 0.7)[:, None]
    return EdgePoints((at + move * normal).astype(np.float32), normal.astype(np.float32), slope.astype(np.float32))


def sample(image: Floats32, at: Floats32) -> Floats32:
    """Bilinear values of `image` at ``(..., 2)`` x, y: ``(..., channels)``; 0 beyond the edge."""
    flat = at.reshape(-1, 1, 2).astype(np.float32)
    parts = [flat[i : i + MOST_ROWS] for i in range(0, len(flat), MOST_ROWS)]
    seen = [cv2.remap(image, part, None, cv2.INTER_LINEAR) for part in parts]  # type: ignore[call-overload]
    channels = 1 if image.ndim == 2 else image.shape[2]
    out = np.concatenate(seen) if seen else np.zeros(0, np.float32)
    return cast("Floats32", out.reshape(*at.shape[:-1], channels))
