"""Look for codes in an image, the cheapest way first: a ladder that is climbed only as far as it must be."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np

from .bar_codes import SURELY, contradicted, credible, groups, read_bars
from .code_places import Place, places
from .matrix_codes import read_matrix
from .zxing import LINEAR, Code, Grey, TextForm, decode

SMALL_PX = 400 * 500  # up to here the whole image is a place
FIRST_PX = 800 * 1000  # up to here the decoder sees the whole image before places are looked for
BESIDE_PX = 16
SMALLEST_PX = 16  # side of an image in which places are looked for
MOST_PLACES = 16
NOISY = 0.05  # of the contrast
SOFT_PX, SHARPER = 2.0, 2.0  # blur, and how much of what it takes away is added again
NEIGHBOUR, FEW_LINES = 0.5, 0.1  # of its length, of its height: a reading so near, on so few lines, is doubtful
LARGE_PX = 400  # side of a place whose modules may be so large that noise is seen in each
MOST_PX = 4_000_000  # looked at in one go


Effort = Literal["quick", "normal", "thorough"]
"""quick: the decoder alone; normal: places, bars and grids as well; thorough: also enlarged and inverted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for."""

    symbologies: frozenset[str]
    fewest: int = 1  # ends the search
    most: int = 100
    form: TextForm = "plain"
    effort: Effort = "normal"


@dataclass
class Search:
    """One search: what was found so far, and where nothing was."""

    image: Grey
    wanted: Wanted
    check_time: Callable[[], None]
    found: list[Code] = field(default_factory=list)

    def run(self) -> list[Code]:
        """The codes, each once, in no particular order."""
        for rung in self._rungs():
            for code in rung:
                self._add(code)
            self.check_time()
            if len(self.found) >= self.wanted.fewest:
                break
        return self.found

    def _rungs(self) -> Iterator[Iterable[Code]]:
        small = self.image.size <= SMALL_PX or min(self.image.shape) < SMALLEST_PX
        first = small or self.image.size <= FIRST_PX or self.wanted.effort == "quick"
        if first:
            yield self._decoded(self.image)
        if self.wanted.effort == "quick" or min(self.image.shape) < SMALLEST_PX:
            return
        yield self._in_places(self.image)
        if not first:
            yield self._decoded(self.image)
        if self.wanted.effort == "thorough":
            if small:
                double = np.asarray(cv2.resize(self.image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
                yield [code.at((code.corners + 0.5) / 2 - 0.5) for code in self._decoded(double)]
            yield self._in_places(255 - self.image)

    def _decoded(self, image: Grey) -> list[Code]:
        """What the decoder finds by itself; a huge image is made smaller, so that it ends in time."""
        shrink = int(np.ceil(np.sqrt(image.size / MOST_PX)))
        if shrink > 1:
            size = max(1, image.shape[1] // shrink), max(1, image.shape[0] // shrink)
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        found = decode(image, self.wanted.symbologies, self.wanted.form)
        sure = [
            code
            for code in found
            if credible(code) and not any(_doubtful(code, other) for other in found) and not contradicted(image, code)
        ]
        return [code.at((code.corners + 0.5) * shrink - 0.5) for code in sure]

    def _in_places(self, image: Grey) -> Iterator[Code]:
        whole = Place(0, 0, image.shape[1], image.shape[0], 0.0)
        found = ([] if image.size <= SMALL_PX else places(image, MOST_PLACES)) or [whole]
        for place in found:
            if len(self.found) >= self.wanted.most:
                return
            if any(_lies_in(code, place) for code in self.found):
                continue
            x, y, right, bottom = place.grown(BESIDE_PX, image.shape)
            if (right - x) * (bottom - y) > MOST_PX:
                continue  # no code, and too much to look at
            for code in self._at(image[y:bottom, x:right], place is whole):
                yield code.at(code.corners + np.array([x, y]))
            self.check_time()

    def _at(self, crop: Grey, decoded: bool) -> list[Code]:
        """The codes in one place."""
        linear = self.wanted.symbologies & LINEAR
        several = groups(crop) if linear else []
        if read := read_bars(several, linear, self.wanted.form, self.check_time):
            return read
        self.check_time()
        if not decoded and (read := self._decoded(_quiet(crop))):
            return read
        self.check_time()
        bars_alone = any(group.steady > SURELY for group in several)
        code = None if bars_alone else read_matrix(crop, self.wanted.symbologies, self.wanted.form, self.check_time)
        return self._retouched(crop) if code is None else [code]

    def _retouched(self, crop: Grey) -> list[Code]:
        """The decoder once more on a sharper image, and on a smoother one where modules may be large."""
        around = cv2.GaussianBlur(crop, (0, 0), SOFT_PX)
        self.check_time()
        if read := self._decoded(np.asarray(cv2.addWeighted(crop, 1 + SHARPER, around, -SHARPER, 0), np.uint8)):
            return read
        self.check_time()
        return self._decoded(np.asarray(around, np.uint8)) if min(crop.shape) > LARGE_PX else []

    def _add(self, code: Code) -> None:
        """Unless it was read there before, or there are enough."""
        centre = code.corners.mean(axis=0)
        for other in self.found:
            near = float(np.linalg.norm(other.corners.mean(axis=0) - centre))
            if near < 0.5 * max(12.0, _reach(other)) and other.data == code.data:
                return
        if len(self.found) < self.wanted.most:
            self.found.append(code)


def _doubtful(code: Code, other: Code) -> bool:
    """Whether bars were read as something on a line or two that are read as something else almost everywhere."""
    if not {code.symbology, other.symbology} <= LINEAR or code.data == other.data:
        return False
    apart = float(np.linalg.norm(code.corners.mean(axis=0) - other.corners.mean(axis=0)))
    return apart < NEIGHBOUR * _reach(other) and _height(code) < FEW_LINES * _height(other)


def _height(code: Code) -> float:
    return float(np.linalg.norm(code.corners[3] - code.corners[0]))


def _reach(code: Code) -> float:
    return float(np.linalg.norm(code.corners.max(axis=0) - code.corners.min(axis=0)))


def _lies_in(code: Code, place: Place) -> bool:
    x, y = code.corners.mean(axis=0)
    return bool(place.x <= x <= place.x + place.width and place.y <= y <= place.y + place.height)


def _quiet(crop: Grey) -> Grey:
    """Less noise, where there is much: the decoder follows every speck."""
    rough = cv2.Laplacian(crop, cv2.CV_16S)[::2, ::2]
    noise = float(np.median(np.abs(rough))) / 3.0  # of a flat place, from the Laplacian's weights
    low, high = np.percentile(crop[::2, ::2], [3, 97])
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), 1.0), np.uint8) if noise > NOISY * (high - low) else crop
