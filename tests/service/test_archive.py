import asyncio
import dataclasses
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from protocols.alarms import DISK_LOW, IMAGES_DROPPED
from service.alarms import Alarms
from service.archive import Archive, image_name
from service.archive.archive import MOST_WAITING
from service.inspection import Inspection
from service.settings import ArchiveSettings, StoreSettings
from service.store import KeptAs, Store
from tests.service.store.parts import inspection
from vision.frame import Acquisition, Frame, Image
from vision.result import Judgement

UTC = ZoneInfo("UTC")
ALL = ArchiveSettings(min_free_mb=0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path, StoreSettings(min_free_mb=0), UTC) as store:
        yield store


@pytest.fixture
def alarms(store: Store) -> Alarms:
    return Alarms(store, lambda: None)


def archive(store: Store, alarms: Alarms, tmp_path: Path, settings: ArchiveSettings = ALL) -> Archive:
    return Archive(tmp_path / "images", settings, UTC, store, alarms)


def part(number: int, judgement: Judgement = Judgement.PASS, depth: type = np.uint8, width: int = 640) -> Inspection:
    noise = np.random.default_rng(number).integers(0, 255, (480, width), np.uint8)
    image: Image = noise.astype(np.uint16) * 16 if depth is np.uint16 else noise
    frame = Frame(image, number, 0, 0, full_scale=255 if depth is np.uint8 else 4095)
    return dataclasses.replace(inspection(number, judgement), acquisition=Acquisition({"default": frame}))


async def kept(archive: Archive, store: Store, part: Inspection) -> str | None:
    await store.save(part)
    name = await archive.keep(part)
    await archive.settled()
    return name


def read(path: Path) -> "NDArray[Any]":
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert image is not None
    return image


async def kept_numbers(store: Store, *kinds: KeptAs) -> list[int]:
    return [image.number for image in await store.oldest_images(1000, kinds or tuple(KeptAs))]


def on_disk(tmp_path: Path) -> list[str]:
    return sorted(p.relative_to(tmp_path / "images").as_posix() for p in (tmp_path / "images").rglob("*.*"))


async def test_a_good_part_is_a_jpeg_with_a_thumbnail(store: Store, alarms: Alarms, tmp_path: Path) -> None:
    images = archive(store, alarms, tmp_path)
    name = await kept(images, store, part(48213))
    assert name == "2026/11/25/000048213.jpg"
    path, thumbnail = images.path(name), images.thumbnail_path(name)
    assert read(path).shape == (480, 640)
    assert read(thumbnail).shape == (240, 320)
    found = await store.get(48213)
    assert found
    assert (found.row.image, found.row.lossless) == (name, False)
    await images.close()


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
async def test_a_bad_part_is_kept_bit_by_bit_in_place_of_the_jpeg(
    store: Store, alarms: Alarms, tmp_path: Path, depth: type
) -> None:
    images = archive(store, alarms, tmp_path)
    bad = part(7, Judgement.FAIL, depth)
    assert await kept(images, store, bad) == "2026/11/25/000000007.jpg"
    found = await store.get(7)
    assert found
    assert (found.row.image, found.row.lossless) == ("2026/11/25/000000007.png", True)
    await images.settled()
    assert on_disk(tmp_path) == ["2026/11/25/000000007.png", "2026/11/25/000000007.thumb.jpg"]
    path = images.path(found.row.image)
    assert bad.acquisition
    np.testing.assert_array_equal(read(path), bad.acquisition.first.image)
    await images.close()


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ("all", [(1, False), (2, True), (3, False), (4, False)]),
        ("fails", [(2, True)]),
        ("nth", [(2, True), (3, True)]),
        ("none", []),
    ],
)
async def test_the_policy_decides(
    store: Store, alarms: Alarms, tmp_path: Path, keep: str, expected: list[tuple[int, bool]]
) -> None:
    settings = ArchiveSettings.model_validate({"keep": keep, "every_nth": 3, "min_free_mb": 0})
    images = archive(store, alarms, tmp_path, settings)
    for number in (1, 2, 3, 4):
        await kept(images, store, part(number, Judgement.ERROR if number == 2 else Judgement.PASS))
    rows = [row for n in (1, 2, 3, 4) if (found := await store.get(n)) and (row := found.row).image]
    assert [(row.number, row.lossless) for row in rows] == expected
    await images.close()


async def test_a_reference_is_kept_lossless_whatever_the_policy(store: Store, alarms: Alarms, tmp_path: Path) -> None:
    images = archive(store, alarms, tmp_path, ArchiveSettings(keep="none", min_free_mb=0))
    await store.save(part(1))
    assert await images.keep(part(1), reference=True)
    await images.settled()
    found = await store.get(1)
    assert found
    assert found.row.lossless
    await images.close()


@pytest.mark.parametrize(
    "name",
    [
        "../results.sqlite",
        "2026/11/25/../../../../results.sqlite",
        "/etc/passwd",
        "2026/11/25/000000001.jpg\n",
        "2026/11/25/000000001.thumb.jpg",
        "",
        "2026/link/25/000000001.jpg",
    ],
)
async def test_no_name_leads_out_of_the_folder(store: Store, alarms: Alarms, tmp_path: Path, name: str) -> None:
    images = archive(store, alarms, tmp_path)
    await kept(images, store, part(1))
    for path in (images.path(name), images.thumbnail_path(name)):
        assert path.parent == tmp_path / "images"
        assert not path.exists()
    await images.close()


async def test_a_slow_disk_drops_images_says_so_once_and_takes_it_back(
    store: Store, alarms: Alarms, tmp_path: Path
) -> None:
    images = archive(store, alarms, tmp_path)
    go = threading.Event()
    hanging = images._offload.submit(go.wait, 30)
    waiting = [asyncio.ensure_future(images.keep(part(n, width=64))) for n in range(1, MOST_WAITING + 3)]
    await asyncio.sleep(0)
    go.set()
    names = await asyncio.gather(*waiting)
    await hanging
    assert names.count(None) == images.counters.dropped == 2
    assert [alarm.number for alarm in alarms.active] == [IMAGES_DROPPED.number]
    await images.maintain()  # the minute in which it happened
    assert alarms.active
    await images.maintain()
    assert not alarms.active
    await images.close()


async def test_an_image_that_cannot_be_written_is_counted(store: Store, alarms: Alarms, tmp_path: Path) -> None:
    images = archive(store, alarms, tmp_path)
    (tmp_path / "images").write_bytes(b"")  # a file where the folder should be
    assert await kept(images, store, part(1)) is None
    assert images.counters.failed == 1
    await images.close()


async def test_retention_by_count_deletes_the_oldest(store: Store, alarms: Alarms, tmp_path: Path) -> None:
    images = archive(store, alarms, tmp_path, ArchiveSettings(max_images=2, min_free_mb=0))
    for number in (1, 2, 3, 4):
        await kept(images, store, part(number, width=64))
    await images.maintain()
    assert on_disk(tmp_path) == [f"2026/11/25/00000000{n}{e}.jpg" for n in (3, 4) for e in ("", ".thumb")]
    assert await kept_numbers(store) == [3, 4]
    await images.close()


async def test_retention_by_age(store: Store, alarms: Alarms, tmp_path: Path) -> None:
    images = archive(store, alarms, tmp_path, ArchiveSettings(max_age_days=1, min_free_mb=0))
    old = dataclasses.replace(part(1, width=64), finished_at_us=1_600_000_000_000_000)
    new = dataclasses.replace(part(2, width=64), finished_at_us=0)  # 0 = now
    for one in (old, new):
        await kept(images, store, one)
    await images.maintain()
    assert [image.name for image in await store.oldest_images(10, tuple(KeptAs))] == ["2026/11/25/000000002.jpg"]
    await images.close()


async def test_a_full_disk_loses_good_parts_first(
    store: Store, alarms: Alarms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = archive(store, alarms, tmp_path, ArchiveSettings(min_free_mb=100))
    for number in (1, 2, 3):
        await kept(images, store, part(number, Judgement.FAIL if number == 1 else Judgement.PASS, width=64))
    free = iter([90 * 2**20, 106 * 2**20])  # looked at before and after each slice
    monkeypatch.setattr("service.archive.retention.free_bytes", lambda _: next(free))
    monkeypatch.setattr("service.archive.retention.SLICE", 1)
    await images.maintain()
    assert await kept_numbers(store) == [1, 3]
    assert [alarm.number for alarm in alarms.active] == [DISK_LOW.number]
    await images.close()


async def test_below_half_of_the_limit_nothing_is_written(store: Store, alarms: Alarms, tmp_path: Path) -> None:
    images = archive(store, alarms, tmp_path, ArchiveSettings(min_free_mb=10**9))
    assert await kept(images, store, part(1)) is None
    assert images.counters.no_room == 1
    await images.close()


async def test_after_a_crash_files_without_rows_and_rows_without_files_go(tmp_path: Path) -> None:
    folder = tmp_path / "images/2026/11/25"
    async with Store.open(tmp_path, StoreSettings(min_free_mb=0), UTC) as store:
        images = archive(store, Alarms(store, lambda: None), tmp_path)
        for number in (1, 2, 3):
            await kept(images, store, part(number, width=64))
        await images.close()
        await store.save(part(4))
    (folder / "000000001.jpg").unlink()
    (folder / "000000002.png").write_bytes(b"a copy that the row does not know")
    (folder / "000000004.jpg").write_bytes(b"an image that the row does not know")
    (folder / "000000005.jpg").write_bytes(b"of this run")
    (folder / "000000003.jpg.part").write_bytes(b"half of it")
    (folder / "notes.txt").write_bytes(b"somebody's")
    async with Store.open(tmp_path, StoreSettings(min_free_mb=0), UTC) as store:
        images = archive(store, Alarms(store, lambda: None), tmp_path)
        await images.sweep()
        assert on_disk(tmp_path) == [
            "2026/11/25/000000001.thumb.jpg",
            "2026/11/25/000000002.jpg",
            "2026/11/25/000000002.thumb.jpg",
            "2026/11/25/000000003.jpg",
            "2026/11/25/000000003.thumb.jpg",
            "2026/11/25/000000005.jpg",
            "2026/11/25/notes.txt",
        ]
        await store.event("", "", "")  # behind what the sweep wrote
        assert await kept_numbers(store) == [2, 3]
        await images.sweep()  # the thumbnail whose row has gone goes the second time
        assert "2026/11/25/000000001.thumb.jpg" not in on_disk(tmp_path)
        await images.close()


def test_the_day_in_the_name_is_that_of_the_stations_clock() -> None:
    assert image_name(1_795_647_600_000_000, 1, UTC, "jpg") == "2026/11/25/000000001.jpg"
    assert image_name(1_795_647_600_000_000, 1, ZoneInfo("Europe/Berlin"), "jpg") == "2026/11/26/000000001.jpg"


async def test_who_asks_for_an_image_on_its_way_waits_until_it_is_there(
    store: Store, alarms: Alarms, tmp_path: Path
) -> None:
    images = archive(store, alarms, tmp_path)
    await store.save(part(1))
    images.inspected(part(1))
    assert images.keeping(1)
    name = await images.kept(1)
    assert images.thumbnail_path(name).is_file()
    while images.keeping(1):  # until its row has the name
        await asyncio.sleep(0.001)
    found = await store.get(1)
    assert found
    assert found.row.image == name
    assert await images.kept(1) == ""
    await images.settled()
    await images.close()


async def test_no_image_is_on_its_way_where_none_is_wanted_or_written(
    store: Store, alarms: Alarms, tmp_path: Path
) -> None:
    images = archive(store, alarms, tmp_path, ArchiveSettings(keep="fails", min_free_mb=0))
    images.inspected(part(1))
    assert not images.keeping(1)
    (tmp_path / "images").write_text("a file where the folder should be")
    images.inspected(part(2, Judgement.FAIL))
    assert images.keeping(2)
    assert await images.kept(2) == ""
    assert not images.keeping(2)
    await images.close()
