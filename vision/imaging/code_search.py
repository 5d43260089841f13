"""Look for codes in an image, the cheapest way first: a ladder that is climbed only as far as it must be."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

import cv2
import numpy as np

from . import bars, matrix_grid
from .code_places import Place, places
from .matrix_patterns import patterns
from .zxing import LINEAR, WEAK, Code, Grey, TextForm, decode

SMALL_PX = 400 * 500  # up to here the decoder sees the whole image before places are looked for
BESIDE_PX = 16
SMALLEST_PX = 16  # side of an image in which places are looked for
MOST_PLACES = 16
NOISY = 0.05  # of the contrast
SHORTEST_WEAK = 4  # characters of a symbology without a check digit
SHARPENINGS = (0.0, 1.0, 2.5)
MOST_PX = 4_000_000  # looked at in one go
LOOKS = 4  # patterns laid on one place
SURE, LEAST = 0.7, 0.15  # of the contrast: a pattern that fits, and one that is worth a try


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
        if small or self.wanted.effort == "quick":
            yield self._decoded(self.image)
        if self.wanted.effort == "quick" or min(self.image.shape) < SMALLEST_PX:
            return
        yield self._in_places(self.image)
        if not small:
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
        return [code.at((code.corners + 0.5) * shrink - 0.5) for code in found if _credible(code)]

    def _in_places(self, image: Grey) -> Iterator[Code]:
        whole = Place(0, 0, image.shape[1], image.shape[0], 0.0)
        found = ([] if image.size <= SMALL_PX else places(image, MOST_PLACES)) or [whole]
        for place in found:
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
        upright = bars.upright(crop) if linear else []
        if upright and (read := list(self._bars(upright, linear))):
            return read
        self.check_time()
        if not decoded and (read := self._decoded(_quiet(crop))):
            return read
        self.check_time()
        return list(islice(self._matrix(crop), 1))

    def _bars(self, groups: Iterable[bars.Bars], linear: frozenset[str]) -> Iterator[Code]:
        for group in groups:
            seen: dict[tuple[str, str], tuple[Code, int]] = {}
            profiles = bars.profiles(group)
            if not bars.barred(profiles[0]):
                continue
            for profile in profiles:
                for sharpening in SHARPENINGS:
                    for code in decode(bars.drawn(profile, sharpening), linear, self.wanted.form, turned=False):
                        key = code.symbology, code.text
                        seen[key] = code, seen.get(key, (code, 0))[1] + 1
                self.check_time()
                best = max(seen.values(), key=lambda one: one[1], default=None)
                if best is not None and best[1] >= 2 and len(seen) == 1:
                    break
            if seen:
                code, times = max(seen.values(), key=lambda one: one[1])
                rest = sum(n for _, n in seen.values()) - times
                if times >= 2 and times > 2 * rest and _credible(code):
                    yield code.at(bars.placed(group, code.corners))

    def _matrix(self, crop: Grey) -> Iterator[Code]:
        """Read from the grid of modules, where it can be laid."""
        known = [
            pattern for name in ("data_matrix", "qr") if name in self.wanted.symbologies for pattern in patterns(name)
        ]
        if not known:
            return
        rest: list[matrix_grid.Grid] = []
        for quad in matrix_grid.quads(crop):
            grids = matrix_grid.likeliest(crop, quad, known, LOOKS)
            self.check_time()
            if grids and grids[0].score > SURE and (code := self._sampled(crop, grids[0])):
                yield code
                return
            rest += [grid for grid in grids if LEAST <= grid.score <= SURE]
        for grid in sorted(rest, key=lambda one: -one.score)[:LOOKS]:
            if code := self._sampled(crop, grid):
                yield code
                return

    def _sampled(self, crop: Grey, grid: matrix_grid.Grid) -> Code | None:
        laid = matrix_grid.laid(crop, grid)
        self.check_time()
        for symbol in matrix_grid.sampled(crop, laid).symbols():
            read = decode(symbol, [grid.pattern.symbology], self.wanted.form, turned=False)
            if read:
                return read[0].at(laid.corners)
        return None

    def _add(self, code: Code) -> None:
        """Unless it was read there before, or there are enough."""
        centre = code.corners.mean(axis=0)
        for other in self.found:
            near = float(np.linalg.norm(other.corners.mean(axis=0) - centre))
            if near < 0.5 * max(12.0, _reach(other)) and other.data == code.data:
                return
        if len(self.found) < self.wanted.most:
            self.found.append(code)


def _credible(code: Code) -> bool:
    return code.symbology not in WEAK or len(code.data) >= SHORTEST_WEAK


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
