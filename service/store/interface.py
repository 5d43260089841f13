"""What the station asks of its results database, whichever one it is."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any, Protocol, TypeVar

from protocols.handshake.types import Accepted, Outcome
from service.inspection import Given, Inspection
from service.stored import ResultFilter, Review

from .figures import By, Found, Rejects, VersionVerdicts, Yields
from .history import Range
from .measured import Series
from .recovery import Recovered
from .rows import (
    AlarmCare,
    AlarmRow,
    EventRow,
    Gone,
    HourRow,
    ImageUsage,
    KeptAs,
    KeptImage,
    LatchedSet,
    ParetoRow,
    Pin,
    RecipeVersion,
    ResultDetail,
    ResultRow,
    Room,
    StoreCounters,
    Tally,
)

R = TypeVar("R")

Written = asyncio.Future[None]
"""Resolved on the loop when the row stands on the disk; fails with `StoreError` at the first failure."""


class Results(Protocol):
    """Writes return at once. Those of `accept` and `keep` are lost when they fail; all others are written later."""

    # the handshake's journal
    def accept(self, accepted: Accepted, retained: bytes) -> Written:
        """An open trigger and the retained state, in one commit."""
        ...

    def keep(self, retained: bytes) -> Written: ...

    def revoke(self, accepted: Accepted) -> Written:
        """It was rejected after all, and must not be found at the next start."""
        ...

    # results
    def save(self, inspection: Inspection) -> Written:
        """The result with its measurements and counts; its trigger is open no more."""
        ...

    def offered_unstored(self, number: int, outcome: Outcome) -> Written:
        """The PLC was given `outcome` before the commit: the row is stored so, also where the commit came late."""
        ...

    def give(self, number: int, given: Given) -> Written:
        """What came for a result after it was saved; nothing where it is not there."""
        ...

    def set_image(self, number: int, image: str, lossless: bool, size: int = 0, sampled: bool = False) -> Written:
        """File name in the archive, bytes on the disk with the thumbnail, and whether it is a sample."""
        ...

    def measure_images(self, sizes: Sequence[tuple[int, int]]) -> Written:
        """Numbers and bytes, of images that were kept before sizes were."""
        ...

    def forget_images(self, numbers: Sequence[int]) -> Written:
        """Their files have gone; in one commit."""
        ...

    def export_images(self, numbers: Sequence[int], at_us: int) -> Written:
        """Their images lie somewhere else too; in one commit."""
        ...

    def pin(self, number: int, by: str, why: str) -> "asyncio.Future[bool]":
        """Keep this result and its image from retention; False = there is no such result."""
        ...

    def unpin(self, number: int) -> "asyncio.Future[bool]":
        """False = it was not pinned."""
        ...

    def review(self, number: int, review: Review | None) -> "asyncio.Future[bool]":
        """What a person says about this result, None = nothing any more; False = there is no such result."""
        ...

    def latch(self, scope: int, client: str, number: int) -> "asyncio.Future[LatchedSet]":
        """Move the live counts into a set; the number again, by the same client, gives the same set.

        One that fails may have happened all the same: asked again with its number, it is not lost.
        """
        ...

    # the rest
    def raise_alarm(
        self, number: int, text: str, at_us: int, severity: str = "error", changed_at_us: int | None = None
    ) -> Written:
        """One row while it is active: raised again it takes the text; `changed_at_us` None = `at_us`."""
        ...

    def clear_alarm(self, number: int, at_us: int) -> Written: ...
    def care_for_alarm(self, number: int, care: AlarmCare, at_us: int) -> Written:
        """What people did about the newest alarm of this number, all of it."""
        ...

    def event(self, kind: str, text: str, who: str) -> Written: ...
    def recipe_version(self, job: int, version: int, name: str, sha256: str, content: dict[str, Any]) -> Written:
        """Once for each job, version and hash; a second time does nothing."""
        ...

    async def maintain(self) -> list[str]:
        """Drop what is over the limits, in slices; the image names of the results that went."""
        ...

    async def give_way(self) -> Gone:
        """Drop the oldest results until there is room for new ones; nothing where that would not help."""
        ...

    # state
    def recover(self) -> Recovered:
        """What was found when it was opened."""
        ...

    @property
    def healthy(self) -> bool:
        """False from a failed write, or a disk nearly full, until a commit succeeds and nothing is owed."""
        ...

    @property
    def trouble(self) -> str:
        """Why it is not healthy, in words."""
        ...

    @property
    def replaced(self) -> str:
        """Under which name a broken database was last set aside since the start; "" = none was."""
        ...

    @property
    def counters(self) -> StoreCounters: ...
    def on_health(self, callback: Callable[[bool], object]) -> None:
        """Called on the loop at each change."""
        ...

    def on_event(self, callback: Callable[[str, str, str], object]) -> None:
        """Called on the loop with each line of the journal as it is noted: kind, text, who."""
        ...

    def on_replaced(self, callback: Callable[[str], object]) -> None:
        """Called on the loop when a broken database was set aside under this name and a new one begun."""
        ...

    # searches: TooSlow where they would take longer than two seconds, StoreError as below
    async def page(self, wanted: ResultFilter, before: int | None = None, limit: int = 50) -> list[ResultRow]:
        """Newest first, numbers below `before`."""
        ...

    async def found(self, wanted: ResultFilter) -> Found: ...
    async def verdicts(self, wanted: ResultFilter) -> list[VersionVerdicts]: ...
    async def rejects(self, wanted: ResultFilter) -> Rejects: ...
    async def yields(self, wanted: ResultFilter, by: By, zone: tzinfo) -> Yields: ...
    async def series(self, wanted: ResultFilter, step: str, measure: str | None, limit: int) -> Series:
        """Of a measurement, of the newest `limit` parts; None = the step's main one."""
        ...

    # queries: StoreError where they cannot be answered

    async def get(self, number: int) -> ResultDetail | None: ...
    async def history(self, columns: str, wanted: Range, make: Callable[..., R]) -> list[R]:
        """`make`, called in a thread, of number, time and `columns` (SQL) of each result in the range."""
        ...

    async def hourly(self, since_us: int, until_us: int, job: int | None = None) -> list[HourRow]: ...
    async def pareto(
        self, since_us: int, until_us: int, job: int | None = None, limit: int = 20
    ) -> list[ParetoRow]: ...
    async def active_alarms(self) -> list[AlarmRow]: ...
    async def standing_alarms(self) -> list[AlarmRow]:
        """The newest of each number, where it is active, or not yet acknowledged and confirmed."""
        ...

    async def alarms(self, before: int | None = None, limit: int = 50) -> list[AlarmRow]: ...
    async def events(self, before: int | None = None, limit: int = 50) -> list[EventRow]: ...
    async def recipe_versions(self, job: int, version: int | None = None) -> list[RecipeVersion]: ...

    async def tallies(self, scope: int) -> list[Tally]:
        """What is live."""
        ...

    async def latched(self, scope: int, before: int | None = None, limit: int = 50) -> list[LatchedSet]: ...
    async def latched_set(self, latch: int) -> LatchedSet | None: ...
    async def last_latched(self, scope: int, client: str) -> LatchedSet | None: ...

    # for the archive
    async def images(self, numbers: Sequence[int]) -> dict[int, str]:
        """The image names of those of these results that have one."""
        ...

    async def oldest_images(
        self,
        limit: int,
        kinds: Sequence[KeptAs],
        *,
        exported: bool | None = None,
        before_us: int | None = None,
        after: int = 0,
    ) -> list[KeptImage]:
        """Of these classes, above the number `after`, judged before `before_us`; None = whatever it is."""
        ...

    async def images_exported_before(self, limit: int, at_us: int) -> list[KeptImage]:
        """Those first that were exported first; no pinned ones."""
        ...

    async def image_usage(self) -> list[ImageUsage]:
        """Every class."""
        ...

    async def room(self) -> Room: ...
    async def pins(self, before: int | None = None, limit: int = 50) -> list[Pin]:
        """By number, newest first, below `before`."""
        ...

    async def count_pins(self, but: int = 0) -> int:
        """How many results are pinned; `but` this one."""
        ...
