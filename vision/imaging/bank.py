"""The good parts that were seen, and what was learned from them, as arrays to be kept beside a recipe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import TeachError, ToolError
from .good_parts import STRIDES, GoodParts, Model, learn_parts
from .normality import FEWEST, Normal, most_different

Floats = NDArray[np.float32]
Arrays = Mapping[str, NDArray[Any]]
MOST_PARTS = 40
"""So many good parts are kept, those that differ most: 0.25 MB each with the strong model at its default detail."""


@dataclass(frozen=True, slots=True)
class Bank:
    """What a model saw of the good parts of one region."""

    master: NDArray[np.uint8]  # grey at half the working size: the first part, to align by
    inside: NDArray[np.uint8]  # of the working size; 255 = belongs to the region
    maps: tuple[tuple[Floats, ...], ...]  # for every part one ``(c, h, w)`` a stride

    @classmethod
    def of(cls, arrays: Arrays, number: int) -> "Bank | None":
        """As `stored` before; None: there is none of this region."""
        if f"inside_{number}" not in arrays:
            return None
        kept = [arrays[key] for key in sorted(arrays) if key.startswith("bank_") and key.endswith(f"_{number}")]
        parts = tuple(tuple(np.asarray(one, np.float32) for one in part) for part in zip(*kept, strict=True))
        return cls(arrays[f"master_{number}"], arrays[f"inside_{number}"], parts)

    @classmethod
    def first(cls, master: NDArray[np.uint8], inside: NDArray[np.uint8], maps: Sequence[Floats]) -> "Bank":
        """With one part."""
        return cls(master, inside, (tuple(maps),))

    def more(self, maps: Sequence[Floats]) -> "Bank":
        """With one part more.

        Raises:
            TeachError: It was seen in another way.
        """
        if [one.shape for one in maps] != [one.shape for one in self.maps[0]]:
            raise TeachError("what was taught before is of another size or model: teach it afresh")
        return Bank(self.master, self.inside, (*self.maps, tuple(maps)))

    def __len__(self) -> int:
        return len(self.maps)

    def lesson(self, model: Model) -> "Lesson":
        """What they teach, once half a number's digits are kept; at most `MOST_PARTS` of them."""
        chosen = most_different([part[-1] for part in self.maps], MOST_PARTS)
        banks = [np.stack([self.maps[i][k] for i in chosen]).astype(np.float16) for k in range(len(self.maps[0]))]
        parts = learn_parts(model, [bank.astype(np.float32) for bank in banks], self.inside)
        return Lesson(self.master, self.inside, parts, tuple(banks))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is known of one region."""

    master: NDArray[np.uint8]
    inside: NDArray[np.uint8]
    parts: GoodParts
    banks: tuple[NDArray[np.float16], ...] = ()  # ``(n, c, h, w)`` one a stride: to teach more on top


def stored(lesson: Lesson, number: int) -> dict[str, NDArray[Any]]:
    """Of region `number`, counted from 0."""
    parts = lesson.parts
    arrays: dict[str, NDArray[Any]] = {
        "master": lesson.master,
        "inside": lesson.inside,
        "tops": np.array([parts.mean, parts.spread, *parts.wide], np.float64),
    }
    for k, (normal, bank) in enumerate(zip(parts.normals, lesson.banks, strict=True)):
        arrays[f"bank_{k}"] = bank
        for name in NORMAL:
            arrays[f"{name}_{k}"] = getattr(normal, name)
    return {f"{name}_{number}": array for name, array in arrays.items()}


NORMAL = ("mean", "weight", "whiten", "usual", "share")


def lesson_of(arrays: Arrays, number: int, model: Model) -> Lesson:
    """What was `stored`.

    Raises:
        ToolError: It is not whole.
    """
    try:
        normals = tuple(
            Normal(*(np.asarray(arrays[f"{name}_{k}_{number}"], np.float32) for name in NORMAL))
            for k in range(len(STRIDES[model]))
        )
        mean, spread, *wide = arrays[f"tops_{number}"].tolist()
        count = len(arrays[f"bank_0_{number}"])
        parts = GoodParts(model, normals, mean, spread, tuple(wide), count)
        lesson = Lesson(arrays[f"master_{number}"], arrays[f"inside_{number}"], parts)
    except (KeyError, ValueError, TypeError) as exc:
        raise ToolError(f"the taught data of region {number + 1} does not fit ({exc}); teach this step") from exc
    if not (
        np.isfinite([mean, spread, *wide]).all() and len(wide) == len(normals) and count >= FEWEST and parts.limit > 0
    ):
        raise ToolError(f"the taught data of region {number + 1} does not fit: no limit; teach this step")
    return lesson
