"""Read a line of text with the general reader."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .ctc import Spotted, formatted, likeliest
from .recogniser import Seen, recognise
from .text_bands import Bands
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
        crop, pose = bands.crop(image, number, around)
        seen = recognise(crop, allowed, check)
        read = [
            Character(s.character, s.probability, _box(s, seen, crop.shape[0])).moved(pose)
            for s in _spotted(seen, formats)
        ]
        best = max(best, tuple(read), key=_least)
        if _least(best) >= SURE:
            break
    return best


def _least(line: Sequence[Character]) -> float:
    return min((one.score for one in line), default=0.0)


def _spotted(seen: Seen, formats: Sequence[Sequence[str]]) -> list[Spotted]:
    if not formats:
        return likeliest(seen.probabilities, seen.characters)
    return max((formatted(seen.probabilities, seen.characters, one) for one in formats), key=lambda one: one[0])[1]


def _box(spotted: Spotted, seen: Seen, height: int) -> tuple[tuple[float, float], ...]:
    left, right = spotted.first * seen.px_a_step - 0.5, spotted.last * seen.px_a_step - 0.5
    return ((left, -0.5), (right, -0.5), (right, height - 0.5), (left, height - 0.5))
