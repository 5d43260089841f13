"""Results with their measurements and images as one archive; what was taken elsewhere may go first."""

import logging
import math
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

from service.archive import Archive
from service.offload import Offload
from service.store import ResultDetail, ResultFilter, Store
from service.timing import now_us

from .table import HEADS, line, plain
from .zipped import Zipped

log = logging.getLogger(__name__)

PAGE = 50  # results of a slice: other readers of the database come in between
MARKED = 20  # in one commit
MEASUREMENT_HEADS = (
    *("number", "step", "tool", "judgement", "measurement", "value", "unit", "low", "high", "warn_low", "warn_high"),
)


class Export:
    """One archive, from its first byte to the marks in the database."""

    def __init__(self, wanted: ResultFilter, store: Store, archive: Archive, thread: Offload) -> None:
        self._wanted, self._store, self._archive, self._thread = wanted, store, archive, thread
        self._zip = Zipped()
        self._images: list[tuple[int, str]] = []  # number and name
        self._numbers: list[int] = []
        self.taken: list[int] = []  # numbers of the results whose image is in it

    @property
    def results(self) -> int:
        """How many are in it."""
        return len(self._numbers)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Its bytes.

        Raises:
            StoreError: The database cannot be read.
        """
        async for chunk in self._results():
            yield chunk
        async for chunk in self._measurements():
            yield chunk
        for number, name in self._images:
            yield await self._image(number, name)
        yield await self._thread(self._zip.end)

    async def mark(self) -> None:
        """It has arrived: its images lie somewhere else too.

        Raises:
            StoreError: The database cannot be written.
        """
        for at in range(0, len(self.taken), MARKED):
            await self._store.export_images(self.taken[at : at + MARKED], now_us())

    async def _results(self) -> AsyncIterator[bytes]:
        yield await self._thread(self._zip.begin_table, "results.csv", HEADS)
        before: int | None = None
        while rows := await self._store.page(self._wanted, before, PAGE):
            before = rows[-1].number
            self._numbers += [row.number for row in rows]
            self._images += [(row.number, row.image) for row in rows if row.image]
            yield await self._thread(self._zip.rows, list(map(line, rows)))
        yield await self._thread(self._zip.end_table)

    async def _measurements(self) -> AsyncIterator[bytes]:
        yield await self._thread(self._zip.begin_table, "measurements.csv", MEASUREMENT_HEADS)
        for number in self._numbers:
            if detail := await self._store.get(number):
                yield await self._thread(self._zip.rows, list(_measured(detail)))
        yield await self._thread(self._zip.end_table)

    async def _image(self, number: int, name: str) -> bytes:
        """Nothing where it has gone meanwhile; a lossless copy may have taken its place."""
        for candidate in (name, (await self._store.images([number])).get(number, "")):
            try:
                data = await self._thread(self._zip.file, f"images/{candidate}", self._path(candidate))
            except OSError:
                continue
            self.taken.append(number)
            return data
        return b""

    def _path(self, name: str) -> Path:
        return self._archive.path(name)


def _measured(detail: ResultDetail) -> Iterable[Sequence[object]]:
    for step in detail.steps:
        for m in step.measurements:
            limits = (_limit(each) for each in (m.low, m.high, m.warn_low, m.warn_high))
            own = (detail.row.number, plain(step.name), step.tool, m.judgement.value, plain(m.name))
            yield (*own, m.value, m.unit, *limits)


def _limit(value: float) -> object:
    return value if math.isfinite(value) else ""
