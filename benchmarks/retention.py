"""Does a part wait for retention? ``python -m benchmarks.retention [--rows 20000] [--folder DIR]``.

Parts come at 20/s, each with its acceptance and its result committed, first with nothing else at work, then while
images and while results are deleted.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.store_rate import part
from service.alarms import Alarms
from service.archive import Archive, image_name
from service.archive.names import thumbnail_of
from service.offload import Offload
from service.runtime import tune
from service.settings import ArchiveSettings, Settings, StoreSettings
from service.storage import Storage
from service.store import Store

UTC = ZoneInfo("UTC")
PERIOD_S = 0.05
PARTS = 200  # of a line on which nothing else is at work
IMAGE_BYTES, THUMBNAIL_BYTES = 60_000, 6_000


class Line:
    """Commits of parts, and how late the event loop comes back to a timer of 2 ms; all in ms."""

    def __init__(self, store: Store, numbers: "count[int]") -> None:
        self._store, self._numbers, self._chance = store, numbers, random.Random(2)
        self.accept_ms: list[float] = []
        self.save_ms: list[float] = []
        self.lag_ms: list[float] = []

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._parts())
            group.create_task(self._lag())

    async def _parts(self) -> None:
        due = time.perf_counter()
        while True:
            one = part(next(self._numbers), self._chance)
            began = time.perf_counter()
            await self._store.accept(one.accepted, bytes(4096))
            accepted = time.perf_counter()
            await self._store.save(one)
            self.accept_ms.append((accepted - began) * 1000)
            self.save_ms.append((time.perf_counter() - accepted) * 1000)
            due = max(due + PERIOD_S, time.perf_counter())
            await asyncio.sleep(due - time.perf_counter())

    async def _lag(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.002)
            self.lag_ms.append((time.perf_counter() - began - 0.002) * 1000)


@asynccontextmanager
async def running(store: Store, numbers: "count[int]") -> AsyncIterator[Line]:
    line = Line(store, numbers)
    task = asyncio.ensure_future(line.run())
    try:
        yield line
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def quantiles(values: list[float]) -> str:
    values = sorted(values)
    return f"{values[len(values) // 2]:.2f} / {values[min(len(values) - 1, int(len(values) * 0.99))]:.2f}"


async def measured(name: str, store: Store, numbers: "count[int]", work: Callable[[], Awaitable[str]]) -> None:
    async with running(store, numbers) as line:
        did = await work()
    figures = " | ".join(map(quantiles, (line.accept_ms, line.save_ms, line.lag_ms)))
    print(f"| {name} | {len(line.save_ms)} | {figures} | {max(line.lag_ms):.2f} | {did} |", flush=True)


def write_images(folder: Path, names: list[str]) -> None:
    image, thumbnail = random.Random(3).randbytes(IMAGE_BYTES), random.Random(4).randbytes(THUMBNAIL_BYTES)
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(image)
        thumbnail_of(path).write_bytes(thumbnail)


async def fill(store: Store, folder: Path, rows: int) -> None:
    chance = random.Random(1)
    parts = [part(number, chance) for number in range(1, rows + 1)]
    names = [image_name(p.accepted.accepted_at_us, p.accepted.number, UTC, "jpg") for p in parts]
    await asyncio.to_thread(write_images, folder / "images", names)
    for at in range(0, rows, 500):
        await asyncio.gather(*map(store.save, parts[at : at + 500]))
    for p, name in zip(parts, names, strict=True):
        store.set_image(p.accepted.number, name, False, IMAGE_BYTES + THUMBNAIL_BYTES)
    await store.event("", "", "")  # behind all of them


async def run(rows: int, folder: Path) -> None:
    gone = rows // 4
    settings = Settings.model_validate(
        {
            "station": {"data_folder": folder},
            "store": StoreSettings(min_free_mb=0, max_results=rows - gone).model_dump(),
            "archive": ArchiveSettings(min_free_mb=0, max_images=rows - gone).model_dump(),
        }
    )
    thread, numbers = Offload("storage"), count(rows + 1)
    async with Store.open(folder, settings.store, UTC) as store:
        archive = Archive(folder / "images", settings.archive, UTC, store, Alarms(store, lambda: None))
        storage = Storage(settings, store, archive, thread)
        await fill(store, folder, rows)
        tune()  # as a station does

        async def nothing() -> str:
            await asyncio.sleep(PERIOD_S * PARTS)
            return ""

        async def images() -> str:
            began = time.perf_counter()
            await archive.maintain()
            return f"{gone / (time.perf_counter() - began):.0f} images/s"

        async def results() -> str:
            began = time.perf_counter()
            await store.maintain()
            return f"{gone / (time.perf_counter() - began):.0f} results/s"

        async def look() -> str:
            began = time.perf_counter()
            await storage.measured()
            return f"{(time.perf_counter() - began) * 1000:.0f} ms"

        print("| at work beside the line | parts | acceptance, ms | result, ms | loop lag, ms | longest lag, ms | |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        await measured("nothing", store, numbers, nothing)
        await measured("images go", store, numbers, images)
        await measured("results go", store, numbers, results)
        print(f"\nHow full it is, asked once with {rows} results and {rows - gone} images: {await look()}")
        await archive.close()
    await thread.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=20_000)
    arguments.add_argument("--folder", type=Path, help="on the disk to be measured; default: a temporary one")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        asyncio.run(run(given.rows, Path(folder)))


if __name__ == "__main__":
    main()
