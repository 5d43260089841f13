"""Read a seven-segment display."""

import math
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from ..errors import ToolError
from ..imaging.seven_segment import SEGMENTS, Lit, Sign, binarised, read_display
from ..imaging.seven_segment import Display as Seen
from ..result import Reading, Shape
from ..roi import moved
from ..tool import Findings, Measure, Region, Tool, View

SMALLEST_PX = 12  # side of a region
MOST_PIXELS = 4_000_000


class Display(Tool):
    """Read the digits of a seven-segment display (LED, LCD), with decimal points, colons and signs, as text and number.

    The region holds one line of digits and little else; digits may lean by up to 17 degrees.
    """

    type: Literal["display"] = "display"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("value", help="The number shown; not measured where it is none, as with 12:30 or E04", main=True),
        Measure("score", help="By how much the least clear segment is as it should be, 0-1", int16="score"),
        Measure("digits", help="Digits read, points and colons not counted"),
        Measure("contrast", unit="grey", help="Between lit and unlit segments"),
    )
    readings: ClassVar[tuple[str, ...]] = ("text",)
    layers: ClassVar[tuple[str, ...]] = ("binarised",)
    regions: ClassVar[tuple[int, int]] = (0, 1)

    polarity: Lit = "auto"
    """Whether lit segments are lighter or darker than their ground: LED light, most LCD dark"""
    digits: Annotated[int, Field(ge=0, le=24)] = 0
    """So many digits are to be read, or the display is not found; 0: any number of them"""
    characters: str = "0123456789-"
    """What may be shown, of 0-9, -, _, A b C c d E F H h J L n o P r t U u"""
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.15
    """A digit with a segment that is less clear is none"""

    @field_validator("characters")
    @classmethod
    def _known(cls, characters: str) -> str:
        if unknown := sorted(set(characters) - set(SEGMENTS)):
            raise ValueError(f"seven segments show no {unknown[0]!r}; there are {''.join(SEGMENTS)}")
        if not characters:
            raise ValueError("at least one character has to be given")
        return characters

    def measure(self, view: View) -> Findings:
        """Read the region.

        Raises:
            ToolError: It is too small or too large, or nothing of it lies in the frame.
        """
        region = view.region
        image = _crop(view, region)
        view.check_time()
        seen = read_display(image, self.polarity, self.characters)
        view.check_time()
        digits = [sign for sign in seen.signs if sign.character not in (".", ":")]
        overlay = [_drawn(sign, seen, region) for sign in seen.signs]
        layers = {"binarised": binarised(image, self.polarity)} if "binarised" in view.layers else {}
        if reason := self._reason(seen, digits):
            return Findings(found=False, reason=reason, overlay=overlay, layers=layers, contrast=seen.contrast)
        text = "".join(sign.character for sign in seen.signs)
        score = min(sign.score for sign in digits)
        return Findings(
            value=_number(text),
            score=score,
            digits=len(digits),
            contrast=seen.contrast,
            readings=[Reading("text", text, text.encode(), score)],
            overlay=overlay,
            layers=layers,
        )

    def _reason(self, seen: Seen, digits: Sequence[Sign]) -> str:
        """Why it is not read; empty: it is."""
        if not digits:
            return f"no digits found: contrast {seen.contrast:.0f} grey levels"
        for number, sign in enumerate(digits, 1):
            if not sign.character:
                lit = f"segments {', '.join(sign.lit)} are lit" if sign.lit else "no segment is lit"
                return f"place {number} shows none of {self.characters}: {lit}"
            if sign.score < self.min_score:
                return f"place {number} is not clear: score {sign.score:.2f}, {self.min_score:.2f} needed"
        if self.digits and len(digits) != self.digits:
            return f"{len(digits)} digit{'s' * (len(digits) != 1)} found, {self.digits} needed"
        return ""


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _drawn(sign: Sign, seen: Seen, region: Region) -> Shape:
    left, top, right, bottom = (edge - 0.5 for edge in sign.box)
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    points = moved(moved(corners, seen.back), region.transform)
    role = "feature" if sign.character else "defect"
    return Shape(tuple((float(x), float(y)) for x, y in points), label=sign.character or "?", role=role)


def _crop(view: View, region: Region) -> NDArray[np.uint8]:
    """Upright; what does not belong to the region has the median level of what does."""
    width, height = region.upright_size
    if min(width, height) < SMALLEST_PX:
        raise ToolError(f"the region is {width} x {height} px, at least {SMALLEST_PX} x {SMALLEST_PX} are needed")
    if width * height > MOST_PIXELS:
        raise ToolError(f"the region is {width} x {height} px; draw it round the digits alone")
    crop = np.asarray(view.upright(region, view.frame_grey), np.uint8)
    inside = view.upright_mask(region) > 0
    if not inside.any():
        raise ToolError("nothing of the region lies inside the frame and outside its masks")
    return crop if inside.all() else np.where(inside, crop, np.uint8(np.median(crop[inside])))
