"""One edge on each of many scans, as points of the frame."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..frame import Image
from .edge1d import BESIDE, Edge, edges, placed_on, profile
from .edge_choice import Polarity, Select, choose, rises, strength
from .scan import Floats, Samples, Scan, sampled

ROUNDING = 1e-3  # grey levels: an edge of exactly the contrast needed is one
Box = tuple[int, int, int, int]
Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which edge of each scan."""

    polarity: Polarity
    select: Select
    min_contrast_grey: float
    smoothing_px: float


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """What was found: of some scans nothing."""

    points: Floats  # ``(n, 2)`` frame px, in the order of the scans
    numbers: NDArray[np.int64]  # ``(n,)`` of the scan that each lies on
    best_grey: float  # contrast of the strongest edge of the wanted polarity, also where it was too faint
    seen: bool  # whether any scan has a pixel at all


def edges_on(
    image: Image, where: tuple[Box, Mask], scan: Scan, full_scale: int, wanted: Wanted, tick: Callable[[], None]
) -> EdgeLine:
    """The wanted edge of each scan, placed to a small part of a pixel.

    Args:
        where: The part of the frame to look at and its mask.
        tick: Called now and then; it may raise when the time is over.
    """
    box, mask = where
    samples = sampled(image, box, mask, scan, full_scale)
    tick()
    chosen: list[tuple[Samples, Edge, list[Edge]]] = []
    numbers = []
    best = 0.0
    for number, one in enumerate(samples):
        found = edges(profile(one, scan.length, scan.width), wanted.smoothing_px, BESIDE * wanted.min_contrast_grey)
        fit = [e for e in found if rises(e, wanted.polarity)]
        best = max(best, max(map(strength, fit), default=0.0))
        strong = [(e,) for e in fit if strength(e) >= wanted.min_contrast_grey - ROUNDING]
        if (edge := choose(strong, wanted.select)) is not None:
            chosen.append((one, edge[0], found))
            numbers.append(number)
    tick()
    exact = placed_on(chosen)
    points = [scan.at(edge.u, one.across) for (one, _, _), edge in zip(chosen, exact, strict=True)]
    return EdgeLine(
        np.array(points, np.float64).reshape(-1, 2),
        np.array(numbers, np.int64),
        best,
        any(len(one.u) for one in samples),
    )
