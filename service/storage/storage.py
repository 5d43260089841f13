"""The one door to what is kept: how much there is, pins, verdicts, exports."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from service.archive import Archive
from service.offload import Offload
from service.settings import Settings
from service.store import Pin, ResultFilter, Review, Store
from service.stored import Verdict
from service.timing import now_us
from vision.result import Judgement

from .errors import Busy, NoSuchResult, PinRefused, ReviewRefused
from .export import Export
from .measured import WINDOW_DAYS, Measured, classes, made
from .report import as_html
from .table import as_csv

FRESH_US = 10_000_000  # a measurement that is younger is not made again
_DAY_US = 86_400_000_000


class Storage:
    """Belongs to one event loop; its thread reads the disk and makes archives."""

    def __init__(self, settings: Settings, store: Store, archive: Archive, thread: Offload) -> None:
        self._settings, self._store, self._archive, self._thread = settings, store, archive, thread
        self._folder = settings.station.data_folder
        self._measuring = asyncio.Lock()
        self._exporting = False
        self.last: Measured | None = None  # as it was measured last; None = not yet

    async def measured(self) -> Measured:
        """At most ten seconds old.

        Raises:
            StoreError: The database cannot be read.
        """
        async with self._measuring:
            if self.last is None or now_us() - self.last.at_us > FRESH_US:
                self.last = await self._measure()
            return self.last

    async def _measure(self) -> Measured:
        at_us = now_us()
        size, free = await self._thread(_disk, self._folder)
        hours = await self._store.hourly(at_us - int(WINDOW_DAYS * _DAY_US), at_us)
        parts = made(hours, at_us)
        usage, room = await self._store.image_usage(), await self._store.room()
        policy = self._archive.policy
        kept = classes(usage, parts, policy)
        return Measured(at_us, size, free, room, parts.all, kept, policy, self._settings.store)

    # pins

    async def pins(self, before: int | None, limit: int) -> Sequence[Pin]:
        """Newest result first. Raises StoreError."""
        return await self._store.pins(before, limit)

    async def pin(self, number: int, who: str, why: str) -> None:
        """Keep a result and its image until somebody takes the pin away; a second time gives it another reason.

        Raises:
            NoSuchResult: No result has this number.
            PinRefused: There are too many, or its image is being deleted.
            StoreError: The disk does not take it.
        """
        most = self._settings.archive.max_pins
        if await self._store.count_pins(but=number) >= most:
            raise PinRefused(f"{most} results are pinned, more may not be ([archive] max_pins): unpin one")
        if not self._archive.retention.hold(number):
            raise PinRefused(f"the image of inspection {number} is being deleted")
        kept = False
        try:
            kept = await self._store.pin(number, who, why)
        finally:
            if not kept:
                self._archive.retention.let_go(number)
        if not kept:
            raise NoSuchResult(f"no inspection has number {number}")
        self._store.event("storage", f"inspection {number} pinned{': ' * bool(why)}{why}", who)

    async def unpin(self, number: int, who: str) -> None:
        """
        Raises:
            NoSuchResult: It is not pinned.
            StoreError: The disk does not take it.
        """
        if not await self._store.unpin(number):
            raise NoSuchResult(f"inspection {number} is not pinned")
        self._archive.retention.let_go(number)
        self._store.event("storage", f"inspection {number} is pinned no longer", who)

    # what people say of rejects

    async def review(self, number: int, verdict: Verdict | None, reason: str, who: str) -> None:
        """Whether a reject was right; None takes back what was said.

        Raises:
            NoSuchResult: No result has this number.
            ReviewRefused: It passed.
            StoreError: The disk does not take it.
        """
        found = await self._store.get(number)
        if found is None:
            raise NoSuchResult(f"no inspection has number {number}")
        if found.row.judgement is Judgement.PASS:
            raise ReviewRefused(f"inspection {number} is PASS: only what did not pass is reviewed")
        said = None if verdict is None else Review(verdict, reason, who, now_us())
        if not await self._store.review(number, said):
            raise NoSuchResult(f"no inspection has number {number}")
        words = "the verdict was taken back" if verdict is None else f"{verdict}{': ' * bool(reason)}{reason}"
        self._store.event("review", f"inspection {number}: {words}", who)

    # exports

    def table(self, wanted: ResultFilter) -> AsyncIterator[bytes]:
        """These results as CSV, in pieces. Raises TooSlow, StoreError."""
        return as_csv(wanted, self._store, self._thread)

    async def report(self, wanted: ResultFilter, asked: Sequence[tuple[str, str]]) -> bytes:
        """These results as one HTML page; `asked` is the filter in words. Raises TooSlow, StoreError."""
        title, zone = f"Inspections of {self._settings.station.name}", ZoneInfo(self._settings.time.zone)
        return await as_html(wanted, asked, title, zone, self._store, self._archive, self._thread)

    @asynccontextmanager
    async def exporting(self, wanted: ResultFilter) -> AsyncIterator[Export]:
        """
        Raises:
            Busy: Another one is under way.
        """
        if self._exporting:
            raise Busy("another export is under way: try again when it has ended")
        self._exporting = True
        try:
            yield Export(wanted, self._store, self._archive, self._thread)
        finally:
            self._exporting = False

    async def exported(self, export: Export, who: str) -> None:
        """It has arrived. Raises StoreError."""
        await export.mark()
        images = len(export.taken)
        self._store.event("storage", f"{export.results} results and {images} images exported", who)


def _disk(folder: Path) -> tuple[int, int]:
    """Bytes in all, and those that are free for the station."""
    stat = os.statvfs(folder)
    return stat.f_blocks * stat.f_frsize, stat.f_bavail * stat.f_frsize
