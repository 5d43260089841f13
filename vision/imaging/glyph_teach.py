"""Learn characters from a line of text whose words are known: cut it into cells, and keep the strokes of each."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import TeachError
from .glyph_font import REACH_PX, TALL, Glyphs
from .text_line import HEIGHT, strokes_of

Ink = Literal["auto", "dark", "light"]
Cell = tuple[float, float]  # left and right edge, px
SMALLEST_PX = 8  # height of a character
DIRT = 0.01  # of a character's height squared: smaller specks are no ink
JOINS = (0.1, 0.05, 0.0)  # of the height: dots of one character lie closer together, characters of tight print as well
LEAST_CONTRAST = 16  # grey levels
PITCHES, STARTS = 60, 25
CLEAN = 0.03  # of a usual column's ink may lie on the cuts of a fixed pitch
SAME_SIZE = 0.12  # so much may the size differ without resampling


def glyphs_of(image: NDArray[np.uint8], label: str, ink: Ink, scale: float | None = None) -> Glyphs:
    """The characters of a line of text that runs along the image; the same one twice is averaged.

    Args:
        image: ``(h, w)`` grey, with nothing but that line.
        label: Its text.
        scale: At which other lines of this font were taught; None: this is the first.

    Raises:
        TeachError: It shows other than what the label says.
    """
    text = label.strip()
    if not text:
        raise TeachError("the label of a sample is its text, this one is empty")
    mask = _mask(image, ink)
    cells = _cells(mask, text)
    top, bottom = _extent(mask, text, cells)
    height = bottom - top
    if height < SMALLEST_PX:
        raise TeachError(f"the characters of {text!r} are {height:.0f} px tall, {SMALLEST_PX} px are needed")
    if scale is None:
        scale = 1.0 if abs(HEIGHT / height - 1) <= SAME_SIZE else HEIGHT / height
    positive = image if _is_light(image, ink) else 255 - image
    strokes = strokes_of(_sized(positive, scale))
    middle = (top + bottom - 1) / 2 * scale
    found: dict[str, list[tuple[NDArray[np.float32], int]]] = {}
    for character, (left, right) in zip(text, cells, strict=True):
        if character != " ":
            width = max(3, round((right - left) * scale))
            found.setdefault(character, []).append((_cut(strokes, left * scale, middle, width), width))
    return _stacked(
        {c: (np.mean([g for g, _ in _same_width(seen)], axis=0), seen[0][1], len(seen)) for c, seen in found.items()},
        scale,
    )


def joined(fonts: Sequence[Glyphs]) -> Glyphs:
    """One font of several, characters that are in more than one averaged by how often each was seen."""
    every: dict[str, tuple[NDArray[np.float32], int, int]] = {}
    for font in fonts:
        for i, character in enumerate(font.characters):
            strokes, width, count = font.strokes[i], int(font.widths[i]), int(font.counts[i])
            strokes = strokes[:, : width + 1]
            if character in every:
                before, first, seen = every[character]
                strokes = (before * seen + _fitted(strokes, first) * count) / (seen + count)
                width, count = first, seen + count
            every[character] = (strokes, width, count)
    return _stacked(every, fonts[0].scale)


def _stacked(found: dict[str, tuple[NDArray[np.float32], int, int]], scale: float) -> Glyphs:
    order = sorted(found)
    widest = max(width for _, width, _ in found.values())
    strokes = np.stack([_fitted(found[c][0], widest) for c in order]).astype(np.float32)
    widths = np.array([found[c][1] for c in order], np.int64)
    return Glyphs("".join(order), strokes, widths, scale, np.array([found[c][2] for c in order], np.int64))


def _same_width(seen: list[tuple[NDArray[np.float32], int]]) -> list[tuple[NDArray[np.float32], int]]:
    width = seen[0][1]
    return [(_fitted(strokes, width), width) for strokes, _ in seen]


def _fitted(strokes: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Cut off, or filled up with nothing, at the right."""
    strokes = strokes[:, : width + 1]
    return cast("NDArray[np.float32]", np.pad(strokes, ((0, 0), (0, width + 1 - strokes.shape[1]))))


def _sized(image: NDArray[np.uint8], scale: float) -> NDArray[Any]:
    if scale == 1:
        return image
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=how)


def _cut(strokes: NDArray[np.float32], left: float, middle: float, width: int) -> NDArray[np.float32]:
    """``(TALL, width + 1)`` about the middle; beyond the image nothing."""
    pad = TALL + width
    padded = np.pad(strokes, pad)
    x, y = round(left) + pad, round(middle) - REACH_PX + pad
    return padded[y : y + TALL, x : x + width + 1]


def _is_light(image: NDArray[np.uint8], ink: Ink) -> bool:
    """Characters cover less than their ground does, so the mean lies on their side of the median."""
    return ink == "light" or (ink == "auto" and float(image.mean()) > float(np.median(image)))


def _mask(image: NDArray[np.uint8], ink: Ink) -> NDArray[np.uint8]:
    """255 where there is ink."""
    if int(image.max()) - int(image.min()) < LEAST_CONTRAST:
        raise TeachError("no text is to be seen in the sample")
    positive = image if _is_light(image, ink) else 255 - image
    _, mask = cv2.threshold(positive, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    least = max(2.0, DIRT * (0.5 * image.shape[0]) ** 2 / 4)
    dirt = np.array([False, *(stats[1:count, cv2.CC_STAT_AREA] < least)])
    mask[dirt[labels]] = 0
    if not mask.any():
        raise TeachError("no text is to be seen in the sample")
    return cast("NDArray[np.uint8]", mask)


def _extent(mask: NDArray[np.uint8], text: str, cells: Sequence[Cell]) -> tuple[float, float]:
    """Top and bottom of capitals and digits, or of all where there are none; the bottom is not included."""
    tall = [cell for character, cell in zip(text, cells, strict=True) if character.isupper() or character.isdigit()]
    tops, bottoms = [], []
    for left, right in tall or [(0, mask.shape[1])]:
        rows = np.flatnonzero(mask[:, max(0, round(left)) : max(1, round(right))].any(axis=1))
        if rows.size:
            tops.append(int(rows[0]))
            bottoms.append(int(rows[-1]) + 1)
    if not tops:
        raise TeachError(f"no ink where {text!r} should stand")
    return float(np.median(tops)), float(np.median(bottoms))


def _cells(mask: NDArray[np.uint8], text: str) -> list[Cell]:
    """Of each character, spaces included.

    Raises:
        TeachError: They cannot be told apart.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    ink = (mask > 0).sum(axis=0)
    columns = np.flatnonzero(ink)
    first, last = int(columns[0]), int(columns[-1]) + 1
    if len(text) > 1 and (fixed := _fixed_pitch(ink, first, last, text)) is not None:
        return fixed
    height = rows[-1] + 1 - rows[0]
    marks = len(text.replace(" ", ""))
    for share in JOINS:
        join = max(1, round(share * height))
        runs = _runs(ink, join)
        if len(runs) == marks:
            return _spaced(runs, text, join)
    raise TeachError(
        f"{len(runs)} characters are to be seen, {text!r} has {marks}: draw the region round that line alone, "
        "or teach its characters apart"
    )


def _fixed_pitch(ink: NDArray[np.int64], first: int, last: int, text: str) -> list[Cell] | None:
    """Cells of one width, if there are such with hardly any ink on their edges; where characters are best centred."""
    count, usual, length = len(text), float(ink[first:last].mean()), len(ink)
    marks = np.array([character != " " for character in text])
    columns = np.arange(length + 1)
    inked = np.concatenate([ink > 0, [False]])
    following = np.minimum.accumulate(np.where(inked, columns, length)[::-1])[::-1]
    preceding = np.maximum.accumulate(np.where(inked, columns, -1))
    best: tuple[float, float, float] | None = None
    for pitch in np.linspace((last - first) / count, (last - first) / (count - 0.7), PITCHES):
        for start in np.linspace(last - pitch * count, first, STARTS):
            edges = np.clip(np.rint(start + pitch * np.arange(count + 1)).astype(int), 0, length)
            cuts = edges[1:-1]
            if (ink[cuts].sum() + ink[cuts - 1].sum()) / (2 * count * usual) > CLEAN:
                continue
            left, right = following[edges[:-1]] - edges[:-1], edges[1:] - 1 - preceding[edges[1:] - 1]
            if ((left < np.diff(edges)) != marks).any():
                continue
            off = float(np.abs(left - right)[marks].mean())
            if best is None or off < best[0]:
                best = off, float(start), float(pitch)
    if best is None:
        return None
    _, start, pitch = best
    return [(start + pitch * i, start + pitch * (i + 1)) for i in range(count)]


def _runs(ink: NDArray[np.int64], join: int) -> list[Cell]:
    """Columns with ink, those closer together than `join` as one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], ink > 0, [0]]).astype(np.int8)))
    runs: list[Cell] = []
    for left, right in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and left - runs[-1][1] < join:
            runs[-1] = (runs[-1][0], right)
        else:
            runs.append((left, right))
    return runs


def _spaced(runs: Sequence[Cell], text: str, join: int) -> list[Cell]:
    """Runs with half the usual gap at each side; a space lies between its neighbours."""
    gaps = [right[0] - left[1] for left, right in pairwise(runs)]
    half = float(np.median(gaps)) / 2 if gaps else join / 2
    waiting = iter(runs)
    cells: list[Cell] = []
    for character in text:
        if character == " ":
            cells.append((cells[-1][1], cells[-1][1]))
        else:
            left, right = next(waiting)
            cells.append((left - half, right + half))
    return cells
