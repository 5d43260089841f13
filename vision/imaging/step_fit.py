"""Least squares of steps blurred by a Gaussian, many at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MIN_BLUR, MAX_BLUR = 0.25, 12.0  # px, sigma of the step that is fitted
ITERATIONS = 10
STILL, QUITE_STILL = 2e-2, 1e-3  # px: the fit has settled, what would follow is a fiftieth of it; and without noise
FEWEST = 5  # samples
ROUNDED_GREY = 0.5  # residuals below this are the rounding to whole grey levels, not noise
CLOSE = (3.0, 1.0)  # then only pixels within so many blurs, and px more, count
FLAT_GREY = 1e-6
RIDGE = 1e-6
ROOT_2_PI = math.sqrt(2 * math.pi)


class Step(NamedTuple):
    """A step along `u`."""

    u: float  # px
    contrast: float  # grey levels, positive = rises along u
    blur: float  # px, sigma


@dataclass(frozen=True, slots=True)
class Piece:
    """The samples about a step: means of some pixels each. Arrays of one length."""

    u: Floats
    level: Floats
    count: Floats  # pixels
    spread: Floats  # sum of squares about the mean


def fit_steps(pieces: Sequence[Piece], starts: Sequence[Step]) -> list[Step | None]:
    """Fit a step to each piece; None = it does not settle.

    Place, blur and both levels are free; a place may move as far as its blur, at least 0.75 px. Where there is no
    noise, flat parts are rounded to one and the same level, however many pixels they have, and would bend the fit:
    then it is done again with the slope alone.
    """
    if not pieces:
        return []
    fit = _Fit(pieces, starts)
    fit.settle(STILL)
    if any(flat := fit.without_noise):
        fit.look_closer(flat)
        fit.settle(QUITE_STILL)
    return fit.steps()


class _Fit:
    """Fits under way: one row a step, short rows filled up with samples that weigh nothing.

    As few calls as can be: they, not the pixels, are what one step costs.
    """

    products: list[list[list[float]]]  # of the rows of `design` with each other, of each step

    def __init__(self, pieces: Sequence[Piece], starts: Sequence[Step]) -> None:
        rows, longest = len(pieces), max(FEWEST, *(len(piece.u) for piece in pieces))
        table = np.zeros((12, rows, longest))
        # To a level add up: one, rise, bump, bent; last stands the level itself.
        self.design, self.heavy, self.u, self.weight = table[:5], table[5:10], table[10], table[11]
        self.design[0] = 1.0
        for i, piece in enumerate(pieces):
            n = len(piece.u)
            table[4, i, :n], table[10, i, :n], table[11, i, :n] = piece.level, piece.u, piece.count
        self.tall, self.wide = self.design.transpose(1, 2, 0), self.heavy.transpose(1, 0, 2)
        self.entry = np.empty((rows, longest), np.intp)
        self.pieces, self.rest = pieces, [math.inf] * rows  # sums of squares about the fits
        self.starts = starts
        self.now = [step._replace(blur=min(max(step.blur, MIN_BLUR), MAX_BLUR)) for step in starts]
        self.reach = [max(0.75, step.blur) for step in self.now]
        self.good = [len(piece.u) >= FEWEST for piece in pieces]

    def settle(self, still: float) -> None:
        for _ in range(ITERATIONS):
            if max(self._improve()) < still:
                break

    def _improve(self) -> list[float]:
        """One step of Gauss and Newton; how far each has moved (px)."""
        design, z = self.design, self.design[3]
        places, scales = np.array([[[step.u], [_PER_BLUR / step.blur]] for step in self.now]).transpose(1, 0, 2)
        np.subtract(self.u, places, out=z)
        z *= scales
        np.add(z, 6 * _PER_BLUR + 0.5, out=self.entry, casting="unsafe")
        _rise_and_bump().take(self.entry, axis=1, out=design[1:3], mode="clip")
        z *= design[2]
        np.multiply(design, self.weight, out=self.heavy)
        self.products = (self.wide @ self.tall).tolist()  # from here on plain numbers: they are few
        return [self._move(i, *_solved(one)) for i, one in enumerate(self.products)]

    def _move(self, i: int, step: float, bump: float, bent: float, rest: float) -> float:
        self.rest[i] = rest
        if not self.good[i] or abs(step) < FLAT_GREY:
            self.good[i] = False
            return 0.0
        u, _, blur = self.now[i]
        move = min(max(-bump * blur / step, -1.0), 1.0)  # d rise / d place = -bump / blur
        grown = min(max(blur * (1 - min(max(bent * _PER_BLUR / step, -0.5), 0.5)), MIN_BLUR), MAX_BLUR)
        self.now[i] = Step(u + move, step, grown)
        self.good[i] = abs(u + move - self.starts[i].u) <= self.reach[i]
        return max(abs(move), abs(grown - blur)) if self.good[i] else 0.0

    @property
    def without_noise(self) -> list[bool]:
        return [self._without_noise(i) for i in range(len(self.pieces))]

    def _without_noise(self, i: int) -> bool:
        most, rest = ROUNDED_GREY**2 * max(self.products[i][0][0], 1), self.rest[i]
        return rest <= most and bool(rest + float(self.pieces[i].spread.sum()) <= most)

    def look_closer(self, which: Sequence[bool]) -> None:
        blurs, more = CLOSE
        reach = np.array([[blurs * step.blur + more] for step in self.now])
        away = np.abs(self.u - np.array([[step.u] for step in self.now])) > reach
        away &= np.array(which)[:, None]
        enough = np.count_nonzero((self.weight > 0) & ~away, axis=1) >= FEWEST
        self.weight[away & enough[:, None]] = 0.0

    def steps(self) -> list[Step | None]:
        return [step if good else None for good, step in zip(self.good, self.now, strict=True)]


def _solved(products: list[list[float]]) -> tuple[float, float, float, float]:
    """How much of rise, bump and bent comes closest to the level, by their `products`, and the squares that are left.

    Elimination written out: for so few numbers a call of a library takes longer.
    """
    (a, b, c, d, e), (_, f, g, h, i), (_, _, j, k, m), (_, _, _, n, o), (_, _, _, _, rest) = products
    # A fit with too few pixels is bent, not broken.
    a, f, j, n = a + RIDGE, f + RIDGE, j + RIDGE, n + RIDGE * _PER_BLUR**2
    by = b / a
    f, g, h, i = f - by * b, g - by * c, h - by * d, i - by * e
    by, other = c / a, g / f
    j, k, m = j - by * c - other * g, k - by * d - other * h, m - by * e - other * i
    by, other, third = d / a, h / f, k / j
    n, o = n - by * d - other * h - third * k, o - by * e - other * i - third * m
    bent = o / n
    bump = (m - k * bent) / j
    step = (i - g * bump - h * bent) / f
    return step, bump, bent, rest - e * e / a - i * i / f - m * m / j - o * bent


_PER_BLUR = 1000  # entries of the table: finer than a level is rounded


@cache
def _rise_and_bump() -> Floats:
    """Of -6 to 6 blurs: how far the step has risen, and how steep it is. Made when first needed, not at each start."""
    z = np.linspace(-6, 6, 12 * _PER_BLUR + 1)
    return np.array([[0.5 * (1 + math.erf(at / math.sqrt(2))) for at in z], np.exp(-0.5 * z * z) / ROOT_2_PI])
