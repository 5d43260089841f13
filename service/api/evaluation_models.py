"""What REST says of evaluations: how far one has come, and what it found."""

from typing import Literal

from .models import JudgementName, Payload

LabelName = Literal["good", "bad", "not labelled"]


class Evaluation(Payload):
    """A recipe's version over many images, perhaps against another version."""

    number: int
    """Counts up"""
    job: int
    version: str
    """Which one judges: its number, draft or production"""
    against: str
    """Which one it is compared with, likewise; empty: none"""
    images: str
    """What was judged, in words"""
    at_us: int
    """When it was asked for"""
    by: str
    """Who asked"""
    state: Literal["running", "done", "failed", "cancelled"]
    done: int
    """Images judged so far"""
    total: int
    """Of how many; 0: not known yet"""
    problems: tuple[str, ...] = ()
    """Why it failed"""


class Share(Payload):
    """So many of how many, and between which bounds the true share lies, with 95 % confidence."""

    count: int
    total: int
    share: float | None
    """0-1; null of nothing"""
    low: float
    high: float


class Milliseconds(Payload):
    """How long judging took."""

    median: float
    p95: float
    most: float


class StepHistogram(Payload):
    """How often which value was measured."""

    low: float
    """Where the first part begins"""
    high: float
    """Where the last one ends"""
    counts: dict[str, tuple[int, ...]]
    """By label (by judgement where nothing is labelled), one number for each of the equal parts between"""


class EvaluatedStep(Payload):
    """One step over all images."""

    name: str
    measure: str | None
    """The measure that stands for it; null: it took none"""
    unit: str
    limits: tuple[float | None, float | None]
    """Low and high; null: none"""
    outcomes: dict[str, int]
    """How often PASS, FAIL, ERROR, not found, not run"""
    ms: Milliseconds
    histogram: StepHistogram | None


class Difference(Payload):
    """An image that is judged otherwise by the other version; with one version: by the station at its time."""

    image: str
    label: LabelName
    judgement: JudgementName
    message: str
    other: JudgementName
    other_message: str
    number: int | None = None
    """Of the inspection; null: it is none"""
    lossy: bool = False
    """The image was kept as JPEG: the line judged other pixels than these"""
    steps: tuple[str, ...] = ()
    """Steps that the two versions judge otherwise; of one version none"""


class MeasuredValue(Payload):
    """One number that a tool took; null: not a finite one, no limit."""

    name: str
    value: float | None
    unit: str
    low: float | None
    high: float | None
    warn_low: float | None
    warn_high: float | None
    nominal: float | None


class StepFound(Payload):
    """What a step found on one image."""

    name: str
    judgement: JudgementName
    status: str
    message: str
    main: MeasuredValue | None
    measurements: tuple[MeasuredValue, ...]
    ms: float
    readings: tuple[str, ...]
    """Texts that it read"""


class VersionVerdict(Payload):
    """What one version judged."""

    judgement: JudgementName
    message: str
    ms: float
    steps: tuple[StepFound, ...]


class EvaluatedImage(Payload):
    """One image with the verdict of each version."""

    image: str
    label: LabelName
    stored: JudgementName | None
    """Of a stored inspection: what the PLC was told"""
    verdicts: tuple[VersionVerdict, ...]


class EvaluatedRecipe(Payload):
    """The version that judged."""

    job: int
    name: str
    version: int


class EvaluationResult(Payload):
    """All that an evaluation found."""

    recipe: EvaluatedRecipe
    against: str | None
    """What the second judgements come from, in words"""
    images_of: str
    made_at: str
    release: str
    """Of this software"""
    confusion: dict[LabelName, dict[JudgementName, int]]
    """What the first version judged, by label"""
    false_rejects: Share
    """Good parts that it would not have passed"""
    escapes: Share
    """Bad parts that it would have passed"""
    ms: Milliseconds
    steps: tuple[EvaluatedStep, ...]
    wrong: tuple[str, ...]
    """Images that it judged otherwise than their label says"""
    changed: tuple[Difference, ...]
    """Every image that is judged otherwise, and none else"""
    images: tuple[EvaluatedImage, ...]
