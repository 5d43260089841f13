"""Stretches of neighbours in a row of things, for which something holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours, in their order; of a closed row they may go on over its end."""

    numbers: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.numbers)


def runs(holds: NDArray[np.bool_], fewest: int = 1, closed: bool = False) -> list[Run]:
    """Stretches of at least `fewest` neighbours; in a `closed` row the last one is the first one's neighbour."""
    n = len(holds)
    if not holds.any():
        return []
    if holds.all():
        return [Run(np.arange(n))] if n >= fewest else []
    turned = int(np.flatnonzero(~holds)[0]) if closed else 0  # begins where it does not hold, so that no run is cut
    row = np.roll(holds, -turned)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    pieces = [np.arange(a, b) for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]
    return [Run((piece + turned) % n) for piece in pieces if len(piece) >= fewest]
