"""Taught characters as templates of strokes, and windows of an image that are compared with them."""

from dataclasses import dataclass, replace
from typing import Self

import cv2
import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from .text_line import Strokes

STEP = 3  # px between the samples of a window: what is left of the strokes' band needs no more
REACH_PX = 24  # of a window above and below the middle of the line: a capital's half height and its surroundings
ROWS = 2 * REACH_PX // STEP + 1
TALL = 2 * REACH_PX + 1
STANDARD = ROWS * 13  # samples of a cell as wide as it is usual, to which others count in proportion
SPACES = (9, 12, 15, 19, 24, 30)  # px, of a proportional font; wider ones are several
ALIKE = 0.03  # so much may the advances of a fixed pitch differ

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters as taught; ink is positive."""

    characters: str
    strokes: Floats  # ``(n, TALL, widest + 1)``, from the cell's left edge
    widths: NDArray[np.int64]  # ``(n,)`` px of each cell, at `scale`
    scale: float  # from px of the region to these
    counts: NDArray[np.int64]  # ``(n,)`` samples behind each


@dataclass(frozen=True, slots=True)
class Kind:
    """All characters of one width, as templates without their mean, so that of an image none needs to be taken."""

    characters: str
    width: int
    templates: Floats  # ``(n, ROWS * columns)``
    energy: Floats  # ``(n,)``

    @property
    def columns(self) -> int:
        return self.width // STEP + 1

    @property
    def weight(self) -> float:
        """Of what a fit of it says, by its size."""
        return ROWS * self.columns / STANDARD


@dataclass(frozen=True, slots=True)
class Windows:
    """Samples of an image, window by window."""

    samples: Floats  # ``(rows x across, ROWS * columns)``
    size: Floats  # of each, its squared deviations from its mean
    across: int  # windows in a row

    @classmethod
    def of(cls, strokes: Strokes, columns: int, rows: NDArray[np.intp], step: int) -> Self:
        """So wide, with their top at each of `rows` and their left edge at every `step`-th column."""
        down, right = strokes.strides
        places = strokes.shape[1] - (columns - 1) * STEP
        if places < 1:
            return cls(np.zeros((0, ROWS * columns), np.float32), np.zeros(0, np.float32), 0)
        shape = (strokes.shape[0] - TALL + 1, places, ROWS, columns)
        every = as_strided(strokes, shape, (down, right, down * STEP, right * STEP), writeable=False)[rows, ::step]
        flat = every.reshape(-1, ROWS * columns)
        total = flat @ np.ones(flat.shape[1], np.float32)
        size = np.einsum("ij,ij->i", flat, flat) - total * total / flat.shape[1]
        return cls(flat, np.maximum(size, 0), every.shape[1])


def kinds_of(glyphs: Glyphs, allowed: str, softer: float = 0.0) -> list[Kind]:
    """By width; widths of a proportional font are rounded to the samples' step. `softer`: blurred by so much, px."""
    if softer:
        soft = [cv2.GaussianBlur(one, (0, 0), softer) for one in glyphs.strokes]
        glyphs = replace(glyphs, strokes=np.stack(soft))
    widths = glyphs.widths
    rounded = np.rint(widths / STEP).astype(int) * STEP
    if is_fixed(glyphs):
        rounded = np.full_like(widths, usual_width(glyphs))
    lacking = max(0, int(rounded.max()) + 1 - glyphs.strokes.shape[2])  # where the widest was rounded up
    strokes = np.pad(glyphs.strokes, ((0, 0), (0, 0), (0, lacking)))
    kinds = []
    for width in np.unique(rounded):
        of = [i for i in np.flatnonzero(rounded == width) if glyphs.characters[i] in allowed]
        if not of:
            continue
        templates = strokes[of, ::STEP, : width + 1 : STEP].reshape(len(of), -1)
        templates = np.ascontiguousarray(templates - templates.mean(axis=1, keepdims=True), np.float32)
        energy = (templates * templates).sum(axis=1)
        kinds.append(Kind("".join(glyphs.characters[i] for i in of), int(width), templates, energy))
    return kinds


def is_fixed(glyphs: Glyphs) -> bool:
    """Whether all cells are of one width."""
    return bool(np.ptp(glyphs.widths) <= ALIKE * glyphs.widths.mean())


def usual_width(glyphs: Glyphs) -> int:
    """Of a cell, px."""
    return max(STEP, round(float(np.median(glyphs.widths))))


def spaces_of(glyphs: Glyphs) -> tuple[int, ...]:
    """How wide a space may be, px."""
    return (usual_width(glyphs),) if is_fixed(glyphs) else SPACES
