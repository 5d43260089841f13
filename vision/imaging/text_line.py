"""A line of text made straight: its strokes brought out, its slope and slant found and taken away."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..roi import Pose
from .warp import pull

Strokes = NDArray[np.float32]
"""Band-passed grey levels, dark strokes negative; characters about `HEIGHT` px tall."""

HEIGHT = 40.0
"""Of a capital letter, px: at this size lines are looked at."""
FINE, COARSE = 1.3, 4.5  # sigma: noise is finer, the background coarser than strokes and printed dots
SLOPES = np.tan(np.radians(np.arange(-6, 6.01, 0.75)))
CLOSER = np.tan(np.radians((-0.4, -0.2, 0.0, 0.2, 0.4)))
SLANTS = np.arange(-0.24, 0.241, 0.03)
ALSO = 0.6  # of the best slant's evidence: a second one worth a look
THIN, LOW = 4, 2  # so much smaller for slopes and slants


@dataclass(frozen=True, slots=True)
class Straight:
    """Strokes of a straight and upright line, and where they lie in the image they were taken from."""

    strokes: Strokes
    back: Pose  # straight px -> image px


def strokes_of(image: NDArray[Any]) -> Strokes:
    """Strokes of a grey image whose characters are about `HEIGHT` px tall."""
    levels = image.astype(np.float32)
    return cast("Strokes", cv2.GaussianBlur(levels, (0, 0), FINE) - cv2.GaussianBlur(levels, (0, 0), COARSE))


def straightened(strokes: Strokes) -> Iterator[Straight]:
    """The line made straight with the likeliest slant, and with a second one where that is likely as well."""
    slope = slope_of(strokes)
    size = strokes.shape[1], strokes.shape[0]
    for slant in _slants(pull(strokes, level(size, slope), size, outside=0)):
        back = chained(level(size, slope), upright(size, slant))
        yield Straight(pull(strokes, back, size, outside=0), back)


def slope_of(strokes: Strokes) -> float:
    """Rise of the line, px a px to the right, within 6 degrees: along it rows are alike, so their means differ most."""
    h, w = strokes.shape
    thin = cv2.resize(strokes, (max(1, w // THIN), h), interpolation=cv2.INTER_AREA)
    at = _best(SLOPES, np.array([_differ(thin, float(k), 1) for k in SLOPES]))
    near = at + CLOSER
    return _best(near, np.array([_differ(thin, float(k), 1) for k in near]))


def _slants(strokes: Strokes) -> list[float]:
    """The likeliest, px to the right a px down; strokes and columns of dots stand upright then."""
    h, w = strokes.shape
    low = cv2.resize(strokes, (w, max(1, h // LOW)), interpolation=cv2.INTER_AREA)
    differ = np.array([_differ(low, float(k), 0) for k in SLANTS])
    beside = np.pad(differ, 1, constant_values=-1.0)
    peaks = np.flatnonzero((differ >= beside[:-2]) & (differ >= beside[2:]))
    ranked = sorted(peaks.tolist(), key=lambda i: -differ[i])[:2]
    return [_vertex(SLANTS, differ, i) for i in ranked if differ[i] >= ALSO * differ[ranked[0]]]


def _differ(strokes: NDArray[Any], k: float, axis: int) -> float:
    """How much the means of rows (1) or columns (0) differ after a shear."""
    h, w = strokes.shape
    sheared = pull(strokes, level((w, h), k * THIN) if axis else upright((w, h), k * LOW), (w, h), outside=0)
    return float(cv2.reduce(sheared, axis, cv2.REDUCE_AVG).var())


def _best(places: NDArray[Any], values: NDArray[Any]) -> float:
    return _vertex(places, values, int(np.argmax(values)))


def _vertex(places: NDArray[Any], values: NDArray[Any], i: int) -> float:
    """Place of the parabola's top through a value and its neighbours."""
    if not 0 < i < len(values) - 1:
        return float(places[i])
    before, here, after = (float(v) for v in values[i - 1 : i + 2])
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(places[i] + shift * (places[i + 1] - places[i]))


def level(size: tuple[int, int], slope: float) -> Pose:
    """Level px -> px of a line that falls by `slope`."""
    return np.array([[1, 0, 0], [slope, 1, -slope * (size[0] - 1) / 2]])


def upright(size: tuple[int, int], slant: float) -> Pose:
    """Upright px -> px of a line that leans by `slant`."""
    return np.array([[1, slant, -slant * (size[1] - 1) / 2], [0, 1, 0]])


def chained(outer: Pose, inner: Pose) -> Pose:
    """First `inner`, then `outer`."""
    return np.asarray(outer[:, :2] @ inner + np.array([[0, 0, 1]]) * outer[:, 2:])


@dataclass(frozen=True, slots=True)
class Character:
    """One that was read, how surely (0-1), and its outline."""

    character: str
    score: float
    outline: tuple[tuple[float, float], ...]

    def moved(self, pose: Pose) -> "Character":
        points = np.array(self.outline) @ pose[:, :2].T + pose[:, 2]
        return Character(self.character, self.score, tuple((float(x), float(y)) for x, y in points))

    def scaled(self, scale: float) -> "Character":
        """In px of an image before it was resized by the inverse."""
        shift = (scale - 1) / 2  # pixel centres are on integers
        return self.moved(np.array([[scale, 0, shift], [0, scale, shift]]))
