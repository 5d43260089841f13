"""Retention, beside the line: every minute, and at once where the disk is nearly full."""

import asyncio
import contextlib
from typing import Protocol

from .archive import Archive
from .storage import Storage
from .store import Store, StoreError

PERIOD_S = 60.0
LOOK_S = 2.0  # how often the free disk is looked at: it may fill within a minute


class Note(Protocol):
    """Writes a line of the journal: kind, text, who."""

    def __call__(self, kind: str, text: str, who: str, /) -> object: ...


async def run(store: Store, archive: Archive, storage: Storage, note: Note) -> None:
    """Until it is cancelled; a disk that cannot be read is an alarm of the store's, not our end."""
    with contextlib.suppress(StoreError):
        await archive.sweep()
        await storage.measured()
    loop = asyncio.get_running_loop()
    due = loop.time() + PERIOD_S
    while True:
        await asyncio.sleep(min(LOOK_S, PERIOD_S))
        with contextlib.suppress(StoreError):
            if loop.time() >= due:
                due = loop.time() + PERIOD_S
                await _maintain(store, archive, note)
                await storage.measured()  # for /metrics
            elif not await archive.retention.make_room():
                await _give_way(store, archive, note)


async def _maintain(store: Store, archive: Archive, note: Note) -> None:
    """Results first: with theirs, images go."""
    if images := await store.maintain():
        await archive.forget(images)
        note("retention", f"{len(images)} images went with their results, which were too old", "")
    if not await archive.maintain():
        await _give_way(store, archive, note)


async def _give_way(store: Store, archive: Archive, note: Note) -> None:
    """Images went first; now the oldest results do, and where they do not make room either the storage fault holds."""
    gone = await store.give_way()
    await archive.forget(gone.images)
    if gone.results:
        note("retention", f"the disk is full, and no image may go: the {gone.results} oldest results went", "")
