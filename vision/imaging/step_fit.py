"""Least squares of steps blurred by a Gaussian, many at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MIN_BLUR, MAX_BLUR = 0.25, 12.0  # px, sigma of the step that is fitted
ITERATIONS = 10
STILL = 1e-3  # px: the fit has settled; what would follow is a hundredth of this
FEWEST = 5  # samples
ROUNDED_GREY = 0.5  # residuals below this are the rounding to whole grey levels, not noise
CLOSE = (3.0, 1.0)  # then only pixels within so many blurs, and px more, count
FLAT_GREY = 1e-6
ROOT_2_PI = math.sqrt(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Step:
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
    fit.settle()
    if fit.without_noise.any():
        fit.look_closer()
        fit.settle()
    return fit.steps()


class _Fit:
    """Fits under way: one row a step, short rows filled up with samples that weigh nothing."""

    def __init__(self, pieces: Sequence[Piece], starts: Sequence[Step]) -> None:
        longest = max(FEWEST, *(len(piece.u) for piece in pieces))
        self.u, self.level, self.weight, self.spread = np.zeros((4, len(pieces), longest))
        for i, piece in enumerate(pieces):
            n = len(piece.u)
            self.u[i, :n], self.level[i, :n] = piece.u, piece.level
            self.weight[i, :n], self.spread[i, :n] = piece.count, piece.spread
            self.u[i, n:] = starts[i].u
        self.start = [step.u for step in starts]
        self.place = np.array(self.start, np.float64)
        self.blur = np.array([min(max(step.blur, MIN_BLUR), MAX_BLUR) for step in starts], np.float64)
        self.reach = [max(0.75, blur) for blur in self.blur.tolist()]
        self.good = [len(piece.u) >= FEWEST for piece in pieces]
        self.contrast = [step.contrast for step in starts]
        self.design = np.ones((len(pieces), 4, longest))
        self.answer = np.zeros((len(pieces), 4))

    def settle(self) -> None:
        for _ in range(ITERATIONS):
            if not self._improve():
                break

    def _improve(self) -> bool:
        """One step of Gauss and Newton; whether one of them is still moving."""
        _fill(self.design, (self.u - self.place[:, None]) / self.blur[:, None])
        heavy = self.design * self.weight[:, None]
        square = heavy @ self.design.transpose(0, 2, 1)
        square += _RIDGE  # a fit with too few pixels is bent, not broken
        self.answer[:] = np.linalg.solve(square, heavy @ self.level[:, :, None])[:, :, 0]
        moving = [self._move(i, *answer) for i, answer in enumerate(self.answer.tolist())]
        return any(moving)

    def _move(self, i: int, _: float, step: float, bump: float, bent: float) -> bool:
        """Plain numbers: they are few."""
        if not self.good[i] or abs(step) < FLAT_GREY:
            self.good[i] = False
            return False
        place, blur = float(self.place[i]), float(self.blur[i])
        move = min(max(-bump * blur / step, -1.0), 1.0)  # d rise / d place = -bump / blur
        grown = min(max(blur * (1 - min(max(bent / step, -0.5), 0.5)), MIN_BLUR), MAX_BLUR)
        self.place[i], self.blur[i], self.contrast[i] = place + move, grown, step
        self.good[i] = abs(place + move - self.start[i]) <= self.reach[i]
        return bool(self.good[i]) and (abs(move) >= STILL or abs(grown - blur) >= STILL)

    @property
    def without_noise(self) -> NDArray[np.bool_]:
        rest = self.level - self.answer[:, :1] - self.answer[:, 1:2] * self.design[:, 1]
        squares = (self.weight * rest * rest + self.spread).sum(axis=1)
        return np.asarray(squares <= ROUNDED_GREY**2 * np.maximum(self.weight.sum(axis=1), 1))

    def look_closer(self) -> None:
        blurs, more = CLOSE
        away = np.abs(self.u - self.place[:, None]) > (blurs * self.blur + more)[:, None]
        away &= self.without_noise[:, None]
        enough = (self.weight * ~away > 0).sum(axis=1) >= FEWEST
        self.weight[away & enough[:, None]] = 0.0

    def steps(self) -> list[Step | None]:
        rows = zip(self.good, self.place.tolist(), self.contrast, self.blur.tolist(), strict=True)
        return [Step(u, contrast, blur) if good else None for good, u, contrast, blur in rows]


_RIDGE = 1e-6 * np.eye(4)
_PER_BLUR = 1000  # entries of the table: finer than a level is rounded
_Z = np.linspace(-6, 6, 12 * _PER_BLUR + 1)
_RISE = np.array([0.5 * (1 + math.erf(z / math.sqrt(2))) for z in _Z])
_BUMP = np.exp(-0.5 * _Z * _Z) / ROOT_2_PI


def _fill(design: Floats, z: Floats) -> None:
    """Below a row of ones: the normal distribution function at `z`, its density, and that times `z`."""
    entry = (z * _PER_BLUR + (6 * _PER_BLUR + 0.5)).astype(np.intp)
    design[:, 1] = _RISE.take(entry, mode="clip")
    bump = design[:, 2] = _BUMP.take(entry, mode="clip")
    np.multiply(bump, z, out=design[:, 3])
