"""The best row of characters: each where it fits, the next one beside it, all together worth most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

REACH = 2  # px that a character may lie beside where the one before ends
PER_PX = 0.03  # of score, for each of them
STEPS = np.arange(-REACH, REACH + 1)
COST = (-PER_PX * np.abs(STEPS)).astype(np.float32)
NEVER = np.float32(-1e9)

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Chain:
    """Left edges and kinds of a row's characters from left to right."""

    total: float
    row: int
    places: tuple[tuple[int, int], ...]  # left edge px, kind


def best_chain(scores: Sequence[Scores], widths: Sequence[int]) -> Chain:
    """Of any length, anywhere.

    Args:
        scores: For each kind of character ``(rows, places)``: what one is worth with its left edge there, each row for
            itself; only what is worth more than nothing makes a chain longer.
        widths: Of each kind, px.
    """
    table = _Table(scores, widths, len(scores[0]), ordered=False)
    row, end = np.unravel_index(int(table.best.argmax()), table.best.shape)
    return table.chain(int(row), int(end))


def ordered_chain(scores: Sequence[Scores], widths: Sequence[int]) -> Chain:
    """Of exactly one character for each row of `scores`, in their order; total `NEVER` where there is no room."""
    table = _Table(scores, widths, len(scores[0]) + 1, ordered=True)
    last = table.best.shape[0] - 1
    return table.chain(last, int(table.best[last].argmax()))


class _Table:
    """Best total of a chain that ends at each right edge. Columns are right edges, shifted by the widest kind."""

    def __init__(self, scores: Sequence[Scores], widths: Sequence[int], rows: int, ordered: bool) -> None:
        self.scores, self.widths, self.ordered = scores, np.array(widths), ordered
        self.offset = int(self.widths.max()) + REACH
        length = max(one.shape[1] + w for one, w in zip(scores, widths, strict=True))
        self.best = np.full((rows, self.offset + length + REACH), NEVER, np.float32)
        if ordered:
            self.best[0] = 0
        self.kind = np.zeros(self.best.shape, np.int16)
        self.step = np.full(self.best.shape, -1, np.int16)  # index of STEPS to where the one before ends; -1: none
        block = max(1, int(self.widths.min()) - REACH)  # these do not depend on each other
        for first in range(0, length, block):
            self._fill(first, min(first + block, length))

    def _fill(self, first: int, last: int) -> None:
        """Right edges from `first` on, `last` not included."""
        to = slice(1, None) if self.ordered else slice(None)
        before_rows = self.best[:-1] if self.ordered else self.best
        for kind, (score, width) in enumerate(zip(self.scores, self.widths.tolist(), strict=True)):
            low, high = max(0, first - width), min(last - width, score.shape[1])  # left edges
            if low >= high:
                continue
            before = sliding_window_view(
                before_rows[:, low + self.offset - REACH : high + self.offset + REACH], len(STEPS), 1
            )
            costed = before + COST
            step = costed.argmax(axis=2)
            value = costed.max(axis=2)
            if not self.ordered:
                step[value <= 0] = -1
                np.maximum(value, 0, out=value)
            value += score[:, low:high]
            at = slice(low + width + self.offset, high + width + self.offset)
            better = value > self.best[to, at]
            self.best[to, at][better] = value[better]
            self.kind[to, at][better] = kind
            self.step[to, at][better] = step[better]

    def chain(self, row: int, end: int) -> Chain:
        total, places, first = float(self.best[row, end]), [], row
        while total > NEVER / 2:
            kind, step = int(self.kind[row, end]), int(self.step[row, end])
            left = end - int(self.widths[kind])
            places.append((left - self.offset, kind))
            row -= self.ordered
            if step < 0 or (self.ordered and row == 0):
                break
            end = left + int(STEPS[step])
        return Chain(total, first, tuple(reversed(places)))
