"""What REST says of a draft that was tried on an image."""

from typing import Literal

from pydantic import Field

from .evaluation_models import MeasuredValue
from .models import JudgementName, Payload, StepEvent
from .problem import Fault
from .pushed import Overlay

Transform = tuple[float, float, float, float, float, float]
"""x' = a x + b y + c, y' = d x + e y + f, in px, as a b c d e f."""


class TrialReading(Payload):
    """A text that a step read."""

    name: str
    text: str
    confidence: float
    """0-1"""


class TrialStep(StepEvent):
    """What a step found."""

    code: int
    """Alarm number behind an ERROR, 0 = none; `/texts` has its words"""
    measurements: tuple[MeasuredValue, ...]
    """All that it measured, with the limits it was held to"""
    readings: tuple[TrialReading, ...]
    ms: float
    """How long it took, when it was last run"""
    reused: bool
    """Nothing that it depends on was changed: this is what it found the last time"""
    transform: Transform | None
    """How its regions were moved with the part: from where they are drawn to this frame; null: not at all"""
    located: Transform | None
    """Of a step that locates: how the regions move that name it as their fixture; null: it found nothing"""


class MeasuredImage(Payload):
    """What a step measured on one image."""

    kind: Literal["teaching", "reference", "inspection"]
    name: str
    """File of the teaching set, name of the reference, or number of the inspection"""
    label: Literal["good", "bad"] | None
    """null: nobody said it. Of an inspection by its review: a false reject is good, a real one bad"""
    picture: str
    """Path of its thumbnail, or of the image where it has none"""
    lossy: bool
    """Kept as JPEG: the line judged other pixels than these"""
    known: bool
    """false: not measured yet"""
    values: dict[str, tuple[float | None, ...]] = Field(default_factory=dict)
    """By measure, one number a place or region; null: not a finite one"""
    message: str = ""
    """Why nothing was measured"""


class MeasuredImages(Payload):
    """What a step measures on many images, as far as that is known."""

    done: int
    total: int
    """Ask again while it is more than `done`; what is known is kept"""
    images: tuple[MeasuredImage, ...]
    faults: tuple[Fault, ...] = ()
    """Why the step cannot be tried"""


class Trial(Payload):
    """A recipe's content on one image."""

    superseded: bool = False
    """The same client asked something newer meanwhile, so this was not tried at all"""
    judgement: JudgementName | None = None
    """null: not every step was tried"""
    message: str = ""
    """The first reason, in words; or why no step is to look at this image"""
    reject_class: int | None = None
    sort_class: str = ""
    width: int = 0
    """Of the frame, px"""
    height: int = 0
    ms: float = 0
    """From when the content arrived to the judgement, tools included"""
    steps: tuple[TrialStep, ...] = ()
    """Those that were tried, in the recipe's order; those that repeat with each of their instances"""
    overlays: tuple[Overlay, ...] = ()
    """What they draw"""
    faults: tuple[Fault, ...] = ()
    """What is wrong with the content, with its place; steps with a fault, and those that need them, are left out"""
