"""Which images and results go first, and which never."""

import asyncio
import dataclasses
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from protocols.alarms import DISK_LOW
from service import housekeeping
from service.alarms import Alarms
from service.archive import Archive, files, retention
from service.offload import Offload
from service.settings import ArchiveSettings, Settings, StoreSettings
from service.storage import Storage
from service.store import KeptAs, ResultFilter, Results, Store, disk, upkeep
from tests.patience import until
from tests.service.store.parts import inspection
from vision.result import Judgement

UTC = ZoneInfo("UTC")
BLOCK = 4096
DAY_US = 86_400_000_000
FAILED = (3, 6)
SAMPLED = (5, 10)
Make = Callable[..., Archive]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Ten parts of today: 3 and 6 failed. With every_nth = 5, 5 and 10 are samples."""
    async with Store.open(tmp_path, StoreSettings(min_free_mb=0), UTC) as store:
        await fill(store, tmp_path)
        yield store


async def fill(store: Store, folder: Path, at_us: int | None = None) -> None:
    for number in range(1, 11):
        judgement = Judgement.FAIL if number in FAILED else Judgement.PASS
        now_us = time.time_ns() // 1000 if at_us is None else at_us
        await store.save(dataclasses.replace(inspection(number, judgement), finished_at_us=now_us + number))
        name = f"2026/11/25/{number:09}.jpg"
        path = folder / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(BLOCK))
        await store.set_image(number, name, False, BLOCK, number in SAMPLED)


@pytest.fixture
def make(store: Store, tmp_path: Path) -> Make:
    def made(**settings: Any) -> Archive:
        given = ArchiveSettings.model_validate({"min_free_mb": 0, "max_images": 0} | settings)
        return Archive(tmp_path / "images", given, UTC, store, Alarms(store, lambda: None))

    return made


async def left(store: Results, folder: Path) -> list[int]:
    """By their rows; their files agree."""
    images = await store.oldest_images(100, tuple(KeptAs))
    files = sorted(int(path.stem) for path in (folder / "images").rglob("*.jpg"))
    assert [image.number for image in images] == files
    return files


def but(*gone: int) -> list[int]:
    return [number for number in range(1, 11) if number not in gone]


def gb(images: int) -> float:
    return images * BLOCK / 1e9


@pytest.mark.parametrize(
    ("settings", "gone"),
    [
        pytest.param({}, (), id="without limits nothing goes"),
        pytest.param({"passed_gb": gb(2)}, (1, 2, 4, 7), id="passed ones alone, the oldest"),
        pytest.param({"sampled_gb": gb(1)}, (5,), id="samples alone"),
        pytest.param({"failed_gb": gb(1)}, (3,), id="failed ones alone"),
        pytest.param({"failed_gb": gb(1) / 2}, (3, 6), id="a limit is not exceeded by half an image"),
        pytest.param({"max_gb": gb(7)}, (1, 2, 3), id="all together, the oldest"),
        pytest.param({"max_images": 8, "failed_gb": gb(1)}, (1, 3), id="what a class lost counts for all"),
    ],
)
async def test_by_class_and_size(
    store: Store, make: Make, tmp_path: Path, settings: dict[str, Any], gone: tuple[int, ...]
) -> None:
    images = make(**settings)
    assert await images.maintain()
    assert await left(store, tmp_path) == but(*gone)
    await images.close()


@pytest.mark.parametrize(
    ("settings", "gone"),
    [
        ({"passed_days": 2}, (1, 2, 4, 7, 8, 9)),
        ({"sampled_days": 2}, SAMPLED),
        ({"failed_days": 2}, FAILED),
        ({"max_age_days": 2, "failed_days": 100}, tuple(range(1, 11))),
        ({"max_age_days": 100, "failed_days": 4}, ()),
    ],
)
async def test_by_class_and_age(
    store: Store, make: Make, tmp_path: Path, settings: dict[str, Any], gone: tuple[int, ...]
) -> None:
    await fill(store, tmp_path, time.time_ns() // 1000 - 3 * DAY_US)
    for number in range(1, 11):  # saved anew: their images are theirs still
        await store.set_image(number, f"2026/11/25/{number:09}.jpg", False, BLOCK, number in SAMPLED)
    images = make(every_nth=5, **settings)
    await images.maintain()
    assert await left(store, tmp_path) == but(*gone)
    await images.close()


async def test_exported_ones_go_first_and_after_their_own_time(store: Store, make: Make, tmp_path: Path) -> None:
    now_us = time.time_ns() // 1000
    await store.export_images([6, 8], now_us)
    await store.export_images([9], now_us - 3 * DAY_US)
    images = make(exported_days=2)
    await images.maintain()
    assert await left(store, tmp_path) == but(9)
    await images.close()
    images = make(max_images=6)
    await images.maintain()
    assert await left(store, tmp_path) == but(9, 6, 8, 1)
    await images.close()


async def test_pinned_ones_never_go(store: Store, make: Make, tmp_path: Path) -> None:
    for number in (1, 3, 5):
        assert await store.pin(number, "ann", "for the customer")
    await store.export_images(range(1, 11), 1)
    images = make(max_images=1, max_gb=gb(1), max_age_days=1e-9, exported_days=1, min_free_mb=10**9)
    assert not await images.maintain(), "nothing is left that may go"
    assert await left(store, tmp_path) == [1, 3, 5]
    assert await store.unpin(3)
    assert not await store.unpin(3)
    await images.maintain()
    assert await left(store, tmp_path) == [1, 5]
    await images.close()


async def test_who_pins_while_an_image_is_chosen_keeps_it(
    store: Store, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = make(max_images=9)
    assert images.retention.hold(1)  # the commit of the pin is on its way
    await images.maintain()
    assert await left(store, tmp_path) == but()
    images.retention.let_go(1)
    begun, go, remove = threading.Event(), threading.Event(), files.remove

    def slowly(*given: Any) -> None:
        begun.set()
        go.wait(60)
        remove(*given)

    monkeypatch.setattr(files, "remove", slowly)
    deleting = asyncio.ensure_future(images.maintain())
    await until(begun.is_set)
    assert not images.retention.hold(1), "it cannot be kept any more"
    assert images.retention.hold(2)
    go.set()
    await deleting
    assert await left(store, tmp_path) == but(1)
    await images.close()


async def test_a_full_disk_takes_exported_then_passed_then_samples_then_failed(
    store: Store, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.export_images([6, 10], 1)
    await store.pin(1, "ann", "")
    order: list[int] = []
    monkeypatch.setattr(retention, "SLICE", 1)
    images = make(min_free_mb=10**9)
    images.on_gone.append(order.append)
    assert not await images.retention.make_room()
    assert order == [10, 6, 2, 4, 7, 8, 9, 5, 3]
    assert await left(store, tmp_path) == [1]
    (alarm,) = images.retention._alarms.active
    assert (alarm.number, alarm.detail) == (DISK_LOW.number, "no image is left that may be deleted")
    await images.close()


async def test_images_from_before_sizes_were_kept_are_measured(store: Store, make: Make, tmp_path: Path) -> None:
    for number in range(1, 11):
        await store.set_image(number, f"2026/11/25/{number:09}.jpg", False)
    assert {each.size for each in await store.image_usage()} == {0}
    images = make()
    await images.retention.sweep(10)
    usage = {each.kept_as: (each.images, each.size) for each in await store.image_usage()}
    assert usage[KeptAs.FAILED] == (2, 2 * BLOCK)
    assert usage[KeptAs.PASSED] == (8, 8 * BLOCK)
    await images.close()


@pytest.mark.faults
async def test_results_go_last_and_only_as_many_as_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = [10**9]
    for module in (disk, upkeep):
        monkeypatch.setattr(module, "free_bytes", lambda _: free[0])
    async with Store.open(tmp_path, StoreSettings(min_free_mb=40), UTC) as store:
        await asyncio.gather(*(store.save(inspection(number, steps=32)) for number in range(1, 801)))
        await store.pin(2, "ann", "")
        assert (await store.give_way()).results == 0, "there is room"
        free[0] = 40 * 2**20 - (await store.room()).reusable - 100_000
        await until(lambda: not store.healthy)
        gone = await store.give_way()
        assert 0 < gone.results < 736
        await until(lambda: store.healthy)
        oldest = [row.number for row in await store.page(ResultFilter(), limit=1000)][-2:]
        assert oldest == [gone.results + 2, 2], "the oldest went, but for the pinned one"
        free[0] = 0
        await until(lambda: not store.healthy)
        assert (await store.give_way()).results == 0, "all results together would not help"


async def test_the_disk_is_looked_at_between_the_minutes(
    store: Store, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "LOOK_S", 0.01)
    images, thread = make(min_free_mb=10**9), Offload("storage")
    settings = Settings.model_validate({"station": {"data_folder": tmp_path}})
    storage = Storage(settings, store, images, thread)
    running = asyncio.ensure_future(housekeeping.run(store, images, storage, lambda *_: None))
    async with asyncio.timeout(60):
        while await store.oldest_images(1, tuple(KeptAs)):
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await images.close()
    await thread.close()
