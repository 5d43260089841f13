"""Keep images: a JPEG at once, a lossless copy when there is time for it, and nothing that holds the line."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from protocols.alarms import IMAGES_DROPPED
from service.alarms import Alarms
from service.inspection import Inspection
from service.logs.about import about_part
from service.offload import Offload
from service.settings import ArchiveSettings
from service.store import Results, Written
from service.store.disk import free_bytes
from vision.errors import VisionError
from vision.frame import Image

from . import files
from .names import image_name, inside, thumbnail_of
from .policy import Policy
from .retention import Retention

log = logging.getLogger(__name__)

MOST_WAITING = 8  # images that may wait for the disk
PATIENCE_S = 10.0  # of who asks for an image that is being written
MOST_LOSSLESS = 16  # that may wait for their lossless copy


@dataclass(slots=True)
class ArchiveCounters:
    """Since the start."""

    kept: int = 0
    lossless: int = 0
    dropped: int = 0  # the disk was too slow
    not_lossless: int = 0  # stayed JPEG: too many waited
    failed: int = 0  # could not be written
    no_room: int = 0  # the disk was too full


@dataclass(frozen=True, slots=True)
class _Lossless:
    number: int
    jpeg: str
    png: str
    image: Image
    sampled: bool


class Archive:
    """Images under one folder. Encoding and disk have a thread of their own."""

    def __init__(self, folder: Path, settings: ArchiveSettings, zone: tzinfo, store: Results, alarms: Alarms) -> None:
        self._folder, self._settings, self._zone = folder, settings, zone
        self.policy = Policy(settings)
        self._store, self._alarms = store, alarms
        self._offload = Offload("archive")
        self._lossless: deque[_Lossless] = deque()
        self._writing, self._copying = 0, False
        self._naming: set[Written] = set()
        self._on_their_way: dict[int, asyncio.Task[str | None]] = {}  # by number, until the row has the name
        self._dropped_before = 0
        self._look_at, self._room = 0.0, True
        self._failing = False
        self.counters = ArchiveCounters()
        self.on_kept: list[Callable[[Inspection], None]] = []  # its image is there
        self.retention = Retention(folder, self.policy, store, alarms, self._offload)
        self.on_gone = self.retention.on_gone  # its image is kept no longer

    @property
    def waiting(self) -> int:
        """Images that are being written, or wait for their lossless copy."""
        return self._writing + len(self._lossless)

    def inspected(self, inspection: Inspection) -> None:
        """Keep what the policy wants, behind the line's back; `keeping` knows at once whether it does."""
        self._begin(inspection, reference=False)

    async def keep(self, inspection: Inspection, *, reference: bool = False) -> str | None:
        """Write what the policy wants of this part, and name it in the part's row; that name, None = no image.

        Args:
            reference: Somebody wants to teach from it: it is kept lossless, whatever the policy says.
        """
        begun = self._begin(inspection, reference)
        return await begun if begun else None

    def keeping(self, number: int) -> bool:
        """The image of this inspection is on its way: its row does not name it yet."""
        return number in self._on_their_way

    async def kept(self, number: int) -> str:
        """The name of an image that is on its way, once the file is there; "" = none is, or it did not come in time."""
        task = self._on_their_way.get(number)
        if task is None:
            return ""
        await asyncio.wait([task], timeout=PATIENCE_S)
        return (task.result() or "") if task.done() and not task.cancelled() else ""

    def _begin(self, inspection: Inspection, reference: bool) -> "asyncio.Task[str | None] | None":
        if inspection.acquisition is None or not (reference or self.policy.wanted(inspection)) or not self._has_room():
            return None
        if self._writing >= MOST_WAITING:
            self.counters.dropped += 1
            self._alarms.raise_(IMAGES_DROPPED)
            return None
        self._writing += 1
        number = inspection.accepted.number
        lossless = reference or self.policy.lossless(inspection)
        task = self._on_their_way[number] = asyncio.ensure_future(self._written(inspection, lossless))
        return task

    async def _written(self, inspection: Inspection, lossless: bool) -> str | None:
        name = None
        try:
            name = await self._write(inspection, lossless)
        finally:
            self._writing -= 1
            if name is None:
                self._arrived(inspection.accepted.number)
            self._next()
        for follower in self.on_kept if name else ():
            follower(inspection)
        return name

    def _arrived(self, number: int) -> None:
        """Its row names it, or none came."""
        self._on_their_way.pop(number, None)

    async def _write(self, inspection: Inspection, lossless: bool) -> str | None:
        assert inspection.acquisition is not None
        frame, accepted = inspection.acquisition.first, inspection.accepted
        name = partial(image_name, accepted.accepted_at_us, accepted.number, self._zone)
        write = partial(files.write_jpeg, quality=self._settings.jpeg_quality)
        try:
            size = await self._offload(write, self._folder / name("jpg"), frame.image, frame.full_scale)
        except (OSError, VisionError) as exc:
            self._failed(exc)
            return None
        self._failing = False
        self.counters.kept += 1
        sampled = self.policy.sampled(inspection)
        named = self._name(accepted.number, name("jpg"), False, size, sampled)
        named.add_done_callback(lambda _: self._arrived(accepted.number))
        if lossless:
            self._later(_Lossless(accepted.number, name("jpg"), name("png"), frame.image, sampled))
        return name("jpg")

    def path(self, name: str) -> Path:
        """Where the image `name` is, or was; for a name that is not one of ours a place where there is no file."""
        return inside(self._folder, name) or self._folder / "no image"

    def thumbnail_path(self, name: str) -> Path:
        """As `path`, of its thumbnail: a JPEG, at most 320 px wide."""
        path = inside(self._folder, name)
        return thumbnail_of(path) if path else self._folder / "no image"

    async def maintain(self) -> bool:
        """Delete what is over the limits; called every minute or so. False = the disk is low, and no image may go.

        Raises:
            StoreError: The database cannot be read.
        """
        if self.counters.dropped == self._dropped_before:
            self._alarms.clear(IMAGES_DROPPED)
        self._dropped_before = self.counters.dropped
        return await self.retention.run()

    async def sweep(self) -> None:
        """After a start: delete files without a row, and forget names without a file.

        Raises:
            StoreError: The database cannot be read.
        """
        await self.retention.sweep(self._store.recover().last_number)

    async def forget(self, names: Iterable[str]) -> None:
        """Delete the images of results that have gone."""
        await self._offload(files.remove, self._folder, list(names))

    async def settled(self) -> None:
        """Wait until every lossless copy is written and named in its row."""
        while self._lossless or self._copying or self._naming or self._offload.pending:
            await self._offload(int)
            await asyncio.gather(*self._naming, return_exceptions=True)

    async def rest(self, limit_s: float) -> None:
        """Wait, at most so long, until every image is named in its row; what waits for a copy stays JPEG."""
        self._lossless.clear()
        end = time.monotonic() + limit_s
        while (self._on_their_way or self._naming) and time.monotonic() < end:
            await asyncio.sleep(0.002)

    async def close(self) -> None:
        """What waits for its lossless copy stays JPEG."""
        self._lossless.clear()
        await self._offload.close()

    def _has_room(self) -> bool:
        """Below half of the limit nothing is written; looked at once a second."""
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + 1
            try:
                self._room = free_bytes(self._folder.parent) >= self._settings.min_free_mb * 2**20 // 2
            except OSError:
                self._room = False
        self.counters.no_room += not self._room
        return self._room

    def _failed(self, exc: Exception) -> None:
        self.counters.failed += 1
        if not self._failing:
            log.error("an image could not be written: %s", exc)
        self._failing = True

    def _later(self, lossless: _Lossless) -> None:
        if len(self._lossless) >= MOST_LOSSLESS:
            self.counters.not_lossless += 1
        else:
            self._lossless.append(lossless)

    def _next(self) -> None:
        """One lossless copy, when nothing else waits for the thread: it takes as long as twenty JPEGs."""
        if self._lossless and not self._copying and not self._writing and not self._offload.closed:
            one = self._lossless.popleft()
            self._copying = True
            with about_part(one.number):
                future = self._offload.submit(files.write_png, self._folder / one.png, one.image)
                future.add_done_callback(partial(self._copied, one))

    def _copied(self, one: _Lossless, future: "asyncio.Future[int]") -> None:
        self._copying = False
        if future.cancelled():
            return
        if exc := future.exception():
            self._failed(exc if isinstance(exc, Exception) else RuntimeError(str(exc)))
        else:
            self.counters.lossless += 1
            named = self._name(one.number, one.png, True, future.result(), one.sampled)
            named.add_done_callback(partial(self._replaced, one.jpeg))
        self._next()

    def _name(self, number: int, name: str, lossless: bool, size: int, sampled: bool) -> Written:
        named = self._store.set_image(number, name, lossless, size, sampled)
        self._naming.add(named)
        named.add_done_callback(self._naming.discard)
        return named

    def _replaced(self, jpeg: str, named: "asyncio.Future[Any]") -> None:
        """The row names the copy: the JPEG may go. Where the row waits for the disk, the next sweep deletes it."""
        if not named.cancelled() and named.exception() is None and not self._offload.closed:
            self._offload.submit(partial(files.remove, self._folder, [jpeg], thumbnail=False))
