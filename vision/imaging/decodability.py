"""How much of the tolerance that a decoder has the widths of bars and spaces leave, as ISO/IEC 15416 has it.

Of each character the element that is nearest to being taken for another one counts, of a scan its worst character.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BAR_MODULES = 1.75  # so far off the bars of a Code 128 character may be altogether
GUARD, MIDDLE = 3, 5  # elements of EAN and UPC
RETAIL = {59: 6, 43: 4, 33: 6}  # elements of EAN-13 and UPC-A, EAN-8, UPC-E: digits before the middle, or all of them
WIDE_OF = {"code_39": (9, 3), "itf": (10, 4)}  # elements of a character, or a pair of them, and how many are wide
THRESHOLD = {"code_39": 1 / 8, "itf": 7 / 64}  # between narrow and wide: share of the width of all of them
TOLD = frozenset({"code_128", "code_93", "ean_upc", "code_39", "itf"})


def decodability(edges: Floats, symbology: str) -> float | None:
    """1 = as it should be, 0 = the widths are not those of such a code; None: not told of this symbology.

    Args:
        edges: Places of all edges from the first bar's to the last one's, along one scan.
    """
    if symbology not in TOLD:
        return None
    widths = np.diff(edges)
    if symbology in WIDE_OF:
        return _two_widths(widths, symbology)
    characters = list(_characters(widths, symbology))
    return max(0.0, min(map(_modular, characters))) if characters else 0.0


@dataclass(frozen=True, slots=True)
class _Character:
    """Widths of bars and spaces in turn, in modules."""

    widths: Floats
    kind: str
    bar_first: bool


def _characters(widths: Floats, symbology: str) -> Iterator[_Character]:
    """None where there are too many or too few elements."""
    if symbology == "ean_upc":
        digits = RETAIL.get(len(widths), 0)
        yield from (_character(widths, GUARD + 4 * i, 4, 7, symbology, False) for i in range(digits))
        second = GUARD + 4 * digits + MIDDLE
        if len(widths) > second + GUARD:
            yield from (_character(widths, second + 4 * i, 4, 7, symbology, True) for i in range(digits))
        return
    modules = 11 if symbology == "code_128" else 9
    if len(widths) >= 19 and len(widths) % 6 == 1:  # six an character, and one bar that ends the last
        yield from (_character(widths, i, 6, modules, symbology, True) for i in range(0, len(widths) - 1, 6))


def _character(widths: Floats, first: int, count: int, modules: int, kind: str, bar_first: bool) -> _Character:
    own = widths[first : first + count]
    return _Character(own * (modules / own.sum()), kind, bar_first)


def _modular(character: _Character) -> float:
    """By the distances from edge to similar edge: how far they are from the middle between two numbers of modules."""
    widths = character.widths
    similar = widths[:-1] + widths[1:]
    similar = similar[:2] if len(widths) == 4 else similar[:4]
    away = 1 - 2 * float(np.abs(similar - np.rint(similar)).max())
    bars = float(widths[0 if character.bar_first else 1 :: 2].sum())
    if character.kind == "code_128":
        return min(away, 1 - abs(bars - 2 * round(bars / 2)) / BAR_MODULES)
    if character.kind == "ean_upc":
        one, other = (round(float(distance)) for distance in similar)
        if {one, other} <= {3, 4}:  # 1 and 7, or 2 and 8: only the bars tell which
            return min(away, abs(bars - (4 if one == other and not character.bar_first else 3)))
    return away


def _two_widths(widths: Floats, symbology: str) -> float:
    """By how far the widest narrow and the narrowest wide element are from the threshold between them."""
    (count, wide), step = WIDE_OF[symbology], WIDE_OF[symbology][0]
    if symbology == "itf":
        widths = widths[4:-3]  # without start and stop
    else:
        widths, step = np.append(widths, 0.0), count + 1  # a gap follows each character
    if not len(widths) or len(widths) % step:
        return 0.0
    characters = widths.reshape(-1, step)[:, :count]
    thresholds = characters.sum(axis=1, keepdims=True) * THRESHOLD[symbology]
    is_wide = characters > thresholds
    if (is_wide.sum(axis=1) != wide).any():
        return 0.0
    narrow, broad = characters[~is_wide].mean(), characters[is_wide].mean()
    widest = np.where(is_wide, 0, characters).max(axis=1, keepdims=True)
    narrowest = np.where(is_wide, characters, np.inf).min(axis=1, keepdims=True)
    left = np.minimum((thresholds - widest) / (thresholds - narrow), (narrowest - thresholds) / (broad - thresholds))
    return float(np.clip(left.min(), 0, 1))
