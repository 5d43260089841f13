"""Edges along a scan: found by the derivative of a Gaussian, placed by fitting a blurred step to the pixels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .scan import Floats, Samples
from .step_fit import MAX_BLUR, MIN_BLUR, Piece, fit_steps
from .step_fit import Step as Edge

__all__ = ["BESIDE", "Edge", "Grid", "Profile", "edges", "placed", "placed_on", "profile"]

NOTHING_GREY = 1e-6  # rounding, no edge
BESIDE = 0.2  # of an edge's contrast: a neighbour so strong is kept out of its fit
ROUNDING = 1e-6  # px: pixels that lie between two of a profile's all go to the same side
ROOT_2_PI = math.sqrt(2 * math.pi)


class Profile(NamedTuple):
    """Mean grey levels along a scan, one a pixel; `weight` is the share of the width that was seen."""

    u: Floats  # ``(n,)`` px along the scan, 0 in its middle
    level: Floats  # ``(n,)`` 0-255; where nothing was seen that of the neighbours
    weight: Floats  # ``(n,)`` 0-1


@dataclass(frozen=True, slots=True)
class Grid:
    """How the samples of a scan fall into the pixels of its profile. Their levels have no part in it."""

    slot: NDArray[np.int64]  # the pixel that each sample belongs to
    count: Floats  # of a profile's pixels: how many of the frame's they hold
    u: Floats  # as in `Profile`
    weight: Floats

    @classmethod
    def of(cls, u: Floats, count: Floats, length: float, width: float) -> "Grid":
        """For samples that lie at `u`, of so many pixels each, of a scan of this size."""
        n = max(1, round(length))
        place = np.arange(n, dtype=np.float64) - (n - 1) / 2
        slot = np.minimum(np.maximum((u + (n / 2 + ROUNDING)).astype(np.int64), 0), n - 1)
        held: Floats = np.bincount(slot, count, n).astype(np.float64)
        if held.all():
            place = np.bincount(slot, u * count, n) / held
        return cls(slot, held, place, np.minimum(held / max(width, 1.0), 1.0))


def profile(samples: Samples, length: float, width: float, grid: Grid | None = None) -> Profile:
    """`samples` of a scan of this size, one level a pixel.

    Args:
        grid: Of this scan, where it is at hand.
    """
    grid = grid or Grid.of(samples.u, samples.count, length, width)
    n = len(grid.u)
    if not len(samples.u):
        return Profile(grid.u, np.zeros(n), np.zeros(n))
    total = np.bincount(grid.slot, samples.level * samples.count, n)
    if grid.count.all():
        return Profile(grid.u, total / grid.count, grid.weight)
    known = grid.count > 0
    return Profile(grid.u, np.interp(grid.u, grid.u[known], total[known] / grid.count[known]), grid.weight)


def edges(profile: Profile, smoothing: float, least: float = 0.0) -> list[Edge]:
    """Every monotonic step of `profile`, in order of `u`, found after smoothing by `smoothing` px (sigma).

    Its contrast is the whole change of level over the step. Places are good to some tenths of a pixel.

    Args:
        least: Steps of less contrast are left out, but for the strongest up and down (grey levels).
    """
    if len(profile.level) < 3:
        return []
    d = _derivative(profile.level, smoothing)
    if not profile.weight.all():
        d[profile.weight <= 0] = 0.0
    way, begins = np.sign(d), np.ones(len(d), np.bool_)
    np.not_equal(way[1:], way[:-1], out=begins[1:])
    runs = begins.nonzero()[0]
    contrasts = np.add.reduceat(d, runs).tolist()  # from here on plain numbers: few, and looked at one by one
    slopes, starts = d.tolist(), [*runs.tolist(), len(d)]
    wanted, always = max(least, NOTHING_GREY), (max(contrasts), min(contrasts))
    return [
        _edge(profile, slopes, (starts[i], starts[i + 1]), contrast, smoothing)
        for i, contrast in enumerate(contrasts)
        if abs(contrast) >= wanted or (contrast in always and abs(contrast) >= NOTHING_GREY)
    ]


def _edge(profile: Profile, slopes: list[float], run: tuple[int, int], contrast: float, smoothing: float) -> Edge:
    """Where the slope of a run is steepest."""
    part = slopes[run[0] : run[1]]
    steepest = max(part) if contrast > 0 else min(part)
    peak = run[0] + part.index(steepest)
    total = contrast / (ROOT_2_PI * steepest)
    blur = math.sqrt(max(total * total - smoothing * smoothing, MIN_BLUR**2))
    return Edge(profile.u.item(peak) + _parabola(slopes, peak), contrast, min(blur, MAX_BLUR))


def placed(samples: Samples, chosen: Sequence[Edge], found: Sequence[Edge]) -> list[Edge]:
    """`chosen` ones of the edges `found` on a scan, placed by a fit to its pixels.

    An edge stays as it was found where the fit does not hold.
    """
    return placed_on([(samples, edge, found) for edge in chosen])


def placed_on(wanted: Sequence[tuple[Samples, Edge, Sequence[Edge]]]) -> list[Edge]:
    """As `placed`, of several scans at once: each with an edge, and all that were found on it."""
    pieces = [_piece(samples, edge, found) for samples, edge, found in wanted]
    fits = fit_steps(pieces, [edge for _, edge, _ in wanted])
    return [
        edge if fit is None or fit.contrast * edge.contrast <= 0 else fit
        for (_, edge, _), fit in zip(wanted, fits, strict=True)
    ]


def _piece(samples: Samples, edge: Edge, found: Sequence[Edge]) -> Piece:
    """The pixels about an edge, at most half the way to its neighbours."""
    here, strong = edge.u, BESIDE * abs(edge.contrast)
    near = [abs(e.u - here) / 2 for e in found if abs(e.contrast) > strong and e is not edge]
    reach = max(min(6 * edge.blur + 5, *near, math.inf), 2.0)
    a, b = samples.u.searchsorted((here - reach, here + reach)).tolist()
    return Piece(samples.u[a:b], samples.level[a:b], samples.count[a:b], samples.spread[a:b])


def _derivative(level: Floats, smoothing: float) -> Floats:
    kernel = _kernel(smoothing)
    beyond = len(kernel) // 2
    longer = np.empty(len(level) + 2 * beyond)
    longer[:beyond], longer[beyond:-beyond], longer[-beyond:] = level[0], level, level[-1]
    return np.correlate(longer, kernel)


@lru_cache(maxsize=64)
def _kernel(smoothing: float) -> Floats:
    r = max(1, math.ceil(4 * smoothing))
    x = np.arange(-r, r + 1)
    g = np.exp(-0.5 * (x / smoothing) ** 2)
    return np.asarray(x * g / (x * x * g).sum())  # answers 1 to a ramp of one grey level a pixel


def _parabola(d: list[float], i: int) -> float:
    if i in (0, len(d) - 1):
        return 0.0
    before, here, after = d[i - 1], d[i], d[i + 1]
    bend = before - 2 * here + after
    return 0.0 if bend == 0 else min(max((before - after) / (2 * bend), -0.5), 0.5)
