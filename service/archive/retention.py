"""Which images go, and the order between files and rows after a crash."""

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from protocols.alarms import DISK_LOW
from service.alarms import Alarms
from service.offload import Offload
from service.settings import ArchiveSettings
from service.store import Results, StoreError
from service.store.disk import free_bytes

from . import files
from .names import thumbnail_of

SLICE = 500  # images at a time
_DAY_US = 86_400_000_000
_BACK = 1.05  # so much more must be free again than the limit


class Retention:
    """Deletes in slices, in the archive's thread: images of the line come in between."""

    def __init__(
        self, folder: Path, settings: ArchiveSettings, store: Results, alarms: Alarms, offload: Offload
    ) -> None:
        self._folder, self._settings, self._store, self._alarms = folder, settings, store, alarms
        self._offload = offload
        self.on_gone: list[Callable[[int], None]] = []  # the image of this result is kept no longer

    async def run(self) -> None:
        """By count, by age, and by free disk: there the oldest PASS images go first."""
        await self._by_count()
        await self._by_age()
        least = self._settings.min_free_mb * 2**20
        low = free_bytes(self._folder.parent) < least
        self._alarms.set(DISK_LOW, low, "images are being deleted" if low else "")
        while low and (oldest := await self._store.oldest_images(SLICE // 5, passed_first=True)):
            if not await self._drop(oldest) or free_bytes(self._folder.parent) >= least * _BACK:
                break

    async def sweep(self, last_number: int) -> None:
        """Numbers above `last_number` are of this run, and may be on their way."""
        slices = files.slices(self._folder, SLICE)
        while found := await self._offload(lambda: next(slices, None)):
            old = [(number, path) for number, path in found if number <= last_number]
            names = await self._store.images(sorted({number for number, _ in old}))
            lost = [path for number, path in old if not self._belongs(path, names.get(number))]
            await self._offload(_unlink, lost)
        after = 0
        while rows := await self._store.oldest_images(SLICE, after=after):
            after = rows[-1][0]
            names = {number: name for number, _, name in rows if number <= last_number}
            lost_images = await self._offload(files.missing, self._folder, names)
            self._tell_gone(lost_images)
            for number in lost_images:
                self._store.set_image(number, "", lossless=False)

    def _belongs(self, path: Path, name: str | None) -> bool:
        if name is None:
            return False
        return path == self._folder / name or path == thumbnail_of(self._folder / name)

    async def _by_count(self) -> None:
        if not self._settings.max_images:
            return
        over = await self._store.count_images() - self._settings.max_images
        while over > 0:
            oldest = await self._store.oldest_images(min(over, SLICE))
            if not oldest or not await self._drop(oldest):
                return
            over -= len(oldest)

    async def _by_age(self) -> None:
        if not self._settings.max_age_days:
            return
        before_us = time.time_ns() // 1000 - int(self._settings.max_age_days * _DAY_US)
        while True:
            oldest = await self._store.oldest_images(SLICE)
            old = [image for image in oldest if image[1] < before_us]
            if not old or not await self._drop(old) or len(old) < SLICE:
                return

    async def _drop(self, images: list[tuple[int, int, str]]) -> bool:
        """Files first: a name without a file is found by the sweep. False where the rows could not be written."""
        await self._offload(files.remove, self._folder, [name for _, _, name in images])
        self._tell_gone(number for number, _, _ in images)
        written = [self._store.set_image(number, "", lossless=False) for number, _, _ in images]
        results = await asyncio.gather(*written, return_exceptions=True)
        return not any(isinstance(result, StoreError) for result in results)

    def _tell_gone(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            for follower in self.on_gone:
                follower(number)


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
