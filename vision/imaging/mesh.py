"""Sample an image where a field of shifts, given by tile, says that its content lies."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]
Grey = NDArray[np.uint8]

STRIP_ROWS = 32


@dataclass(frozen=True, slots=True)
class Mesh:
    """Pixels of an image, or every `step`-th of each row and column, and between which tiles they lie."""

    step: int
    x: Floats32  # ``(columns)`` of the pixels
    y: Floats32  # ``(rows)``
    across: Floats32  # ``(tile columns, columns)``: how much each tile says to each column
    down: Floats32  # ``(rows, tile rows)``

    @classmethod
    def of(cls, size: tuple[int, int], tiles: tuple[int, int], step: int = 1) -> "Mesh":
        """Of an image of `size` (width, height) under `tiles` (columns, rows)."""
        x, y = (np.arange(0, length, step, dtype=np.float32) for length in size)
        return cls(step, x, y, _between(x, size[0], tiles[0]).T.copy(), _between(y, size[1], tiles[1]))

    def lay(
        self, field: Floats32, image: NDArray[Any], mask: Grey | None = None, outside: int | None = None
    ) -> tuple[NDArray[Any], Grey | None]:
        """`image`, and `mask` beside it, sampled where each pixel lies once the shift of its tile is added.

        Args:
            field: ``(tile rows, tile columns, 2)`` x, y in px, interpolated between the tiles' centres.
            image: Bilinear; beyond its edge lies `outside`, or the edge's own pixel.
            mask: By the nearest pixel; beyond its edge lies 0.
        """
        edge = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
        shape = len(self.y), len(self.x)
        out, shown = np.empty(shape, image.dtype), None if mask is None else np.empty(shape, np.uint8)
        for rows, x, y in self._places(field):
            cv2.remap(image, x, y, cv2.INTER_LINEAR, out[rows], edge, float(outside or 0))
            if mask is not None and shown is not None:
                cv2.remap(mask, x, y, cv2.INTER_NEAREST, shown[rows], cv2.BORDER_CONSTANT, 0)
        return out, shown

    def _places(self, field: Floats32) -> Iterator[tuple[slice, Floats32, Floats32]]:
        """Rows of the result, and x and y of their pixels: a strip at a time, which stays in the processor's cache."""
        by_x = np.vstack([field[..., 0] @ self.across, self.x])
        by_y = np.vstack([field[..., 1] @ self.across, np.ones_like(self.x)])
        down_x, down_y = (np.hstack([self.down, home[:, None]]) for home in (np.ones_like(self.y), self.y))
        for top in range(0, len(self.y), STRIP_ROWS):
            rows = slice(top, top + STRIP_ROWS)
            yield rows, down_x[rows] @ by_x, down_y[rows] @ by_y


def _between(at: Floats32, length: int, tiles: int) -> Floats32:
    """``(n, tiles)``: weights that interpolate between the centres of `tiles` along `length`, for each of `at`."""
    place = np.clip((at + 0.5) * (tiles / length) - 0.5, 0, tiles - 1)
    return np.asarray(np.maximum(0, 1 - np.abs(place[:, None] - np.arange(tiles))), np.float32)
