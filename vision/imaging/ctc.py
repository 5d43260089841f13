"""The likeliest text behind probabilities along a line (connectionist temporal classification)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-6  # of a probability


@dataclass(frozen=True, slots=True)
class Spotted:
    """A character, the steps it covers (the last not included), and how likely it is there."""

    character: str
    first: int
    last: int
    probability: float


def likeliest(probabilities: NDArray[np.float32], characters: str) -> list[Spotted]:
    """Of any text: class by class, repetitions as one.

    Args:
        probabilities: ``(steps, 1 + characters)``, the first column of nothing.
    """
    found: list[Spotted] = []
    classes = probabilities.argmax(axis=1)
    edges = [0, *(np.flatnonzero(np.diff(classes)) + 1).tolist(), len(classes)]
    for first, last in pairwise(edges):
        if last > first and (of := int(classes[first])):
            found.append(Spotted(characters[of - 1], first, last, float(probabilities[first:last, of].max())))
    return found


def formatted(
    probabilities: NDArray[np.float32], characters: str, places: Sequence[str]
) -> tuple[float, list[Spotted]]:
    """Of a text with just these places, each with the characters that may stand there; and its log probability.

    Each step's best character stands for a place, which is exact for places of one character and as good for others.
    Nothing where there are fewer steps than places, or none of a place's characters is known.
    """
    allowed = [[1 + i for i, c in enumerate(characters) if c in place] for place in places]
    steps = len(probabilities)
    if steps < len(places) or not all(allowed):
        return -np.inf, []
    logs = np.log(np.maximum(probabilities, LEAST))
    said = np.stack([logs[:, of].max(axis=1) for of in allowed], axis=1)
    which = np.stack([np.array(of)[logs[:, of].argmax(axis=1)] for of in allowed], axis=1)
    total, path = _path(logs[:, 0], said, which)
    spotted = []
    for i in range(len(places)):
        at = np.flatnonzero(path == 2 * i + 1)
        best = int(at[said[at, i].argmax()])
        of = int(which[best, i])
        spotted.append(Spotted(characters[of - 1], int(at[0]), int(at[-1]) + 1, float(probabilities[best, of])))
    return total, spotted


def _path(
    nothing: NDArray[np.float32], said: NDArray[np.float32], which: NDArray[np.intp]
) -> tuple[float, NDArray[np.intp]]:
    """Viterbi over nothing, first place, nothing, second place, …: total, and the state at each step."""
    steps, count = said.shape
    states = 2 * count + 1
    emitted = np.empty((steps, states))
    emitted[:, 0::2], emitted[:, 1::2] = nothing[:, None], said
    best = np.full(states, -np.inf)
    best[:2] = emitted[0, :2]
    came = np.zeros((steps, states), np.intp)
    for t in range(1, steps):
        one = np.concatenate([[-np.inf], best[:-1]])
        two = np.concatenate([[-np.inf, -np.inf], best[:-2]])
        two[0::2] = -np.inf
        two[3::2][which[t - 1, :-1] == which[t, 1:]] = -np.inf  # the same twice needs nothing between
        choices = np.stack([best, one, two])
        came[t] = choices.argmax(axis=0)
        best = choices.max(axis=0) + emitted[t]
    state = states - 1 if best[-1] >= best[-2] else states - 2
    total, path = float(best[state]), np.empty(steps, np.intp)
    for t in range(steps - 1, -1, -1):
        path[t] = state
        state -= int(came[t, state])
    return total, path
