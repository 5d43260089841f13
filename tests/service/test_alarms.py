from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from protocols import alarms as table
from service.alarm_state import AlarmState
from service.alarms import Alarms, AlreadyDone, NoSuchAlarm
from service.settings import StoreSettings
from service.store import Store, database
from service.store.schema import MIGRATIONS

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


async def test_an_alarm_stands_until_it_is_over_and_acknowledged_and_confirmed(store: Store) -> None:
    alarms = Alarms(store, lambda: None)
    told: list[AlarmState] = []
    alarms.on_alarm.append(told.append)
    alarms.raise_(table.CAMERA_LOST, "no frame")
    await alarms.acknowledge(101, "anna", "on my way")
    alarms.clear(table.CAMERA_LOST)
    assert alarms.active == ()
    (standing,) = alarms.standing
    assert (standing.active, standing.acknowledged, standing.confirmed) == (False, True, False)
    assert (standing.care.acknowledged_by, standing.care.comment) == ("anna", "on my way")
    await alarms.confirm(101, "bert")
    assert alarms.standing == ()
    assert [alarm.changed_at_us for alarm in told] == sorted({alarm.changed_at_us for alarm in told})
    assert [(a.active, a.acknowledged, a.confirmed) for a in told] == [
        (True, False, False),
        (True, True, False),
        (False, True, False),
        (False, True, True),
    ]
    journal = [(event.text, event.who) for event in await store.events()]
    assert journal == [("alarm 101 confirmed", "bert"), ("alarm 101 acknowledged: on my way", "anna")]


async def test_whoever_confirms_has_acknowledged(store: Store) -> None:
    alarms = Alarms(store, lambda: None)
    alarms.raise_(table.CAMERA_LOST)
    await alarms.confirm(101, "anna", "plugged in")
    with pytest.raises(AlreadyDone, match="acknowledged before, by anna"):
        await alarms.acknowledge(101, "bert")
    with pytest.raises(AlreadyDone, match="confirmed before, by anna"):
        await alarms.confirm(101, "bert")
    await alarms.comment(101, "bert", "no, it hangs loose")
    (alarm,) = alarms.active
    assert (alarm.care.confirmed_by, alarm.care.comment, alarm.care.commented_by) == (
        "anna",
        "no, it hangs loose",
        "bert",
    )


async def test_nothing_is_done_to_an_alarm_that_does_not_stand(store: Store) -> None:
    alarms = Alarms(store, lambda: None)
    for ask in (alarms.acknowledge, alarms.confirm):
        with pytest.raises(NoSuchAlarm, match="no alarm 101"):
            await ask(101, "anna")
    with pytest.raises(NoSuchAlarm):
        await alarms.comment(101, "anna", "?")


async def test_an_alarm_that_comes_again_has_to_be_seen_to_again(store: Store) -> None:
    alarms = Alarms(store, lambda: None)
    alarms.raise_(table.CAMERA_LOST)
    await alarms.confirm(101, "anna")
    alarms.clear(table.CAMERA_LOST)
    alarms.raise_(table.CAMERA_LOST)
    (alarm,) = alarms.active
    assert not alarm.acknowledged
    assert not alarm.confirmed


async def test_what_people_did_survives_a_restart(tmp_path: Path) -> None:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        before = Alarms(store, lambda: None)
        before.raise_(table.CAMERA_LOST, "no frame")
        await before.acknowledge(101, "anna", "on my way")
        before.raise_(table.DISK_LOW)
        await before.confirm(402, "anna")
        before.clear(table.DISK_LOW)
        before.raise_(table.IMAGES_DROPPED)
        before.clear(table.IMAGES_DROPPED)
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        after = Alarms(store, lambda: None)
        await after.restore()
        assert [alarm.number for alarm in after.standing] == [101, 404]
        assert after.standing == before.standing
        await after.confirm(404, "bert")
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        last = Alarms(store, lambda: None)
        await last.restore()
        assert [alarm.number for alarm in last.standing] == [101]


async def test_an_alarm_that_nothing_ends_is_over_once_it_is_confirmed(store: Store) -> None:
    alarms = Alarms(store, lambda: None)
    alarms.raise_(table.DATABASE_REPLACED, "results-broken.sqlite")
    await alarms.acknowledge(403, "anna")
    assert [alarm.number for alarm in alarms.active] == [403]
    await alarms.confirm(403, "anna")
    assert alarms.standing == ()


async def test_what_was_over_before_schema_6_waits_for_nobody(tmp_path: Path) -> None:
    connection = database.connect(tmp_path / database.FILE, MIGRATIONS[:5])
    row = "INSERT INTO alarms (number, severity, text, since_us, cleared_at_us) VALUES (?, 'error', '', 5, ?)"
    connection.execute(row, (101, 9))
    connection.execute(row, (201, None))
    connection.close()
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        alarms = Alarms(store, lambda: None)
        await alarms.restore()
        assert [alarm.number for alarm in alarms.standing] == [201]
        assert alarms.standing[0].changed_at_us == 5


async def test_a_new_detail_keeps_the_time(store: Store) -> None:
    alarms = Alarms(store, lambda: None)
    alarms.raise_(table.STORAGE_FAULT, "one")
    since = alarms.active[0].since_us
    alarms.raise_(table.STORAGE_FAULT, "two")
    assert alarms.active[0].since_us == since
    assert "two" in alarms.active[0].text
