"""What good parts look like at each place, and how unlike them a part is there.

A Gaussian at each place, as in PaDiM (Defard et al., 2021), with a variance shared with the neighbours, or with what
varies together on all places taken out. A defect is small and what light and soil change is wide: so the surroundings
are taken away twice, from the features and from the distance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
NEIGHBOURS = 3  # places on a side that share a variance
WIDE = 9  # places on a side: what all of them have in common is light
SURROUNDINGS = 9  # places on a side: what a distance is compared with
FLOOR = 0.1  # of the mean distance: where nothing differs, next to nothing is no defect
SHRINK = 0.5  # of what varies together towards independence: few samples know little of it
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Normal:
    """Good parts at each place. `whiten` is ``(c, c)``, of no size where features count as independent."""

    mean: Floats  # ``(c, h, w)``
    weight: Floats  # ``(c, h, w)``: 1 / spread
    whiten: Floats
    usual: Floats  # ``(h, w)``: distance of a good part that was not learned from; 1 where it is not divided by
    share: Floats  # ``(h, w)``: of each place that belongs to the region, 0-1

    def unlike(self, seen: Floats) -> tuple[Floats, Floats]:
        """How much more unlike each place is than its surroundings, about 1 on good parts, and how unlike it is at all.

        Both ``(h, w)``, 0 outside of the region.
        """
        return _against_surroundings(self.distance(seen) / self.usual, self.share)

    def distance(self, seen: Floats) -> Floats:
        """``(h, w)``: mean square of the features' deviations, in spreads."""
        z = (seen - self.mean) * self.weight
        z -= np.stack([_box(plane, WIDE) for plane in z])
        if self.whiten.size:
            z = np.tensordot(self.whiten, z, (1, 0))
        return np.asarray(np.einsum("chw,chw->hw", z, z) / len(z), np.float32)


def learn(bank: Floats, share: Floats, together: bool) -> tuple[Normal, list[tuple[Floats, Floats]]]:
    """From `bank`, ``(n, c, h, w)`` of at least `FEWEST` good parts.

    With it comes what `unlike` says of each of them by what the others taught.

    Args:
        share: See `Normal`.
        together: Take out what varies together, instead of dividing by what is usual at each place.
    """
    normal = _fitted(bank, share, together)
    left_out = np.stack(
        [_fitted(np.delete(bank, i, axis=0), share, together).distance(seen) for i, seen in enumerate(bank)]
    )
    if together:
        return normal, [_against_surroundings(one, share) for one in left_out]
    # Nor has a part a say in what is usual where it is looked at itself.
    usual = [_usual(np.delete(left_out, i, axis=0)) for i in range(len(bank))]
    unlike = [_against_surroundings(one / other, share) for one, other in zip(left_out, usual, strict=True)]
    return replace(normal, usual=_usual(left_out)), unlike


def surroundings(distance: Floats, share: Floats) -> Floats:
    """``(h, w)``: mean of the distances, 0 outside of the region, round each place of the region."""
    around = _box(distance, SURROUNDINGS) / np.maximum(_box(share, SURROUNDINGS), np.float32(1e-3))
    return np.where(share > 0, around, np.float32(0))


def most_different(bank: Sequence[Floats], most: int) -> list[int]:
    """Indices of at most `most` parts that stand for all: the first, then always the one furthest from those chosen.

    Sener and Savarese, *Active learning for convolutional neural networks: a core-set approach*, 2018, 3.2.
    """
    if len(bank) <= most:
        return list(range(len(bank)))
    flat = np.stack([one.reshape(one.shape[0], -1).mean(axis=1) for one in bank])
    chosen, away = [0], np.linalg.norm(flat - flat[0], axis=1)
    while len(chosen) < most:
        chosen.append(int(away.argmax()))
        away = np.minimum(away, np.linalg.norm(flat - flat[chosen[-1]], axis=1))
    return sorted(chosen)


def _usual(distances: Floats) -> Floats:
    mean = _box(distances.mean(axis=0), NEIGHBOURS)
    return np.maximum(mean, max(FLOOR * float(mean.mean()), 1e-6))


def _fitted(bank: Floats, share: Floats, together: bool) -> Normal:
    mean = bank.mean(axis=0)
    variance = np.stack([_box(plane, NEIGHBOURS) for plane in bank.var(axis=0)])
    variance += np.maximum(variance.mean(axis=(1, 2), keepdims=True), 1e-6)
    weight = (1 / np.sqrt(variance)).astype(np.float32)
    whiten = _whitening((bank - mean) * weight) if together else np.zeros((0, 0), np.float32)
    return Normal(mean, weight, whiten, np.ones_like(share), share)


def _whitening(z: Floats) -> Floats:
    rows = z.transpose(0, 2, 3, 1).reshape(-1, z.shape[1]).astype(np.float64)
    covariance = rows.T @ rows / len(rows)
    mean = max(float(np.trace(covariance)) / len(covariance), 1e-12)
    values, vectors = np.linalg.eigh((1 - SHRINK) * covariance / mean + SHRINK * np.eye(len(covariance)))
    return np.asarray((vectors / np.sqrt(values)).T, np.float32)


def _against_surroundings(distance: Floats, share: Floats) -> tuple[Floats, Floats]:
    distance = distance * share
    around = surroundings(distance, share)
    return distance / (around + np.float32(max(FLOOR * float(around.mean()), 1e-12))), distance


def _box(plane: Floats, side: int) -> Floats:
    side = min(side, *(2 * length - 1 for length in plane.shape))  # a border is mirrored once at most
    return np.asarray(cv2.blur(np.ascontiguousarray(plane), (side, side), borderType=cv2.BORDER_REFLECT), np.float32)
