"""Read a straight line of strokes by taught characters: the string that explains it best as a whole.

For each place the taught characters are laid on with the line's own contrast; what counts is how much of a window's
variance one explains, against explaining nothing (a blank). The best chain of these is the text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .glyph_chain import Chain, best_chain, ordered_chain
from .glyph_font import REACH_PX, STEP, TALL, Floats, Kind, Windows
from .text_line import Strokes

BLANK = -0.03  # of score: a space is no better than nothing
LEAST = 0.1  # of score, for a character to be one at all
NOISE = 1.0  # grey levels squared, left in the strokes at least
ABOVE = 12  # px that a character may be cut at the top and bottom of the image
SEEN = 0.25  # of score: about what the best of all characters explains of a window without any
SURE = 0.4  # correlation of windows that tell the contrast
TELLING = 7  # of those
FROM, TO = 0.6, 1.5  # of the line's contrast may one character's be
RIVAL = 0.8  # of the better polarity's evidence


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character that was read, in px of the straight line; `explained` is 0-1."""

    character: str
    left: float
    width: float
    middle: float
    explained: float


@dataclass(frozen=True, slots=True)
class Line:
    """What was read, spaces included, and how well the characters explain the strokes."""

    glyphs: tuple[Glyph, ...]
    total: float


class GlyphReader:
    """Reads lines in one font.

    `fonts` is the same one, sharp and softer: print is in focus, or a little out of it. `formats` hold for each place
    of a whole text the characters that may stand there.
    """

    def __init__(
        self, fonts: Sequence[Sequence[Kind]], usual: int, spaces: Sequence[int], formats: Sequence[Sequence[str]]
    ) -> None:
        """`usual` is the width of a character and `spaces` what those of a space may be, px."""
        self.fonts, self.usual, self.spaces = tuple(map(tuple, fonts)), usual, tuple(spaces)
        self.formats = tuple(formats)

    def read(self, strokes: Strokes, signs: Sequence[int], check: Callable[[], None]) -> Line:
        """Of `signs` (-1: dark characters, 1: light ones) the one that explains more; no glyphs: nothing was found."""
        side = self.usual // 2
        image = cv2.copyMakeBorder(strokes, ABOVE, ABOVE, side, side, cv2.BORDER_CONSTANT)
        if image.shape[0] < TALL:
            lacking = TALL - image.shape[0]
            image = cv2.copyMakeBorder(image, lacking // 2, lacking - lacking // 2, 0, 0, cv2.BORDER_CONSTANT)
        above, origin = (image.shape[0] - strokes.shape[0]) // 2, side
        places = self._coarse(np.asarray(image, np.float32), signs, check)
        found = Line((), 0.0)
        for evidence, sign, row in places:
            if evidence >= RIVAL * places[0][0]:
                rows = np.arange(max(0, row - 1), min(image.shape[0] - TALL + 1, row + 2))
                signed = np.asarray(image * sign, np.float32)
                columns = {kind.columns for kind in self.fonts[0]}
                windows = {one: Windows.of(signed, one, rows, 1) for one in columns}
                for kinds in self.fonts:
                    check()
                    fits = [_Fit(kind, windows[kind.columns], len(rows)) for kind in kinds]
                    line = self._fine(fits, rows - above, origin)
                    found = max(found, line, key=lambda one: one.total)
        return found

    def _coarse(self, image: Strokes, signs: Sequence[int], check: Callable[[], None]) -> list[tuple[float, int, int]]:
        """For each sign how much it promises, and the row of the windows that do; the best first."""
        rows = np.arange(0, image.shape[0] - TALL + 1, STEP)
        blocks = max(1, self.usual // STEP)
        evidence = np.zeros((len(signs), len(rows)))
        for at in np.array_split(np.arange(len(rows)), max(1, len(rows) * image.shape[1] // 30_000)):
            check()
            most = np.zeros((len(signs), len(at), -(-image.shape[1] // STEP)))
            for kind in self.fonts[-1]:
                windows = Windows.of(image, kind.columns, rows[at], STEP)
                size, across = windows.size + windows.samples.shape[1] * NOISE, windows.across
                fit = windows.samples @ (kind.templates / np.sqrt(kind.energy)[:, None]).T
                for i, sign in enumerate(signs):
                    best = fit.max(axis=1) if sign > 0 else -fit.min(axis=1)
                    share = np.minimum(np.maximum(best, 0) ** 2 / size, 0.96)
                    worth = (-np.log(1 - share) * kind.weight).reshape(len(at), across)
                    most[i, :, :across] = np.maximum(most[i, :, :across], worth)
            most = np.maximum(most - SEEN, 0)
            whole = np.pad(most, ((0, 0), (0, 0), (0, -most.shape[2] % blocks)))
            evidence[:, at] = whole.reshape(*whole.shape[:2], -1, blocks).sum(axis=2).max(axis=2)
        return sorted(
            ((float(one.max()), sign, int(rows[one.argmax()])) for one, sign in zip(evidence, signs, strict=True)),
            reverse=True,
        )

    def _fine(self, fits: Sequence["_Fit"], rows: NDArray[np.intp], origin: int) -> Line:
        fits = [one for one in fits if one.across]
        contrast = _contrast(fits, self.usual)
        if contrast <= 0:
            return Line((), 0.0)
        for one in fits:
            one.weigh(contrast)
        chain = self._free(fits, len(rows))
        reading = self._glyphs(fits, chain, "") if not self.formats else self._formatted(fits, chain.row)
        middle = float(rows[chain.row] + REACH_PX)
        return Line(
            tuple(Glyph(g.character, g.left - origin, g.width, middle, g.explained) for g in reading.glyphs),
            reading.total,
        )

    def _free(self, fits: Sequence["_Fit"], rows: int) -> Chain:
        blank = np.full((rows, max(one.across for one in fits)), BLANK, np.float32)
        best = [one.worth.max(axis=2) for one in fits]
        worth = [one + BLANK - LEAST * (one < LEAST) for one in best]
        return best_chain([*worth, *[blank] * len(self.spaces)], self._widths(fits))

    def _widths(self, fits: Sequence["_Fit"]) -> list[int]:
        return [*(one.kind.width for one in fits), *self.spaces]

    def _formatted(self, fits: Sequence["_Fit"], row: int) -> Line:
        """The best of all formats; of equals the first."""
        lines = [self._ordered(fits, row, places) for places in self.formats]
        return max(lines, key=lambda one: one.total)

    def _ordered(self, fits: Sequence["_Fit"], row: int, places: Sequence[str]) -> Line:
        scores = []
        for one in fits:
            score = np.full((len(places), one.across), -1e9, np.float32)
            for i, allowed in enumerate(places):
                if of := [j for j, c in enumerate(one.kind.characters) if c in allowed]:
                    score[i] = one.worth[row][:, of].max(axis=1)
            scores.append(score)
        blank = np.where([" " in allowed for allowed in places], BLANK, -1e9)
        across = max(one.across for one in fits)
        scores += [np.repeat(blank[:, None], across, 1).astype(np.float32)] * len(self.spaces)
        chain = ordered_chain(scores, self._widths(fits))
        return self._glyphs(fits, Chain(chain.total, row, chain.places), places)

    def _glyphs(self, fits: Sequence["_Fit"], chain: Chain, places: Sequence[str]) -> Line:
        glyphs = []
        for i, (left, kind) in enumerate(chain.places):
            if kind >= len(fits):
                glyphs.append(Glyph(" ", left, self.spaces[kind - len(fits)], 0, 1.0))
                continue
            one, at = fits[kind], fits[kind].worth[chain.row, left]
            of = [j for j, c in enumerate(one.kind.characters) if not places or c in places[i]]
            best = of[int(at[of].argmax())]
            explained = max(0.0, 1 - float(np.exp(-at[best] / one.kind.weight)))
            glyphs.append(Glyph(one.kind.characters[best], left, one.kind.width, 0, explained))
        return Line(tuple(glyphs), max(0.0, chain.total))


class _Fit:
    """How well the characters of one kind explain the windows of some rows."""

    def __init__(self, kind: Kind, windows: Windows, rows: int) -> None:
        self.kind, self.rows, self.across = kind, rows, windows.across
        self.size, self.noise = windows.size, windows.samples.shape[1] * NOISE
        self.product: Floats = windows.samples @ kind.templates.T

    def correlation(self) -> tuple[Floats, Floats]:
        """Of the best character at each place, and the contrast that it has there: both ``(rows, across)``."""
        fit = self.product / np.sqrt(self.kind.energy)
        best = fit.argmax(axis=1)
        at = np.arange(len(best))
        contrast = self.product[at, best] / self.kind.energy[best]
        shape = self.rows, self.across
        return (fit[at, best] / np.sqrt(self.size + self.noise)).reshape(shape), contrast.reshape(shape)

    def weigh(self, contrast: float) -> None:
        """`worth`: log of what is left of a window's variance without and with each character, by its size."""
        own = np.clip(self.product / self.kind.energy, FROM * contrast, TO * contrast)
        left = (own * self.kind.energy - 2 * self.product) * own
        share = left / (self.size + self.noise)[:, None]  # -1: all explained
        worth = -np.log1p(np.maximum(share, -0.9999)) * self.kind.weight
        self.worth = worth.reshape(self.rows, self.across, -1).astype(np.float32)


def _contrast(fits: Sequence[_Fit], apart: int) -> float:
    """Of the places that most look like characters; 0: none does."""
    across = max((one.across for one in fits), default=0)
    best, contrast = np.zeros(across), np.zeros(across)
    for one in fits:
        correlation, own = one.correlation()
        row = correlation.argmax(axis=0)
        at = np.arange(one.across)
        rated = correlation[row, at] * min(1.0, one.kind.weight**0.5)
        better = rated > best[: one.across]
        best[: one.across][better] = rated[better]
        contrast[: one.across][better] = own[row, at][better]
    told: list[float] = []
    while len(told) < TELLING and across and best.max() >= SURE:
        at_most = int(best.argmax())
        told.append(float(contrast[at_most]))
        best[max(0, at_most - apart // 2) : at_most + apart // 2 + 1] = 0
    return float(np.median(told)) if told else 0.0
