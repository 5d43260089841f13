"""Edges along a scan: found by the derivative of a Gaussian, placed by fitting a blurred step to the pixels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from .scan import Floats, Samples
from .step_fit import MAX_BLUR, MIN_BLUR, Piece, Step, fit_steps

NOTHING_GREY = 1e-6  # rounding, no edge
BESIDE = 0.2  # of an edge's contrast: a neighbour so strong is kept out of its fit
ROUNDING = 1e-6  # px: pixels that lie between two of a profile's all go to the same side
ROOT_2_PI = math.sqrt(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Edge:
    """A step along a scan."""

    u: float  # px along the scan
    contrast: float  # grey levels, positive = from dark to light along u
    blur: float  # px, sigma of the step


@dataclass(frozen=True, slots=True)
class Profile:
    """Mean grey levels along a scan, one a pixel; `weight` is the share of the width that was seen."""

    u: Floats  # ``(n,)`` px along the scan, 0 in its middle
    level: Floats  # ``(n,)`` 0-255; where nothing was seen that of the neighbours
    weight: Floats  # ``(n,)`` 0-1


def profile(samples: Samples, length: float, width: float) -> Profile:
    """`samples` of a scan of this size, one level a pixel."""
    n = max(1, round(length))
    u = np.arange(n, dtype=np.float64) - (n - 1) / 2
    if not len(samples.u):
        return Profile(u, np.zeros(n), np.zeros(n))
    slot = np.minimum(np.maximum((samples.u + (n / 2 + ROUNDING)).astype(np.int64), 0), n - 1)
    count = np.bincount(slot, samples.count, n)
    known = count > 0
    total = np.bincount(slot, samples.level * samples.count, n)
    if known.all():
        level, place = total / count, np.bincount(slot, samples.u * samples.count, n) / count
    else:
        level, place = np.interp(u, u[known], total[known] / count[known]), u
    return Profile(place, level, np.minimum(count / max(width, 1.0), 1.0))


def edges(profile: Profile, smoothing: float, least: float = 0.0) -> list[Edge]:
    """Every monotonic step of `profile`, in order of `u`, found after smoothing by `smoothing` px (sigma).

    Its contrast is the whole change of level over the step. Places are good to some tenths of a pixel.

    Args:
        least: Steps of less contrast are left out, but for the strongest up and down (grey levels).
    """
    if len(profile.level) < 3:
        return []
    d = _derivative(profile.level, smoothing)
    d[profile.weight <= 0] = 0.0
    starts = np.concatenate([[0], np.flatnonzero(np.diff(np.sign(d))) + 1])
    steps = np.add.reduceat(d, starts)
    wanted = np.abs(steps) >= max(least, NOTHING_GREY)
    for strongest in (steps.argmax(), steps.argmin()):
        wanted[strongest] |= abs(steps[strongest]) >= NOTHING_GREY
    contrasts, stops = steps.tolist(), [*starts[1:].tolist(), len(d)]
    slopes, places = d.tolist(), profile.u.tolist()  # plain numbers: few, and looked at one by one
    found = []
    for i in np.flatnonzero(wanted).tolist():
        start, contrast = int(starts[i]), contrasts[i]
        peak = start + int(np.abs(d[start : stops[i]]).argmax())
        total = abs(contrast / (ROOT_2_PI * slopes[peak]))
        blur = math.sqrt(max(total**2 - smoothing**2, MIN_BLUR**2))
        found.append(Edge(places[peak] + _parabola(slopes, peak), contrast, min(blur, MAX_BLUR)))
    return found


def placed(samples: Samples, chosen: Sequence[Edge], found: Sequence[Edge]) -> list[Edge]:
    """`chosen` ones of the edges `found` on a scan, placed by a fit to its pixels.

    An edge stays as it was found where the fit does not hold.
    """
    return placed_on([(samples, edge, found) for edge in chosen])


def placed_on(wanted: Sequence[tuple[Samples, Edge, Sequence[Edge]]]) -> list[Edge]:
    """As `placed`, of several scans at once: each with an edge, and all that were found on it."""
    pieces = [_piece(samples, edge, found) for samples, edge, found in wanted]
    fits = fit_steps(pieces, [Step(edge.u, edge.contrast, edge.blur) for _, edge, _ in wanted])
    return [
        edge if fit is None or fit.contrast * edge.contrast <= 0 else Edge(fit.u, fit.contrast, fit.blur)
        for (_, edge, _), fit in zip(wanted, fits, strict=True)
    ]


def _piece(samples: Samples, edge: Edge, found: Sequence[Edge]) -> Piece:
    """The pixels about an edge, at most half the way to its neighbours."""
    near = [abs(e.u - edge.u) / 2 for e in found if e is not edge and abs(e.contrast) > BESIDE * abs(edge.contrast)]
    reach = max(min([6 * edge.blur + 5, *near]), 2.0)
    a, b = np.searchsorted(samples.u, (edge.u - reach, edge.u + reach)).tolist()
    return Piece(samples.u[a:b], samples.level[a:b], samples.count[a:b], samples.spread[a:b])


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
