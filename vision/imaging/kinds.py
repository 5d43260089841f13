"""Several kinds of things told apart by few samples of many numbers, and what is none of them.

Each kind against all others by `ridge`; what lies farther from its kind's nearest sample than samples of one kind do
from one another is none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ridge import FLAT, Line, separate

Floats = NDArray[np.float64]
FEWEST = 2  # samples of a kind


class TooFew(ValueError):
    """Kinds or samples."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Learned from samples; ``(n, m)`` are numbers of `n` things."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]  # by kind
    samples: NDArray[np.floating]  # ``(s, m)``
    of: NDArray[np.intp]  # ``(s,)``: the kind of each sample
    reach: float  # how far the loneliest sample lies from the others of its kind

    def values(self, features: NDArray[np.floating]) -> Floats:
        """``(n, kinds)``: above 0 it is rather this kind than all others, about 1 for its samples."""
        return np.stack([line.value(features) for line in self.lines], axis=1)

    def distances(self, features: NDArray[np.floating], kinds: NDArray[np.intp]) -> Floats:
        """``(n,)``: from the nearest sample of the kind given for each, in `reach`."""
        spread = _spread(self.samples)
        away = [
            _away(self.samples[self.of == kind], one, spread).min() for one, kind in zip(features, kinds, strict=True)
        ]
        return np.array(away) / self.reach


def learn(features: NDArray[np.floating], names: Sequence[str]) -> Kinds:
    """From ``(n, m)`` `features`, and of each sample its kind.

    Raises:
        TooFew: Less than two kinds, or less than two samples of one.
    """
    kinds = tuple(dict.fromkeys(names))
    if len(kinds) < 2:
        raise TooFew(f"{len(kinds)} kinds are taught, at least 2 are needed")
    of = np.array([kinds.index(name) for name in names])
    for kind, count in zip(kinds, np.bincount(of).tolist(), strict=True):
        if count < FEWEST:
            raise TooFew(f"kind {kind!r} has {count} sample, at least {FEWEST} are needed, better four")
    lines = tuple(separate(features, of == i) for i in range(len(kinds)))
    return Kinds(kinds, lines, features, of, _reach(features, of))


def _reach(features: NDArray[np.floating], of: NDArray[np.intp]) -> float:
    """Each sample against the others, as if it had not been taught."""
    everyone = np.arange(len(of))
    farthest = 0.0
    for i in everyone.tolist():
        rest = features[everyone != i]
        same = rest[of[everyone != i] == of[i]]
        farthest = max(farthest, float(_away(same, features[i], _spread(rest)).min()))
    return max(farthest, FLAT)


def _spread(features: NDArray[np.floating]) -> Floats:
    return np.asarray(features.std(axis=0, dtype=np.float64) + FLAT)


def _away(samples: NDArray[Any], one: NDArray[Any], spread: Floats) -> Floats:
    return np.asarray(np.sqrt(np.square((samples - one) / spread).mean(axis=1)))
