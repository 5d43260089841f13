"""A difference from a master in numbers by which kinds of them are told apart."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .relation import Relation
from .ridge import FLAT
from .spots import Spot

Grey = NDArray[np.uint8]
RELATIONS: tuple[Relation, ...] = ("alone", "touches", "joins", "encloses")
TELLING = (20.0, 10.0, 0.7, 0.7, 0.4, 0.5, 0.2, 15.0, *(1.0 for _ in RELATIONS))
"""By how much each number has to differ to tell kinds apart, where no sample says how much they vary."""
LENGTH = len(TELLING)
UNIT = 4 * FLAT  # so large such a difference is made: what never varied in the samples still may, by a quarter of it


def form(master: Grey, laid: Grey, spot: Spot, relation: Relation) -> NDArray[np.float64]:
    """``(LENGTH,)``: contrast and its spread, size, thickness, shape and relation of `spot`, however it lies."""
    x, y, w, h = spot.box
    here = np.s_[y : y + h, x : x + w]
    off = laid[here][spot.mask].astype(np.float64) - master[here][spot.mask]
    ys, xs = np.nonzero(spot.mask)
    long, short = _axes(xs, ys)
    hull = cv2.contourArea(spot.outline().astype(np.float32))
    numbers = [
        off.mean(),
        off.std(),
        math.log(spot.area),
        math.log(long),
        math.log(short),
        math.log(long / short),
        spot.area / max(hull, 1.0),
        float(master[here][spot.mask].std()),
        *(float(relation == one) for one in RELATIONS),
    ]
    return np.array(numbers) / TELLING * UNIT


def _axes(xs: NDArray[np.intp], ys: NDArray[np.intp]) -> tuple[float, float]:
    """Length and width of the bar with the same second moments (px)."""
    spread = np.cov(np.stack([xs, ys]), bias=True) if len(xs) > 1 else np.zeros((2, 2))
    short, long = np.sqrt(12 * np.maximum(np.linalg.eigvalsh(spread), 0) + 1).tolist()
    return float(long), float(short)
