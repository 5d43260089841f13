"""Read a line of text with the general reader."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .ctc import Spotted, formatted, likeliest
from .recogniser import Seen, recognise
from .text_bands import Bands, Crop
from .text_line import Character

AROUND = (0.5, 0.7)  # of a line's height shown above and below it; the second where the first is not sure
SURE = 0.8  # probability of the least character


def read_band(
    image: NDArray[np.uint8],
    bands: Bands,
    number: int,
    allowed: str,
    formats: Sequence[Sequence[str]],
    check: Callable[[], None],
) -> tuple[Character, ...]:
    """The characters of one line in px of `image`, spaces included."""
    best: tuple[Character, ...] = ()
    for around in AROUND:
        check()
        crop = bands.crop(image, number, around)
        seen = recognise(np.asarray(crop.image, np.uint8), allowed, check)
        read = _characters(_spotted(seen, formats), seen.px_a_step, crop)
        best = max(best, tuple(one.moved(crop.pose) for one in read), key=_least)
        if _least(best) >= SURE:
            break
    return best


def _least(line: Sequence[Character]) -> float:
    return min((one.score for one in line), default=0.0)


def _spotted(seen: Seen, formats: Sequence[Sequence[str]]) -> list[Spotted]:
    if not formats:
        return likeliest(seen.probabilities, seen.characters)
    return max((formatted(seen.probabilities, seen.characters, one) for one in formats), key=lambda one: one[0])[1]


def _characters(spotted: Sequence[Spotted], px_a_step: float, crop: Crop) -> list[Character]:
    """In px of the crop. The network says where a character is, not how wide: its box ends halfway to the next."""
    middles = np.array([(one.first + one.last) / 2 * px_a_step - 0.5 for one in spotted])
    apart = np.diff(middles)
    half = float(np.median(apart)) / 2 if len(apart) else (crop.bottom - crop.top) / 3
    edges = [*(middles[:1] - half), *(middles[:-1] + apart / 2), *(middles[-1:] + half)]
    top, bottom = crop.top - 0.5, crop.bottom - 0.5
    return [
        Character(one.character, one.probability, ((left, top), (right, top), (right, bottom), (left, bottom)))
        for one, (left, right) in zip(spotted, pairwise(map(float, edges)), strict=True)
    ]
