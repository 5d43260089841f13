"""Good parts as a fast or a strong model knows them, and how unlike them each place of a part is.

The limit comes of the good parts alone: each is looked at by what the others taught, and the limit lies so far beyond
the mean of their most unlike places that one or two in a hundred further good parts are expected beyond it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from .feature_maps import network_maps, pixel_maps
from .normality import FEWEST, Normal, learn, surroundings

Floats = NDArray[np.float32]
Model = Literal["fast", "strong"]
REJECTED = 0.01  # of further good parts lie beyond the limit by Gumbel's distribution; of drawn ones 11 of 600 did
LEAST_BEYOND = 0.1  # of the mean: few good parts may happen to be alike
WIDE = 12.0  # times as unlike as good parts are, over a wide area: light and soil of months alone do not do that
MOST_OF_ONE = 2.0 * WIDE  # so much counts of one place: half of the area has to be unlike


@dataclass(frozen=True, slots=True)
class Stride:
    """One of the grids of places that a model looks at."""

    name: str
    together: bool  # see `normality.learn`
    weight: float  # in the sum


STRIDES: Mapping[Model, tuple[Stride, ...]] = {
    "fast": (Stride("pixels", together=True, weight=1.0),),
    "strong": (Stride("fine", together=True, weight=0.2), Stride("coarse", together=False, weight=1.0)),
}
"""The first is the finest. What the weights, and the constants of `normality`, do on drawn surfaces is printed by
``python -m benchmarks surfaces``."""


def maps_of(model: Model, image: NDArray[np.uint8], deadline_ns: int | None = None) -> tuple[Floats, ...]:
    """What the model sees of an image of a `working_size`: one ``(c, h, w)`` a stride.

    Raises:
        TimeLimitError: It was not done by `deadline_ns`.
    """
    return network_maps(image, deadline_ns) if model == "strong" else (pixel_maps(image),)


@dataclass(frozen=True, slots=True)
class GoodParts:
    """What is known of them."""

    model: Model
    normals: tuple[Normal, ...]  # one a stride
    mean: float  # of the most unlike place of each good part
    spread: float
    wide: tuple[float, ...]  # one a stride: the surroundings of good parts are that unlike, where they are so most
    count: int  # of them

    @property
    def limit(self) -> float:
        """More unlike than this `REJECTED` of good parts are expected to be."""
        return self.mean + max(spreads(self.count) * self.spread, LEAST_BEYOND * self.mean)

    def heat(self, maps: Sequence[Floats]) -> Floats:
        """``(h, w)`` of the finest stride: how unlike each place is; 1.0 is the limit.

        A place is compared with its surroundings, and these with those of good parts, so that what is spoiled over and
        over, or is not the part at all, is seen as well.
        """
        found = [normal.unlike(seen) for normal, seen in zip(self.normals, maps, strict=True)]
        heat = _summed(self.model, [unlike for unlike, _ in found]) / np.float32(self.limit)
        for normal, (_, distance), usual in zip(self.normals, found, self.wide, strict=True):
            around = surroundings(np.minimum(distance, np.float32(MOST_OF_ONE * usual)), normal.share)
            wide = _sized(around / np.float32(WIDE * usual), heat.shape)
            heat = np.where(wide > 1, np.maximum(heat, wide), heat)  # below its limit it has no say where a defect lies
        return heat


def learn_parts(model: Model, banks: Sequence[Floats], inside: NDArray[np.uint8]) -> GoodParts:
    """From what the model saw of at least `FEWEST` good parts.

    Args:
        banks: ``(n, c, h, w)``, one a stride.
        inside: Of the image's working size; 255 = belongs to the region.
    """
    learned = [
        learn(bank, _share(inside, bank.shape[:1:-1]), stride.together)
        for bank, stride in zip(banks, STRIDES[model], strict=True)
    ]
    parts = list(zip(*(each for _, each in learned), strict=True))  # for every part a pair of maps a stride
    tops = [float(_summed(model, [unlike for unlike, _ in part]).max()) for part in parts]
    normals = tuple(normal for normal, _ in learned)
    wide = np.mean([[_most_around(n, d) for n, (_, d) in zip(normals, part, strict=True)] for part in parts], axis=0)
    return GoodParts(
        model, normals, float(np.mean(tops)), float(np.std(tops, ddof=1)), tuple(wide.tolist()), len(parts)
    )


def spreads(count: int) -> float:
    """In spreads beyond the mean of `count` good parts' most unlike places: there `REJECTED` of further ones begin.

    The largest of many values is distributed as Gumbel has it. That mean and spread are known from few parts counts as
    for a normal distribution: by Student's t (Abramowitz and Stegun, 26.7.5) and by one over their number.
    """
    gumbel = (-math.log(-math.log(1 - REJECTED)) - np.euler_gamma) * math.sqrt(6) / math.pi
    z, free = NormalDist().inv_cdf(1 - REJECTED), count - 1
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    t += (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * free**3)
    return float(gumbel * t / z * math.sqrt(1 + 1 / count))


def _most_around(normal: Normal, distance: Floats) -> float:
    return max(float(surroundings(distance, normal.share).max()), 1e-9)


def _summed(model: Model, unlike: Sequence[Floats]) -> Floats:
    total = np.zeros(unlike[0].shape, np.float32)
    for stride, one in zip(STRIDES[model], unlike, strict=True):
        total += np.float32(stride.weight) * _sized(one, total.shape)
    return total


def _sized(one: Floats, shape: tuple[int, ...]) -> Floats:
    return np.asarray(cv2.resize(one, shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _share(inside: NDArray[np.uint8], size: tuple[int, ...]) -> Floats:
    small = cv2.resize(inside, size, interpolation=cv2.INTER_AREA)
    return np.where(small > 127, small / np.float32(255), 0).astype(np.float32)


__all__ = ["FEWEST", "REJECTED", "STRIDES", "GoodParts", "Model", "learn_parts", "maps_of", "spreads"]
