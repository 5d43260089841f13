"""The queries of the store, each in the reader's thread."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TypeVar

from service.stored import ResultFilter

from . import figures, history, kept, measured, queries, tallies
from .reader import Reader
from .rows import (
    AlarmRow,
    EventRow,
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
    Tally,
)

R = TypeVar("R")


class Reading:
    """The reading half of `interface.Results`. All raise `StoreError` where the database cannot be read."""

    _reader: Reader

    async def page(self, wanted: ResultFilter, before: int | None = None, limit: int = 50) -> list[ResultRow]:
        return await self._reader.search(lambda db: queries.page(db, wanted, before, limit))

    async def found(self, wanted: ResultFilter) -> figures.Found:
        return await self._reader.search(lambda db: figures.found(db, wanted))

    async def verdicts(self, wanted: ResultFilter) -> list[figures.VersionVerdicts]:
        return await self._reader.search(lambda db: figures.verdicts(db, wanted))

    async def rejects(self, wanted: ResultFilter) -> figures.Rejects:
        return await self._reader.search(lambda db: figures.rejects(db, wanted))

    async def yields(self, wanted: ResultFilter, by: figures.By, zone: tzinfo) -> figures.Yields:
        return await self._reader.search(lambda db: figures.yields(db, wanted, by, zone))

    async def series(self, wanted: ResultFilter, step: str, measure: str | None, limit: int) -> measured.Series:
        return await self._reader.search(lambda db: measured.series(db, wanted, step, measure, limit))

    async def get(self, number: int) -> ResultDetail | None:
        return await self._reader.query(lambda db: queries.get(db, number))

    async def history(self, columns: str, wanted: history.Range, make: Callable[..., R]) -> list[R]:
        return await self._reader.query(lambda db: history.read(db, columns, wanted, make))

    async def hourly(self, since_us: int, until_us: int, job: int | None = None) -> list[HourRow]:
        return await self._reader.query(lambda db: queries.hourly(db, since_us, until_us, job))

    async def pareto(self, since_us: int, until_us: int, job: int | None = None, limit: int = 20) -> list[ParetoRow]:
        return await self._reader.query(lambda db: queries.pareto(db, since_us, until_us, job, limit))

    async def active_alarms(self) -> list[AlarmRow]:
        return await self._reader.query(lambda db: queries.alarms(db, None, 1000, active=True))

    async def standing_alarms(self) -> list[AlarmRow]:
        return await self._reader.query(lambda db: queries.alarms(db, None, 1000, standing=True))

    async def alarms(self, before: int | None = None, limit: int = 50) -> list[AlarmRow]:
        return await self._reader.query(lambda db: queries.alarms(db, before, limit))

    async def events(self, before: int | None = None, limit: int = 50) -> list[EventRow]:
        return await self._reader.query(lambda db: queries.events(db, before, limit))

    async def recipe_versions(self, job: int, version: int | None = None) -> list[RecipeVersion]:
        return await self._reader.query(lambda db: queries.recipe_versions(db, job, version))

    async def tallies(self, scope: int) -> list[Tally]:
        return await self._reader.query(lambda db: tallies.live(db, scope))

    async def latched(self, scope: int, before: int | None = None, limit: int = 50) -> list[LatchedSet]:
        return await self._reader.query(lambda db: tallies.sets(db, scope, before, limit))

    async def latched_set(self, latch: int) -> LatchedSet | None:
        return await self._reader.query(lambda db: tallies.latched_set(db, latch))

    async def last_latched(self, scope: int, client: str) -> LatchedSet | None:
        return await self._reader.query(lambda db: tallies.last_set(db, scope, client))

    async def images(self, numbers: Sequence[int]) -> dict[int, str]:
        return await self._reader.query(lambda db: kept.images(db, numbers))

    async def oldest_images(
        self,
        limit: int,
        kinds: Sequence[KeptAs],
        *,
        exported: bool | None = None,
        before_us: int | None = None,
        after: int = 0,
    ) -> list[KeptImage]:
        return await self._reader.query(lambda db: kept.oldest(db, limit, kinds, exported, before_us, after))

    async def images_exported_before(self, limit: int, at_us: int) -> list[KeptImage]:
        return await self._reader.query(lambda db: kept.exported_before(db, limit, at_us))

    async def image_usage(self) -> list[ImageUsage]:
        return await self._reader.query(kept.usage)

    async def room(self) -> Room:
        return await self._reader.query(kept.room)

    async def pins(self, before: int | None = None, limit: int = 50) -> list[Pin]:
        return await self._reader.query(lambda db: kept.pins(db, before, limit))

    async def count_pins(self, but: int = 0) -> int:
        return await self._reader.query(lambda db: kept.count_pins(db, but))
