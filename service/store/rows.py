"""What queries give."""

from dataclasses import dataclass, field
from enum import IntEnum, unique

from protocols.handshake.types import Source
from service.stored import Failure, Review
from vision.result import Judgement, StepResult


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of the list of results. Times are UTC."""

    number: int  # InspectionId
    result_seq: int
    judgement: Judgement  # as offered to the PLC
    reject_class: int
    error_code: int  # alarm number behind an ERROR
    reason: str
    job: int
    recipe: str
    recipe_version: int
    part_id: str
    user_tag: int
    encoder: int
    source: Source
    client: str
    trigger_seq: int  # 0 = triggered by other means
    forced: bool
    order: str
    lot: str
    shift: str
    accepted_at_us: int
    acquired_at_us: int
    finished_at_us: int
    cycle_us: int  # trigger to result
    acquisition_us: int
    processing_us: int
    image: str  # file name in the archive, "" = none
    lossless: bool
    stored: bool  # before it was offered
    meas_id: str  # as a client gave it, "" = none did
    product_id: str  # likewise
    sort_class: str = ""  # of a recipe that sorts
    review: Review | None = None  # what a person said about it
    failure: Failure | None = None  # of one that did not pass
    pinned: bool = False  # somebody keeps it from retention


@dataclass(frozen=True, slots=True)
class ResultDetail:
    """One result with its steps and what they draw; features are not kept."""

    row: ResultRow
    steps: tuple[StepResult, ...]
    frame_size: tuple[int, int]  # width, height px; (0, 0) = not known


@dataclass(frozen=True, slots=True)
class HourRow:
    """Results of one hour on the station's clock and one job; forced ones are not counted."""

    hour_us: int  # UTC of its start
    job: int
    passed: int
    failed: int
    errors: int
    cycle_us: int  # sum

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.errors


@dataclass(frozen=True, slots=True)
class ParetoRow:
    """How often a step was not PASS."""

    step: str
    tool: str
    failed: int
    errors: int


@unique
class Scope(IntEnum):
    """By what is counted."""

    LOT, SHIFT = 1, 2


@dataclass(frozen=True, slots=True)
class Tally:
    """Results of one lot or of one shift; what does not belong to the scope is empty."""

    order: str
    lot: str
    shift: str
    shift_since_us: int  # UTC: when that shift began, or was written
    passed: int
    failed: int
    errors: int
    classes: tuple[tuple[int, int], ...] = ()  # reject class and how many FAIL have it

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.errors


@dataclass(frozen=True, slots=True)
class LatchedSet:
    """What one latch took: it was live until then, and is in no other set."""

    id: int
    scope: Scope
    client: str
    number: int  # as the client gave it
    at_us: int  # UTC
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class AlarmCare:
    """What people did about an alarm; times are UTC, None = not yet."""

    acknowledged_at_us: int | None = None
    acknowledged_by: str = ""
    confirmed_at_us: int | None = None
    confirmed_by: str = ""
    comment: str = ""
    commented_at_us: int | None = None
    commented_by: str = ""


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm, active while `cleared_at_us` is None."""

    id: int
    number: int
    severity: str  # error | warning
    text: str
    since_us: int
    cleared_at_us: int | None
    care: AlarmCare
    changed_at_us: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened, and who did it."""

    id: int
    at_us: int
    kind: str
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class RecipeVersion:
    """A recipe as it was when it judged."""

    job: int
    version: int
    name: str
    sha256: str
    content: str  # JSON
    at_us: int


@unique
class KeptAs(IntEnum):
    """What an image is kept as: each has limits of its own, and pinned ones go only with somebody's hand."""

    PASSED, SAMPLED, FAILED, PINNED = 1, 2, 3, 4  # FAILED: all that did not pass


@dataclass(frozen=True, slots=True)
class KeptImage:
    """One image that is kept."""

    number: int  # of its result
    name: str  # in the archive
    size: int  # bytes on the disk, with its thumbnail; 0 = not measured


@dataclass(frozen=True, slots=True)
class ImageUsage:
    """The images of one class."""

    kept_as: KeptAs
    images: int
    size: int  # bytes
    exported: int  # how many of them
    oldest_at_us: int  # UTC, judged; 0 = there is none


@dataclass(frozen=True, slots=True)
class Room:
    """The database file."""

    results: int
    size: int  # bytes
    reusable: int  # bytes of it that rows which have gone have left
    oldest_at_us: int  # UTC, of the oldest result; 0 = there is none


@dataclass(slots=True)
class Gone:
    """What retention deleted."""

    results: int = 0
    images: list[str] = field(default_factory=list)  # names of theirs, whose files may go


@dataclass(frozen=True, slots=True)
class Pin:
    """A result that somebody keeps from retention."""

    number: int
    judgement: Judgement
    recipe: str
    part_id: str
    finished_at_us: int  # UTC
    image: str  # name in the archive, "" = none
    size: int  # bytes of the image
    at_us: int  # UTC, when it was pinned
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class StoreCounters:
    """Since the start."""

    results: int  # saved
    owed: int  # wait for the disk
    dropped: int  # were given up
    waiting: int  # not yet taken by the writer
    commits: int
    failures: int  # of commits
