"""What REST says of a recipe's calibration."""

from typing import Literal

from .models import JudgementName, Payload


class Calibration(Payload):
    """How a draft turns pixels into millimetres."""

    job: int
    version: int
    """That the draft gets when it is released"""
    sha256: str
    """Of the draft: sent along with a change, one of somebody else is not written over"""
    mm_per_px: float | None
    """Size of a pixel; with a board of one in the middle of the frame; null: lengths are in px"""
    plane: bool
    """It was calibrated with a board: lengths are measured on the plane where it lay"""
    record: str
    """What was left over then, in words"""


class LengthChange(Payload):
    """One length in the frame as it is told until now, and from then on."""

    before: float
    unit_before: str
    """px or mm"""
    after: float
    """mm"""


class Calibrated(Payload):
    """What a calibration found, and what it changes; the fields of other kinds are null."""

    job: int
    kind: Literal["distance", "board", "gauge", "machine"]
    saved: bool
    """The draft has it now"""
    sha256: str
    """Of the draft"""
    mm_per_px: float | None = None
    """Size of a pixel; of a board in the middle of the frame"""
    residual_mm: float | None = None
    """Of a board: root mean square distance of its corners from where the plane puts them"""
    largest_mm: float | None = None
    """Of a board: of the corner that fits worst"""
    lens_residual_px: float | None = None
    """Of a board with tilted views: root mean square distance of all corners from where the lens puts them"""
    views: int | None = None
    """Images of the board"""
    corners: tuple[tuple[float, float], ...] | None = None
    """The board's corners where the parts lie, in the frame (px), to be drawn"""
    length: LengthChange | None = None
    """Between the two points, or the board's first and last corner"""
    gain: float | None = None
    """Of the measure: what is measured times this, plus the offset, is what is shown"""
    offset: float | None = None
    gain_before: float | None = None
    offset_before: float | None = None
    pairs: tuple[tuple[float, float], ...] | None = None
    """Of a gauge: what was shown and what is true"""
    residual: float | None = None
    """Of a gauge: the largest that is left; of a machine: the root mean square, in its unit"""
    largest: float | None = None
    """Of a machine: of the pair that fits worst"""


class CameraMark(Payload):
    """A step that looks at marks of the machine."""

    step: str
    judgement: JudgementName
    warning: bool
    """It is outside its warn limits"""
    shift_px: float | None
    """How far its marks have moved, the worst of them; null: not found"""
    message: str


class CameraChecked(Payload):
    """Whether the camera still looks at the same place."""

    job: int
    moved: bool
    sha256: str
    """Of the draft"""
    marks: tuple[CameraMark, ...]
