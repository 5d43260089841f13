"""What retention and people change about stored results: in slices, so that a commit of the line comes in between."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from service.settings import StoreSettings
from service.stored import Review

from . import kept, retention
from .copies import drop_old_copies
from .disk import BACK, free_bytes, missing_bytes
from .interface import Written
from .reader import Reader
from .recovery import RESULTS
from .rows import Gone
from .writer import Kind
from .writing import Writing, now_us

_DAY_US = 86_400_000_000
_DAY_S = 86_400
_KEPT_SETS = 10_000  # latched, of both kinds
_KEPT_ROWS = {"events": 100_000, "alarms": 10_000}


class Upkeep:
    """The third part of `interface.Results`."""

    _settings: StoreSettings
    _folder: Path
    _reader: Reader
    _put: Callable[..., "asyncio.Future[Any]"]

    # images

    def set_image(self, number: int, image: str, lossless: bool, size: int = 0, sampled: bool = False) -> Written:
        return self._put(lambda w: w.images.name(number, image, lossless, size, sampled), Kind.OWED, about=number)

    def measure_images(self, sizes: Sequence[tuple[int, int]]) -> Written:
        return self._put(lambda w: w.images.measure(sizes))

    def forget_images(self, numbers: Sequence[int]) -> Written:
        return self._put(lambda w: w.images.forget(numbers), Kind.OWED)

    def export_images(self, numbers: Sequence[int], at_us: int) -> Written:
        return self._put(lambda w: w.images.export(numbers, at_us))

    # pins

    def pin(self, number: int, by: str, why: str) -> "asyncio.Future[bool]":
        at_us = now_us()
        return self._put(lambda w: w.images.pin(number, at_us, by, why), about=number)

    def unpin(self, number: int) -> "asyncio.Future[bool]":
        return self._put(lambda w: w.images.unpin(number), about=number)

    # what people say

    def review(self, number: int, review: Review | None) -> "asyncio.Future[bool]":
        return self._put(lambda w: w.review(number, review), about=number)

    # retention

    async def maintain(self) -> list[str]:
        days = self._settings.max_age_days
        before_us = now_us() - int(days * _DAY_US) if days else 0
        below = await self._reader.query(lambda db: retention.limit(db, self._settings.max_results, before_us))
        images = [image async for rows in self._drop(below) for image in _images(rows)]
        for table, keep in _KEPT_ROWS.items():
            await self._put(partial(Writing.trim, table=table, keep=keep))
        await self._put(partial(Writing.trim_latches, keep=_KEPT_SETS))
        await self._reader.aside(drop_old_copies, self._folder, self._settings.copy_days * _DAY_S)
        return images

    async def give_way(self) -> Gone:
        gone = Gone()
        if await self._missing(1.0) <= 0:
            return gone
        room = await self._reader.query(kept.room)
        missing = await self._missing(BACK)
        if missing > room.size - room.reusable:
            return gone  # all of them together would not make enough
        below = await self._reader.query(lambda db: retention.newest_but(db, RESULTS - 1))
        async for rows in self._drop(below):
            gone.results += len(rows)
            gone.images += _images(rows)
            if await self._missing(BACK) <= 0:
                break
        return gone

    async def _missing(self, back: float) -> float:
        """Bytes to the limit of the free disk, times `back`."""
        free, reusable = await self._reader.aside(free_bytes, self._folder), await self._reader.query(kept.reusable)
        return missing_bytes(free, reusable, self._settings.min_free_mb, back)

    async def _drop(self, below: int) -> AsyncIterator[Sequence[retention.Row]]:
        """The results below this number, but for pinned ones."""
        loop = asyncio.get_running_loop()
        while rows := await self._reader.query(lambda db: retention.oldest(db, retention.SLICE, below)):
            began = loop.time()
            await self._put(partial(Writing.drop_results, numbers=[number for number, _ in rows]))
            yield rows
            await asyncio.sleep(loop.time() - began)  # half of the disk's time is left to the line


def _images(rows: Sequence[retention.Row]) -> list[str]:
    return [image for _, image in rows if image]
