"""Read printed text: with a general network, or with a font that was taught, which also reads dot matrix."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging import recogniser, text_format
from ..imaging.glyph_font import TALL, Glyphs, kinds_of, spaces_of, usual_width
from ..imaging.glyph_read import GlyphReader
from ..imaging.glyph_teach import glyphs_of, joined
from ..imaging.text_bands import Bands, find_bands
from ..imaging.text_general import read_band
from ..imaging.text_line import Character, straightened, strokes_of
from ..result import Reading, Shape
from ..tool import Findings, Measure, Prepared, Region, Sample, Taught, Tool, View

Grey = NDArray[np.uint8]
Line = tuple[Character, ...]
SMALLEST_PX = 8  # side of a region
MOST_PIXELS = 3_000_000  # of a region at the size of the taught characters
SOFTER_PX = (0.0, 1.0)  # than taught may the print be
SIZES_APART = 1.07  # of two sizes that are looked at one after the other; a character half as far off is still read
MORE = 0.4  # of a line's height is looked at above and below it, where a region has several


class Text(Tool):
    """Read lot numbers, dates and other text, and give it to a rule: a fixed text, a pattern, a list, a string of the
    PLC, another step's reading, or today's date with an offset.

    The region runs along the text; within it a line may slope by 6 degrees. Each line of each region is a reading of
    its own, from the top.
    """

    type: Literal["text"] = "text"
    learns: ClassVar[bool] = True
    by_label: ClassVar[bool] = True
    must_learn: ClassVar[bool] = False
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "score",
            help="Of the character that is read least surely, 0-1. General reader: its probability; taught font: how "
            "much of what is seen there the taught character explains",
            main=True,
            int16="score",
        ),
        Measure("mean_score", help="Of all characters"),
        Measure("length", help="Characters read, spaces not counted"),
        Measure("lines", help="Lines read"),
    )
    readings: ClassVar[tuple[str, ...]] = ("text",)
    region_kinds: ClassVar[tuple[str, ...]] = ("rectangle", "circle", "polygon")
    regions: ClassVar[tuple[int, int]] = (0, 16)

    reader: Literal["general", "taught"] = "general"
    """general: printed text of usual fonts, nothing to teach; taught: the font of the samples, also dot matrix"""
    characters: str = ""
    """The characters that may occur; empty: with a taught font all that were taught, else A-Z, 0-9 and / . : -"""
    formats: tuple[str, ...] = ()
    """What each line may look like; none: anything. # is a digit, @ a letter, * either, every other sign itself (with a
    backslash before it also these): ``EXP ##/##/####``"""
    polarity: Literal["auto", "dark", "light"] = "auto"
    """Whether the characters are darker or lighter than what is round them"""
    lines: Annotated[int, Field(ge=1, le=8)] = 1
    """Lines of text in each region, one below the other"""
    min_characters: Annotated[int, Field(ge=1, le=200)] = 1
    """A line with fewer characters is not found; spaces are not counted"""
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.4
    """A line whose characters have a lower score on average is not found"""

    scale_min: Annotated[float, Field(ge=0.5, le=1)] = 1.0
    """Taught font: smallest size of the characters, of the taught one (share). Sizes 7 % apart are looked at one after
    the other, which takes as many times as long: 0.8 to 1.25 eleven times, 0.5 to 2 twenty-five times"""
    scale_max: Annotated[float, Field(ge=1, le=2)] = 1.0
    """Taught font: largest size of the characters, of the taught one (share)"""

    @field_validator("formats")
    @classmethod
    def _legible(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for form in formats:
            text_format.places(form)
        return formats

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn the characters of each region from its label, which is its text.

        Raises:
            TeachError: A region shows other than its label says, or none has a text.
        """
        fonts = [] if taught is None else [_glyphs(taught)]
        for number, sample in enumerate(samples, 1):
            areas = sample.view.areas
            if len(sample.labels) != len(areas):
                raise TeachError(f"sample {number}: {len(sample.labels)} labels for {len(areas)} regions")
            for region, label in zip(areas, sample.labels, strict=True):
                scale = fonts[0].scale if fonts else None
                try:
                    fonts.append(glyphs_of(_crop(sample.view, region), label, self.polarity, scale))
                except TeachError as exc:
                    raise TeachError(f"sample {number}: {exc}") from exc
        if not fonts:
            raise TeachError("nothing to learn from: give at least one image with the text it shows")
        font = joined(fonts)
        arrays: dict[str, NDArray[Any]] = {
            "strokes": font.strokes,
            "widths": font.widths,
            "counts": font.counts,
            "scale": np.array(font.scale),
        }
        return Taught(arrays, texts={"characters": font.characters}, parameters={"reader": "taught"})

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Load the network, or make the taught characters ready.

        Raises:
            ToolError: There is no network, no taught font, or none of its characters may occur.
        """
        if self.reader == "general":
            recogniser.network()
            return self
        font = _glyphs(taught)
        allowed = self.characters or font.characters
        formats = [text_format.places(form) for form in self.formats]
        for form, places in zip(self.formats, formats, strict=True):
            for i, place in enumerate(places, 1):
                if place != " " and not set(place) & set(allowed) & set(font.characters):
                    raise ToolError(f"format {form!r}: no character that may stand at place {i} was taught")
        fonts = [kinds_of(font, allowed, softer) for softer in SOFTER_PX]
        if not fonts[0]:
            raise ToolError(f"none of the characters {allowed!r} was taught; there are {font.characters!r}")
        reader = GlyphReader(fonts, usual_width(font), spaces_of(font), formats)
        return _Ready(self, reader, tuple(font.scale / size for size in _sizes(self.scale_min, self.scale_max)))

    def measure(self, view: View) -> Findings:
        """Read with the general reader.

        Raises:
            ToolError: A region is too small, or this step needs to be taught.
        """
        if self.reader == "taught":
            raise ToolError("not taught: teach this step, or use the general reader")
        return self.findings(view, [line for region in view.areas for line in self._general(view, region)])

    def _general(self, view: View, region: Region) -> Iterator[Line]:
        image = _crop(view, region)
        if self.polarity == "light":
            image = 255 - image
        allowed = (self.characters or text_format.PLAIN) + " "
        formats = [text_format.places(form) for form in self.formats]
        bands = find_bands(image, self.lines)
        for number in range(len(bands.rows)):
            view.check_time()
            yield _in_frame(region, read_band(image, bands, number, allowed, formats, view.check_time))

    def findings(self, view: View, lines: Sequence[Line]) -> Findings:
        """Of the lines that were read, characters in frame px."""
        scores = [[one.score for one in line if one.character != " "] for line in lines]
        means = [float(np.mean(one)) if one else 0.0 for one in scores]
        sure = [i for i, one in enumerate(scores) if means[i] >= self.min_score and len(one) >= self.min_characters]
        if not sure:
            return Findings(found=False, reason=self._reason(means, scores))
        read = [lines[i] for i in sure]
        every = [score for i in sure for score in scores[i]]
        wanted = self.lines * len(view.areas)
        return Findings(
            score=min(every),
            mean_score=float(np.mean(every)),
            length=len(every),
            lines=len(read),
            readings=[self._reading(line) for line in read],
            overlay=[
                Shape(one.outline, label=one.character, role="feature")
                for line in read
                for one in line
                if one.character != " "
            ],
            reason="" if len(read) == wanted else f"{len(read)} of {wanted} lines found",
        )

    def _reason(self, means: Sequence[float], scores: Sequence[Sequence[float]]) -> str:
        most = max(map(len, scores), default=0)
        if not most:
            return "no text found: nothing looks like a character"
        if most < self.min_characters:
            return f"no text found: {most} character{'s' * (most != 1)}, {self.min_characters} needed"
        return f"no text found: score {max(means):.2f}, {self.min_score:.2f} needed"

    def _reading(self, line: Line) -> Reading:
        text = "".join(one.character for one in line)
        if not self.formats:
            text = " ".join(text.split())
        return Reading("text", text, text.encode(), float(min(one.score for one in line if one.character != " ")))


@dataclass(frozen=True, slots=True)
class _Ready:
    """With a taught font."""

    tool: Text
    reader: GlyphReader
    scales: tuple[float, ...]  # from px of the region to those of the font, that of the taught size first

    def measure(self, view: View) -> Findings:
        return self.tool.findings(view, [line for region in view.areas for line in self._lines(view, region)])

    def _lines(self, view: View, region: Region) -> Iterator[Line]:
        image = _crop(view, region)
        largest = max(self.scales)
        if image.size * largest**2 > MOST_PIXELS:
            h, w = image.shape
            raise ToolError(
                f"the region of {w} x {h} px is too large for characters of {TALL / largest:.0f} px; draw it closer"
            )
        if self.tool.lines == 1:
            yield _in_frame(region, self._line(view, image))
            return
        bands: Bands = find_bands(image, self.tool.lines)
        for number in range(len(bands.rows)):
            crop = bands.crop(image, number, MORE)
            line = self._line(view, np.asarray(crop.image, np.uint8))
            yield _in_frame(region, tuple(one.moved(crop.pose) for one in line))

    def _line(self, view: View, image: NDArray[np.uint8]) -> Line:
        """Characters in px of `image`, at the size that explains most."""
        found = {scale: self._at(view, image, scale) for scale in self.scales}
        best = max(found, key=lambda scale: found[scale][0])
        for scale in (best * math.sqrt(SIZES_APART), best / math.sqrt(SIZES_APART)):
            if min(self.scales) < scale < max(self.scales) and found[best][0] > 0:
                found[scale] = self._at(view, image, scale)
        return max(found.values(), key=lambda one: one[0])[1]

    def _at(self, view: View, image: NDArray[np.uint8], scale: float) -> tuple[float, Line]:
        if scale != 1:
            how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            image = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=how), np.uint8)
        signs = {"dark": (-1,), "light": (1,)}.get(self.tool.polarity, (-1, 1))
        best: Line = ()
        total = 0.0
        for straight in straightened(strokes_of(image)):
            view.check_time()
            read = self.reader.read(straight.strokes, signs, view.check_time)
            if read.total > total:
                total = read.total
                best = tuple(
                    Character(g.character, g.explained, _box(g.left, g.width, g.middle)).moved(straight.back)
                    for g in read.glyphs
                )
        return total, tuple(one.scaled(1 / scale) for one in best)


def _sizes(least: float, most: float) -> list[float]:
    """The taught size, and smaller and larger ones down and up to both limits."""
    found = [1.0]
    for limit in (least, most):
        steps = math.ceil(abs(math.log(limit)) / math.log(SIZES_APART) - 1e-9)
        found += [limit ** ((i + 1) / steps) for i in range(steps)]
    return found


def _box(left: float, width: float, middle: float) -> tuple[tuple[float, float], ...]:
    half = TALL / 2 - 4
    right = left + width
    return ((left, middle - half), (right, middle - half), (right, middle + half), (left, middle + half))


def _in_frame(region: Region, line: Line) -> Line:
    return tuple(one.moved(region.transform) for one in line)


def _crop(view: View, region: Region) -> Grey:
    """Upright; what does not belong to the region has the median level of what does."""
    if min(region.size) < SMALLEST_PX:
        size = " x ".join(f"{side:.0f}" for side in region.size)
        raise ToolError(f"the region is {size} px, at least {SMALLEST_PX} x {SMALLEST_PX} are needed")
    crop = np.asarray(view.upright(region, view.frame_grey), np.uint8)
    if region.mask.all() and region.box[2:] == (crop.shape[1], crop.shape[0]):
        return crop
    inside = view.upright_mask(region) > 0
    if not inside.any():
        raise ToolError("nothing of the region lies inside the frame and outside its masks")
    return np.where(inside, crop, np.uint8(np.median(crop[inside])))


def _glyphs(taught: Taught) -> Glyphs:
    """Raises ToolError: it is missing or does not fit."""
    strokes, widths = taught.array("strokes"), taught.array("widths")
    counts, scale = taught.array("counts"), taught.array("scale")
    characters = taught.texts.get("characters", "")
    n = len(characters)
    fits = n and strokes.ndim == 3 and strokes.shape[:2] == (n, TALL) and widths.shape == counts.shape == (n,)
    if not fits or scale.shape != () or not scale > 0 or not 0 < widths.min() <= widths.max() < strokes.shape[2]:
        raise ToolError(f"the taught data does not fit: {n} characters, strokes {strokes.shape}; teach this step")
    return Glyphs(characters, strokes, widths, float(scale), counts)
