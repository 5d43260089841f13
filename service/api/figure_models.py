"""What the inspections of a filter are together."""

from typing import Literal

from pydantic import Field

from .models import JudgementName, Payload


class VersionReview(Payload):
    """What people said about the rejects of one version of a recipe."""

    job: int
    version: int
    real: int
    """Bad parts, rejected"""
    false: int
    """Good parts, rejected"""
    unclear: int


class FoundInspections(Payload):
    """How many a filter finds, counted up to 1000."""

    total: int
    """1000 = there may be more"""
    more: bool
    """There are more; the shares below are those of the newest 1000"""
    passed: int = Field(alias="pass")
    """Of these PASS"""
    fail: int
    """Of these FAIL"""
    error: int
    """Of these ERROR"""
    all: int
    """As `total`, whatever the judgement"""
    all_more: bool
    """As `more`, whatever the judgement"""
    reviewed: int
    """Rejects among all that are found of which a person said whether they were right"""
    false_rejects: int
    """Of these good parts"""
    reviews: tuple[VersionReview, ...]
    """The same by recipe and version, the newest version first"""


class ClassCount(Payload):
    """How many did not pass with this class."""

    reject_class: int
    """65535 = they could not be judged"""
    count: int


class StepCount(Payload):
    """How many did not pass because of this step first."""

    step: str
    tool: str
    count: int


class RejectFigures(Payload):
    """Why parts did not pass, the most frequent first."""

    parts: int
    """The newest that did not pass, of which this is told"""
    more: bool
    """There are older ones"""
    classes: tuple[ClassCount, ...]
    steps: tuple[StepCount, ...]


class YieldSpan(Payload):
    """What one hour, shift or day brought."""

    since_us: int
    """When it began"""
    shift: str
    """Its name, by shift"""
    total: int
    passed: int = Field(alias="pass")
    fail: int
    error: int
    yield_percent: float


class YieldTrend(Payload):
    """Oldest first."""

    by: Literal["hour", "shift", "day"]
    more: bool
    """There are older parts than these"""
    items: tuple[YieldSpan, ...]


class LimitSet(Payload):
    """What values were held to; null = no limit."""

    low: float | None
    high: float | None
    warn_low: float | None
    warn_high: float | None
    nominal: float | None


class MeasuredValue(Payload):
    """Of one part."""

    number: int
    at_us: int
    value: float | None
    """null = not a number"""
    judgement: JudgementName
    limits: int
    """Which of `limits` it was held to"""


class MeasuredSeries(Payload):
    """One measurement of a step, oldest part first."""

    step: str
    measure: str
    """Its name; empty where no part has the step"""
    unit: str
    limits: tuple[LimitSet, ...]
    """Every set of limits that a value was held to"""
    values: tuple[MeasuredValue, ...]
