"""Edges of a profile: found by the derivative of a Gaussian, placed by fitting a blurred step to the pixels."""

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from .strip import Floats, Profile

MIN_BLUR, MAX_BLUR = 0.25, 12.0  # px, sigma of the step that is fitted
ITERATIONS = 10
NOTHING_GREY = 1e-6  # rounding, no edge
STILL = 1e-4  # px: the fit has settled
BINS_PER_PX = 16
ROOT_2_PI = math.sqrt(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Edge:
    """A step of a profile."""

    u: float  # px along the profile
    contrast: float  # grey levels, positive = from dark to light along u
    blur: float  # px, sigma of the step


def edges(profile: Profile, smoothing: float) -> list[Edge]:
    """Every monotonic step of `profile`, in order of `u`, found after smoothing by `smoothing` px (sigma).

    Its contrast is the whole change of level over the step. Places are good to some tenths of a pixel.
    """
    if len(profile.level) < 3:
        return []
    d = _derivative(profile.level, smoothing)
    d[profile.weight <= 0] = 0.0
    starts = np.concatenate([[0], np.flatnonzero(np.diff(np.sign(d))) + 1])
    contrasts = np.add.reduceat(d, starts).tolist()
    slopes, sizes, places = (
        d.tolist(),
        np.abs(d).tolist(),
        profile.u.tolist(),
    )  # plain numbers: few, and looked at one by one
    found = []
    for (start, end), contrast in zip(itertools.pairwise([*starts.tolist(), len(d)]), contrasts, strict=True):
        if abs(contrast) < NOTHING_GREY:
            continue
        peak = max(range(start, end), key=sizes.__getitem__)
        total = abs(contrast / (ROOT_2_PI * slopes[peak]))
        blur = math.sqrt(max(total**2 - smoothing**2, MIN_BLUR**2))
        found.append(Edge(places[peak] + _parabola(slopes, peak), contrast, min(blur, MAX_BLUR)))
    return found


def fit_step(u: Floats, level: Floats, start: Edge, reach: float) -> Edge | None:
    """Least squares of a step blurred by a Gaussian through pixels at `u`; None = it does not settle.

    Place, blur and both levels are free; the place may move at most `reach` px from `start`.
    """
    u, level, weight = _binned(u, level)
    if len(u) < 5:
        return None
    place, blur = start.u, start.blur
    design = np.ones((4, len(u)))
    for _ in range(ITERATIONS):
        _fill(design, (u - place) / blur)
        heavy = design * weight
        square = heavy @ design.T
        square.flat[::5] *= 1 + 1e-9  # a fit with too few pixels is bent, not broken
        try:
            _, step, a, b = np.linalg.solve(square, heavy @ level).tolist()
        except np.linalg.LinAlgError:
            return None
        if abs(step) < 1e-6:
            return None
        move = min(max(-a * blur / step, -1.0), 1.0)  # d rise / d place = -bump / blur
        place += move
        before = blur
        blur = min(max(blur * (1 - min(max(b / step, -0.5), 0.5)), MIN_BLUR), MAX_BLUR)
        if not abs(place - start.u) <= reach:
            return None
        if abs(move) < STILL and abs(blur - before) < STILL:
            break
    return Edge(place, step, blur)


def _derivative(level: Floats, smoothing: float) -> Floats:
    return np.asarray(cv2.filter2D(level[None], cv2.CV_64F, _kernel(smoothing), borderType=cv2.BORDER_REPLICATE)[0])


@lru_cache(maxsize=64)
def _kernel(smoothing: float) -> Floats:
    r = max(1, math.ceil(4 * smoothing))
    x = np.arange(-r, r + 1)
    g = np.exp(-0.5 * (x / smoothing) ** 2)
    return np.asarray(x * g / (x * x * g).sum())[None]  # answers 1 to a ramp of one grey level a pixel


def _parabola(d: list[float], i: int) -> float:
    if i in (0, len(d) - 1):
        return 0.0
    before, here, after = d[i - 1], d[i], d[i + 1]
    bend = before - 2 * here + after
    return 0.0 if bend == 0 else min(max((before - after) / (2 * bend), -0.5), 0.5)


def _binned(u: Floats, level: Floats) -> tuple[Floats, Floats, Floats]:
    """Pixels at nearly the same `u` as one: mean place, mean level, their number."""
    if not len(u):
        return u, level, u
    slot = np.floor((u - u.min()) * BINS_PER_PX + 1e-6).astype(np.int64)
    count = np.bincount(slot)
    used = count > 0
    n = count[used].astype(np.float64)
    return np.bincount(slot, u)[used] / n, np.bincount(slot, level)[used] / n, n


_Z = np.linspace(-6, 6, 4801)
_RISE = np.array([0.5 * (1 + math.erf(z / math.sqrt(2))) for z in _Z])


def _fill(design: Floats, z: Floats) -> None:
    """Below a row of ones: the normal distribution function at `z`, its density, and that times `z`."""
    design[1] = np.interp(z, _Z, _RISE)
    bump = np.exp(-0.5 * z * z, out=design[2])
    bump *= 1 / ROOT_2_PI
    np.multiply(bump, z, out=design[3])
