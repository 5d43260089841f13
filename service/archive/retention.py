"""Which images go, and the order between files and rows after a crash."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from protocols.alarms import DISK_LOW
from service.alarms import Alarms
from service.offload import Offload
from service.store import KeptAs, KeptImage, Results, StoreError
from service.store.disk import BACK, free_bytes

from . import files
from .names import thumbnail_of
from .policy import GOES, Excess, Policy

SLICE = 20  # images at a time: those of the line come in between, and a commit waits no longer than for these
_SWEPT = 500  # looked at in one go
_DAY_US = 86_400_000_000

Oldest = Callable[[], Awaitable[Sequence[KeptImage]]]


class Retention:
    """Deletes in slices, in the archive's thread, and rests in between for as long as it worked."""

    def __init__(self, folder: Path, policy: Policy, store: Results, alarms: Alarms, offload: Offload) -> None:
        self._folder, self._policy, self._store, self._alarms = folder, policy, store, alarms
        self._offload = offload
        self._dropping: set[int] = set()
        self._pinned: set[int] = set()  # since the start: a query before the commit did not know
        self.on_gone: list[Callable[[int], None]] = []  # the image of this result is kept no longer

    async def run(self) -> bool:
        """By age, by size and count, and by free disk; False = the disk is low, and no image can go any more."""
        await self._by_age()
        await self._by_size()
        return await self.make_room()

    async def make_room(self) -> bool:
        """As `run`, by free disk alone: exported images go first, then passed, sampled, failed ones."""
        low = await self._free() < self._policy.min_free
        self._alarms.set(DISK_LOW, low, "images are being deleted" if low else "")
        if not low:
            return True
        for exported in (True, None):
            for kind in GOES:
                while images := await self._store.oldest_images(SLICE, (kind,), exported=exported):
                    if not await self._drop(images) or await self._free() >= self._policy.min_free * BACK:
                        return True
        self._alarms.set(DISK_LOW, True, "no image is left that may be deleted")
        return False

    def hold(self, number: int) -> bool:
        """It is going to be pinned: from now on its image stays; False = it is being deleted at this moment."""
        if number in self._dropping:
            return False
        self._pinned.add(number)
        return True

    def let_go(self, number: int) -> None:
        """It is pinned no longer."""
        self._pinned.discard(number)

    async def sweep(self, last_number: int) -> None:
        """Numbers above `last_number` are of this run, and may be on their way."""
        slices = files.slices(self._folder, _SWEPT)
        while found := await self._offload(lambda: next(slices, None)):
            old = [(number, path) for number, path in found if number <= last_number]
            names = await self._store.images(sorted({number for number, _ in old}))
            lost = [path for number, path in old if not self._belongs(path, names.get(number))]
            await self._offload(_unlink, lost)
        after = 0
        while rows := await self._store.oldest_images(_SWEPT, tuple(KeptAs), after=after):
            after = rows[-1].number
            await self._look_at([row for row in rows if row.number <= last_number])

    async def _look_at(self, rows: Sequence[KeptImage]) -> None:
        """Forget names without a file; images of releases before this one get their size."""
        sizes = await self._offload(files.sizes, self._folder, {row.number: row.name for row in rows})
        lost = [row.number for row in rows if row.number not in sizes]
        self._tell_gone(lost)
        if lost:
            self._store.forget_images(lost)
        unknown = [(row.number, sizes[row.number]) for row in rows if not row.size and row.number in sizes]
        for at in range(0, len(unknown), SLICE):
            await self._store.measure_images(unknown[at : at + SLICE])

    def _belongs(self, path: Path, name: str | None) -> bool:
        if name is None:
            return False
        return path == self._folder / name or path == thumbnail_of(self._folder / name)

    async def _by_age(self) -> None:
        now_us = time.time_ns() // 1000
        for kind in GOES:
            if days := self._policy.limits(kind).days:
                before_us = now_us - int(days * _DAY_US)
                await self._drop_all(partial(self._store.oldest_images, SLICE, (kind,), before_us=before_us))
        if days := self._policy.exported_days:
            before_us = now_us - int(days * _DAY_US)
            await self._drop_all(partial(self._store.images_exported_before, SLICE, before_us))

    async def _by_size(self) -> None:
        """Each class, then all together."""
        policy = self._policy
        limits = {kind: size for kind in GOES if (size := policy.limits(kind).size)}
        for kind, size in limits.items():
            await self._shrink((kind,), 0, size)
        if policy.max_images or policy.max_size:
            await self._shrink(GOES, policy.max_images, policy.max_size)

    async def _shrink(self, kinds: Sequence[KeptAs], max_images: int, max_size: int) -> None:
        """To so many images and bytes, 0 = any: exported ones go first, then the oldest."""
        ours = [each for each in await self._store.image_usage() if each.kept_as in kinds]
        excess = Excess(
            sum(each.images for each in ours) - max_images if max_images else 0,
            sum(each.size for each in ours) - max_size if max_size else 0,
        )
        for exported in (True, None):
            oldest = partial(self._store.oldest_images, SLICE, kinds, exported=exported)
            while excess and (images := excess.of(await oldest())):
                if not await self._drop(images):
                    return

    async def _drop_all(self, oldest: Oldest) -> None:
        while images := await oldest():
            if not await self._drop(images):
                return

    async def _drop(self, images: Sequence[KeptImage]) -> bool:
        """Files first, or a full disk could never be emptied: a name without a file is found by the sweep.

        False where the rows could not be written, or somebody is pinning all of them.
        """
        loop = asyncio.get_running_loop()
        began, going = loop.time(), {image.number: image.name for image in images if image.number not in self._pinned}
        if not going:
            return False
        self._dropping.update(going)
        try:
            await self._offload(files.remove, self._folder, going.values())
            self._tell_gone(going)
            await self._store.forget_images(tuple(going))
        except StoreError:
            return False
        finally:
            self._dropping.difference_update(going)
        await asyncio.sleep(loop.time() - began)
        return True

    async def _free(self) -> int:
        return await self._offload(free_bytes, self._folder.parent)

    def _tell_gone(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            for follower in self.on_gone:
                follower(number)


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
