from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from protocols import alarms as table
from service.alarms import Alarms
from service.settings import StoreSettings
from service.store import Store

SETTINGS = StoreSettings(min_free_mb=0)
UTC = ZoneInfo("UTC")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        yield store


async def test_raised_once_cleared_once(store: Store) -> None:
    changes: list[tuple[int, int]] = []
    alarms = Alarms(store, lambda: changes.append((alarms.error_code, alarms.warning_code)))
    alarms.raise_(table.CAMERA_LOST, "no frame in 1 s")
    alarms.raise_(table.CAMERA_LOST, "no frame in 1 s")
    alarms.raise_(table.STORAGE_FAULT)
    alarms.raise_(table.DISK_LOW)
    alarms.clear(table.STORAGE_FAULT)
    alarms.clear(table.STORAGE_FAULT)
    assert changes == [(101, 0), (401, 0), (401, 402), (101, 402)]
    assert [alarm.number for alarm in alarms.active] == [101, 402]
    text = alarms.active[0].text
    assert text.startswith("The camera is lost: no frame in 1 s. Check its cable")


async def test_alarms_survive_a_restart_with_their_time_and_detail(tmp_path: Path) -> None:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        before = Alarms(store, lambda: None)
        before.raise_(table.CAMERA_LOST, "no frame")
        before.raise_(table.NO_RECIPE)
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        after = Alarms(store, lambda: None)
        await after.restore()
        assert after.active == before.active
        after.clear(table.CAMERA_LOST)
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        last = Alarms(store, lambda: None)
        await last.restore()
        assert [alarm.number for alarm in last.active] == [201]


async def test_a_new_detail_keeps_the_time(store: Store) -> None:
    alarms = Alarms(store, lambda: None)
    alarms.raise_(table.STORAGE_FAULT, "one")
    since = alarms.active[0].since_us
    alarms.raise_(table.STORAGE_FAULT, "two")
    assert alarms.active[0].since_us == since
    assert "two" in alarms.active[0].text
