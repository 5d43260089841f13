"""The part on its light table, put together from what is drawn once and what is this part's own."""

from functools import lru_cache

import cv2
import numpy as np

from . import damage
from .geometry import BRACKET, HEIGHT_PX, WIDTH_PX
from .marks import code_mark, text_mark
from .metal import PLATE, plate
from .parts import GOOD_PINS, PRODUCT, DefectKind, Part, ProductionLine
from .pins import PinShape, pin
from .shapes import Field, Window, blur

_TABLE = 0.925
_REACH = 48  # how far a shadow or the table's glow is felt, px


class Scene:
    """Draws parts at their nominal place: ``(960, 1280)`` float32, 1.0 = white under full light."""

    def __init__(self, line: ProductionLine) -> None:
        self._line = line
        self._cover = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
        self._grey = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
        self._cover[PLATE.slices], self._grey[PLATE.slices] = plate(line.seed % 2**32)
        self._bare = _composed(self._cover, self._grey)
        self._picture = np.empty_like(self._bare)
        self._pin = lru_cache(maxsize=256)(self._drawn_pin)
        self._draw_ahead()

    def picture(self, part: Part) -> Field:
        """What the part looks like; the array is written anew by the next call."""
        picture = self._picture
        np.copyto(picture, self._bare)
        for index, shape in enumerate(part.pins):
            if shape.width > 0:
                window, drawn = self._pin(index, shape)
                picture[window.slices] = drawn
        self._mark(picture, part)
        self._damage(picture, part)
        return picture

    def _draw_ahead(self) -> None:
        """What most parts need, so that no part waits for it; the first text unpacks the font."""
        text_mark(PRODUCT, "")
        for index in range(len(BRACKET.pins.centres)):
            for shape in GOOD_PINS:
                self._pin(index, shape)

    def _drawn_pin(self, index: int, shape: PinShape) -> tuple[Window, Field]:
        """One pin with its shadow, and the strip of table and foot around it."""
        centre = BRACKET.pins.centres[index]
        window = Window(int(centre) - 80, 622, 160, 256)
        wide = window.grown(_REACH)
        cover, grey = pin(wide, centre, shape, seed=index)
        plate_cover = self._cover[wide.slices]
        both = np.maximum(plate_cover, cover)
        seen = cover * (1 - plate_cover)  # the foot lies over the pin's upper end
        total = np.maximum(plate_cover + seen, np.float32(1e-6))
        mixed = np.asarray((self._grey[wide.slices] * plate_cover + grey * seen) / total, np.float32)
        inner = slice(_REACH, -_REACH)
        return window, _composed(both, mixed)[inner, inner]

    def _mark(self, picture: Field, part: Part) -> None:
        for window, mark in (code_mark(part.code), text_mark(PRODUCT, part.serial)):
            picture[window.slices] *= 1 - 0.72 * mark

    def _damage(self, picture: Field, part: Part) -> None:
        for defect in part.defects:
            rng = self._line.random(part.index, 1 + list(DefectKind).index(defect.kind))
            if defect.kind is DefectKind.SCRATCH:
                damage.scratch(picture, rng)
            elif defect.kind is DefectKind.BURR:
                damage.burr(picture, defect.place, rng)
            elif defect.kind is DefectKind.BLOCKED_HOLE:
                damage.block(picture, defect.place, rng)
            elif defect.kind is DefectKind.SMUDGED_CODE:
                self._smudge(picture, rng)

    def _smudge(self, picture: Field, rng: np.random.Generator) -> None:
        """Grease dulls the metal and hides the code under it."""
        window, thick = damage.smudge(rng)
        clean = self._bare[window.slices]
        below = picture[window.slices]
        veil = cv2.GaussianBlur(clean, (0, 0), 3) * 0.86 + 0.02
        below += 0.97 * thick * (veil - below)


def _composed(cover: Field, grey: Field) -> Field:
    """The part over the table: a soft shadow beside it, the table's glow over its edges, the lens's blur."""
    shadow = np.roll(_soft(cover, 11), (10, 7), (0, 1)) * np.float32(0.06)
    open_table = np.float32(_TABLE) * (1 - cover)
    glow = blur(open_table, 5) * np.float32(0.075)
    return blur(open_table - shadow * (1 - cover) + (grey + glow) * cover, 0.62)


def _soft(field: Field, sigma: float) -> Field:
    """A wide blur, done at a quarter of the size, where it costs a twentieth and looks the same."""
    height, width = field.shape
    small = np.asarray(cv2.resize(field, (width // 4, height // 4), interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(cv2.resize(blur(small, sigma / 4), (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
