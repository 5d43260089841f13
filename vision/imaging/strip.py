"""A straight strip of the frame, scanned along its length and averaged across its width."""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..frame import Image
from .levels import cut_levels

Floats = NDArray[np.float64]
MARGIN = 2  # px around what is needed: bilinear neighbours and rounding


@dataclass(frozen=True, slots=True)
class Strip:
    """Where to scan: along `u` from ``-length / 2`` to ``length / 2``, averaged over ``|v| <= width / 2``.

    `u` points along `angle_deg` (counter-clockwise), `v` is `u` turned clockwise by 90 degrees on screen.
    """

    centre: tuple[float, float]  # frame px
    angle_deg: float
    length: float  # px
    width: float  # px

    @property
    def axes(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Unit vectors of `u` and `v` in frame px (y down)."""
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        return (c, -s), (s, c)

    def point(self, u: float, v: float = 0.0) -> tuple[float, float]:
        """The frame point at `u`, `v`."""
        (ux, uy), (vx, vy) = self.axes
        return self.centre[0] + u * ux + v * vx, self.centre[1] + u * uy + v * vy

    def seen_from(self, x: float, y: float) -> "Strip":
        """The same strip in a part of the frame whose first pixel is `x`, `y`."""
        return replace(self, centre=(self.centre[0] - x, self.centre[1] - y))


@dataclass(frozen=True, slots=True)
class Profile:
    """Mean grey levels along a strip, one sample a pixel; `weight` is the share of the width that was seen."""

    u: Floats  # ``(n,)`` px along the strip, 0 in its centre
    level: Floats  # ``(n,)`` 0-255
    weight: Floats  # ``(n,)`` 0-1


def profile(image: Image, strip: Strip, full_scale: int = 255, mask: NDArray[np.uint8] | None = None) -> Profile:
    """Sample `image` bilinearly over `strip`.

    Samples outside the image, or where `mask` (of the image's size) is 0, do not count; a place where
    none is left has weight 0 and the level of its nearest neighbour.
    """
    u, v = _centred(strip.length), _centred(strip.width)
    (ux, uy), (vx, vy) = strip.axes
    first = strip.point(u[0], v[0])
    corners = np.array([first, strip.point(u[-1], v[0]), strip.point(u[0], v[-1]), strip.point(u[-1], v[-1])])
    height, width = image.shape[:2]
    x0, y0 = np.maximum(np.floor(corners.min(axis=0)) - MARGIN, 0).astype(int).tolist()
    x1, y1 = np.minimum(np.ceil(corners.max(axis=0)) + MARGIN, (width, height)).astype(int).tolist()
    if x1 <= x0 or y1 <= y0:
        return Profile(u, np.zeros_like(u), np.zeros_like(u))
    part = cut_levels(image, (x0, y0, x1 - x0, y1 - y0), full_scale)
    inside = np.full(part.shape, 255, np.uint8) if mask is None else mask[y0:y1, x0:x1]
    to_part = np.array([[ux, vx, first[0] - x0], [uy, vy, first[1] - y0]])
    size = len(u), len(v)
    flags = cv2.WARP_INVERSE_MAP
    samples = cv2.warpAffine(part, to_part, size, flags=flags | cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = cv2.warpAffine(inside, to_part, size, flags=flags | cv2.INTER_NEAREST) > 0
    count = np.count_nonzero(seen, axis=0)
    known = count > 0
    if not known.any():
        return Profile(u, np.zeros_like(u), np.zeros_like(u))
    total = np.multiply(samples, seen).sum(axis=0)
    level = np.interp(u, u[known], total[known] / count[known])
    return Profile(u, level, count / len(v))


def pixels(
    image: Image,
    strip: Strip,
    piece: tuple[float, float],
    full_scale: int = 255,
    mask: NDArray[np.uint8] | None = None,
) -> tuple[Floats, Floats]:
    """`u` and levels of the image's own pixels, never resampled, in a `piece` (lowest and highest `u`) of `strip`."""
    low, high = piece
    corners = np.array([strip.point(u, v) for u in (low, high) for v in (-strip.width / 2, strip.width / 2)])
    height, width = image.shape[:2]
    x0, y0 = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0).tolist()
    x1, y1 = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 1, (width, height)).tolist()
    if x1 <= x0 or y1 <= y0:
        return np.zeros(0), np.zeros(0)
    (ux, uy), (vx, vy) = strip.axes
    dx = np.arange(x0, x1) - strip.centre[0]
    dy = (np.arange(y0, y1) - strip.centre[1])[:, None]
    u, v = dx * ux + dy * uy, dx * vx + dy * vy
    inside = (u >= low) & (u <= high) & (np.abs(v) <= strip.width / 2)
    if mask is not None:
        inside &= mask[y0:y1, x0:x1] > 0
    part = cut_levels(image, (x0, y0, x1 - x0, y1 - y0), full_scale)
    return u[inside], part[inside].astype(np.float64)


def _centred(extent: float) -> Floats:
    """Pixel centres over `extent`, about 0; at least one."""
    n = max(1, round(extent))
    return np.arange(n, dtype=np.float64) - (n - 1) / 2
