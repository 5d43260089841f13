"""What an inspection found: judgements, measurements, readings, features and what to draw."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum, unique

from .frame import Image


@unique
class Judgement(StrEnum):
    """ERROR = could not judge; it is never PASS."""

    PASS = "PASS"
    FAIL = "FAIL"
    ERROR = "ERROR"


@unique
class Status(IntEnum):
    """A step's status as the PLC reads it."""

    NOT_RUN = 0
    PASS = 1
    FAIL = 2
    ERROR = 3
    NOT_FOUND = 4
    TOO_LOW = 5
    TOO_HIGH = 6


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number a tool took, with the limits it was held to."""

    name: str
    value: float
    unit: str = ""  # as shown to the operator
    low: float = float("-inf")
    high: float = float("inf")
    warn_low: float = float("-inf")
    warn_high: float = float("inf")
    nominal: float | None = None  # what it should be; judges nothing

    @property
    def warning(self) -> bool:
        """Outside the warn limits; changes no judgement."""
        return not self.warn_low <= self.value <= self.warn_high

    @property
    def margin(self) -> float:
        """How far inside the limits; without limits, how near to the nominal. The least of several is the worst."""
        inside = min(self.value - self.low, self.high - self.value)
        if inside < float("inf"):
            return inside
        return 0.0 if self.nominal is None else -abs(self.value - self.nominal)

    @property
    def judgement(self) -> Judgement:
        """PASS if ``low <= value <= high``; not a finite number is ERROR."""
        if not math.isfinite(self.value):
            return Judgement.ERROR
        return Judgement.PASS if self.low <= self.value <= self.high else Judgement.FAIL


@dataclass(frozen=True, slots=True)
class Point:
    """In frame pixels, pixel centres on integers; `angle_deg` counter-clockwise, where the feature has one."""

    x: float
    y: float
    angle_deg: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """Through two points, in frame pixels."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Circle:
    """In frame pixels."""

    x: float
    y: float
    radius: float


Feature = Point | Line | Circle


MOST_OBJECTS = 100
"""So many of the things that a tool found are kept and drawn; all are counted."""


@dataclass(frozen=True, slots=True)
class Object:
    """One of the things that a tool found: where, in frame pixels, how large or how sure by name, and what."""

    place: Point
    values: Mapping[str, float] = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Objects:
    """How many things a tool found, and the first of them, at most `MOST_OBJECTS`."""

    total: int
    first: tuple[Object, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A text a tool read: as text, as exact bytes, and how sure it is (0-1)."""

    name: str
    text: str
    data: bytes = b""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Something to draw on the frame: a closed polygon or an open line, in frame pixels."""

    points: tuple[tuple[float, float], ...]
    closed: bool = True
    label: str = ""
    role: str = "region"  # region | feature | defect: how the console draws it


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step's outcome on one part."""

    name: str
    tool: str  # the tool's type
    judgement: Judgement
    status: Status
    slot: int | None = None  # its place on the PLC, 0-31
    reject_class: int = 0
    measurements: tuple[Measurement, ...] = ()
    main: Measurement | None = None
    int16: int | None = None  # the PLC's whole number: a count, or score x 1000
    readings: tuple[Reading, ...] = ()
    features: Mapping[str, Feature] = field(default_factory=dict)
    overlay: tuple[Shape, ...] = ()
    message: str = ""  # why it is not PASS, in words
    duration_us: int = 0
    timed_out: bool = False
    objects: Objects | None = None  # the things the tool found, where it finds things
    layers: Mapping[str, Image] = field(default_factory=dict, compare=False)  # the intermediate images asked for
    counts: bool = True  # False: left out by its run-if; takes no part in the judgement
    error_code: int = 0  # alarm number behind an ERROR
    instance: int = 0  # i of the name step[i], from 1; 0 = the step does not repeat

    @property
    def step(self) -> str:
        """The step's name in the recipe."""
        return self.name.removesuffix(f"[{self.instance}]") if self.instance else self.name


@dataclass(frozen=True, slots=True)
class InspectionResult:
    """The outcome of a recipe on one acquisition."""

    judgement: Judgement
    steps: tuple[StepResult, ...] = ()
    reject_class: int = 0  # of the first failing step; 65535 = ERROR
    message: str = ""  # the first reason, in words
    error_code: int = 0  # alarm number behind an ERROR
    duration_us: int = 0
    timed_out: bool = False
    sort_class: str = ""  # name of the class that a recipe with sort classes put it into; "" = none
    sort_number: int = 0  # its place among them, from 1


_WORST_FIRST = (Judgement.FAIL, Judgement.ERROR, Judgement.PASS)


def worst(results: Iterable[StepResult]) -> StepResult:
    """The one that stands for all results of a step that repeats, as in its slot on the PLC.

    Those left out by a run-if come last. Then FAIL comes before ERROR (as for the part: what fails is rejected whatever
    an ERROR might have been) before PASS, what did run before what did not, the main number furthest outside of its
    limits or closest to them, and of equals the first.
    """
    return min(results, key=_badness)


def by_slot(results: Iterable[StepResult]) -> dict[int, StepResult]:
    """What stands in each slot that the recipe uses."""
    shown: dict[int, StepResult] = {}
    for result in results:
        if result.slot is not None:
            other = shown.get(result.slot)
            shown[result.slot] = result if other is None else worst((other, result))
    return shown


def _badness(result: StepResult) -> tuple[bool, int, bool, float]:
    margin = result.main.margin if result.main is not None else math.inf
    return not result.counts, _WORST_FIRST.index(result.judgement), result.status is Status.NOT_RUN, margin
