"""What others ask of the store, and its rows as they see them."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Literal, Protocol

from protocols.handshake.types import Source
from vision.result import Judgement, StepResult

if TYPE_CHECKING:
    from service.store import By, Found, Rejects, Series, VersionVerdicts, Yields


Verdict = Literal["real", "false", "unclear"]
"""Of a reject: the part was bad, the part was good, nobody can tell."""


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """Which results; None = all. Conditions are joined by *and*."""

    judgement: Judgement | None = None
    not_passed: bool = False  # FAIL and ERROR
    recipe: str | None = None  # by name
    job: int | None = None
    version: int | None = None  # of the recipe
    tool: str | None = None  # parts that this step, by its name, or a tool of this type did not pass
    part_id: str | None = None  # exactly
    meas_id: str | None = None  # likewise
    product_id: str | None = None  # likewise
    order: str | None = None
    lot: str | None = None
    shift: str | None = None
    since_us: int | None = None  # UTC, finished then or later
    until_us: int | None = None  # UTC, finished before
    reject_class: int | None = None
    sort_class: str | None = None
    verdict: Verdict | Literal["none"] | None = None  # none = nobody gave one
    image: bool | None = None  # whether one is kept
    any_id: str | None = None  # exactly the part, the order or the lot


@dataclass(frozen=True, slots=True)
class Review:
    """What a person said about a result that did not pass."""

    verdict: Verdict
    reason: str
    by: str
    at_us: int  # UTC


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a part did not pass."""

    step: str  # the first that has the part's judgement
    spot: tuple[float, float, float, float] | None  # left, top, right, bottom in shares of the frame; None = not known


class StoredResult(Protocol):
    """A row of the results; times are UTC."""

    @property
    def number(self) -> int: ...
    @property
    def result_seq(self) -> int: ...
    @property
    def judgement(self) -> Judgement: ...
    @property
    def reject_class(self) -> int: ...
    @property
    def sort_class(self) -> str: ...
    @property
    def review(self) -> Review | None: ...
    @property
    def pinned(self) -> bool: ...
    @property
    def failure(self) -> Failure | None:
        """None where it passed."""
        ...

    @property
    def reason(self) -> str: ...
    @property
    def job(self) -> int: ...
    @property
    def recipe(self) -> str: ...
    @property
    def recipe_version(self) -> int: ...
    @property
    def part_id(self) -> str: ...
    @property
    def source(self) -> Source: ...
    @property
    def order(self) -> str: ...
    @property
    def lot(self) -> str: ...
    @property
    def shift(self) -> str: ...
    @property
    def finished_at_us(self) -> int: ...
    @property
    def cycle_us(self) -> int: ...
    @property
    def acquisition_us(self) -> int: ...
    @property
    def processing_us(self) -> int: ...
    @property
    def image(self) -> str:
        """File name in the archive, empty = none."""
        ...


class StoredDetail(Protocol):
    """A row with its steps."""

    @property
    def row(self) -> StoredResult: ...
    @property
    def steps(self) -> Sequence[StepResult]: ...
    @property
    def frame_size(self) -> tuple[int, int]:
        """Width, height px; (0, 0) = not known."""
        ...


class StoredHour(Protocol):
    """Results of one hour and one job."""

    @property
    def hour_us(self) -> int: ...
    @property
    def job(self) -> int: ...
    @property
    def passed(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def errors(self) -> int: ...


class StoredTally(Protocol):
    """Results of one lot or shift."""

    @property
    def order(self) -> str: ...
    @property
    def lot(self) -> str: ...
    @property
    def shift(self) -> str: ...
    @property
    def shift_since_us(self) -> int: ...
    @property
    def passed(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def errors(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def classes(self) -> Sequence[tuple[int, int]]:
        """Reject class and count."""
        ...


class StoredSet(Protocol):
    """What one latch took."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def client(self) -> str: ...
    @property
    def at_us(self) -> int: ...
    @property
    def tallies(self) -> Sequence[StoredTally]: ...


class StoredEvent(Protocol):
    """A line of the journal."""

    @property
    def id(self) -> int: ...
    @property
    def at_us(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def who(self) -> str: ...


class ResultQueries(Protocol):
    """The store's questions; all pages come newest first, with numbers below `before` (None = from the newest)."""

    async def page(self, wanted: ResultFilter, before: int | None, limit: int, /) -> Sequence[StoredResult]: ...

    async def get(self, number: int, /) -> StoredDetail | None: ...

    async def found(self, wanted: ResultFilter, /) -> "Found": ...

    async def verdicts(self, wanted: ResultFilter, /) -> "Sequence[VersionVerdicts]": ...

    async def rejects(self, wanted: ResultFilter, /) -> "Rejects": ...

    async def yields(self, wanted: ResultFilter, by: "By", zone: tzinfo, /) -> "Yields": ...

    async def series(self, wanted: ResultFilter, step: str, measure: str | None, limit: int, /) -> "Series": ...

    async def hourly(self, since_us: int, until_us: int, job: int | None, /) -> Sequence[StoredHour]: ...

    async def tallies(self, scope: int, /) -> Sequence[StoredTally]:
        """What is live; `scope` is 1 lot, 2 shift."""
        ...

    async def latched(self, scope: int, before: int | None, limit: int, /) -> Sequence[StoredSet]: ...

    def latch(self, scope: int, client: str, number: int, /) -> Awaitable[StoredSet]:
        """Ends when the set is committed."""
        ...

    async def events(self, before: int | None, limit: int, /) -> Sequence[StoredEvent]: ...
