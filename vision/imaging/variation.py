"""How good parts vary: mean and spread of each pixel, and the differences that say no more than that."""

from dataclasses import dataclass
from typing import Self, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Floats32 = NDArray[np.float32]

FEWEST = 3  # good parts below which their spread says nothing
PRIOR = 5  # so many parts the surroundings of a pixel count for in its spread: few parts know it badly
AROUND_PX = 2.0  # spread of the surroundings
HIGHEST = 254  # threshold: only white against black is more


@dataclass(frozen=True, slots=True)
class Variation:
    """Of good parts laid on one another."""

    count: int
    mean: Floats32  # grey levels
    spread: Floats32  # standard deviation

    @classmethod
    def first(cls, image: Grey) -> Self:
        """Of one part: it does not vary."""
        return cls(1, image.astype(np.float32), np.zeros(image.shape, np.float32))

    def with_one(self, image: Grey, shown: Grey) -> "Variation":
        """And one part more, which counts where `shown` is not 0 (Welford, 1962); elsewhere it is as the mean."""
        off = np.where(shown > 0, image - self.mean, np.float32(0))
        count = self.count + 1
        mean = self.mean + off / np.float32(count)
        squares = self.spread**2 * np.float32(self.count - 1) + off**2 * np.float32(self.count / count)
        return Variation(
            count, np.asarray(mean, np.float32), np.sqrt(squares / np.float32(count - 1), dtype=np.float32)
        )

    @property
    def master(self) -> Grey:
        """The mean as an image."""
        return cast("Grey", np.rint(self.mean).astype(np.uint8))

    @property
    def expected(self) -> Floats32 | None:
        """The spread to be expected of further parts, each pixel leaning on its surroundings; None: of too few."""
        if self.count < FEWEST:
            return None
        own = self.spread**2
        around = cv2.GaussianBlur(own, (0, 0), AROUND_PX)
        known = self.count - 1
        spread = np.sqrt((known * own + PRIOR * around) / (known + PRIOR) * (1 + 1 / self.count))
        return np.asarray(spread, np.float32)


def thresholds(
    edges: Grey, plain: int, along_edges: int, expected: Floats32 | None = None, spreads: float = 0.0
) -> Grey | int:
    """What a pixel has to differ by: an image, or one number where it is the same everywhere.

    Args:
        edges: Not 0 along edges, where `along_edges` holds instead of `plain` (grey levels).
        expected: Spread of each pixel; so many `spreads` of it say nothing either.
    """
    if plain == along_edges and (expected is None or not spreads):
        return plain
    lowest = np.where(edges > 0, along_edges, plain)
    if expected is not None:
        lowest = np.maximum(lowest, np.ceil(expected * np.float32(spreads)))
    return cast("Grey", np.minimum(lowest, HIGHEST).astype(np.uint8))
