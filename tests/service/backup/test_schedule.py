"""When the timer makes a backup, and what the station says where there is none."""

import os
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from protocols.alarms import BACKUP_MISSING
from service.alarms import Alarms
from service.backup import schedule
from service.backup.shelf import archive_name, kept, last_backup_age_s
from service.backup_watch import BackupWatch
from service.settings import Settings, StoreSettings, load
from service.store import Store
from tests.patience import until
from tests.service.backup.conftest import Home

HOUR = timedelta(hours=1)


@pytest.fixture
def daily(home: Home) -> Settings:
    """As an installed station has it."""
    home.write_settings(home.settings.read_text() + "[backup]\nevery_h = 24\n")
    home.use(home)
    return load()


def archive(home: Home, age_h: float) -> Path:
    folder = home.data / "backups"
    folder.mkdir(exist_ok=True)
    path = folder / archive_name("Press 4", datetime.now(UTC) - age_h * HOUR)
    path.write_bytes(b"archive")
    return path


@pytest.mark.parametrize(("age_h", "due"), [(1, False), (23, False), (23.7, True), (240, True)])
def test_one_is_due_when_the_newest_is_old(home: Home, daily: Settings, age_h: float, due: bool) -> None:
    assert schedule.due(daily), "there is none"
    archive(home, age_h)
    assert schedule.due(daily) is due


def test_the_timer_makes_one_where_it_is_due(home: Home, daily: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert home.run("backup", "--scheduled") == 0
    (made,) = home.archives
    assert home.run("backup", "--scheduled") == 0
    assert capsys.readouterr().out.endswith("no backup is due\n")
    assert home.archives == [made]
    age_s = schedule.backup_age_s(daily)
    assert age_s is not None
    assert age_s < 600


def test_without_a_schedule_none_is_ever_due(home: Home) -> None:
    home.use(home)
    assert not schedule.due(load())
    assert schedule.trouble(load()) == ""
    assert home.run("backup", "--scheduled") == 0
    assert home.archives == []


def test_what_is_wrong_with_the_backups(home: Home, daily: Settings) -> None:
    assert schedule.trouble(daily) == "", "a new station has time"
    two_days = time.time() - 49 * 3600
    os.utime(home.data / "station.id", (two_days, two_days))
    assert schedule.trouble(daily) == "there is none"
    old = archive(home, 72)
    assert schedule.trouble(daily) == "the newest is 72 h old"
    old.unlink()
    archive(home, 47)
    assert schedule.trouble(daily) == ""


def test_a_scheduled_one_that_fails_is_told_until_one_succeeds(home: Home, daily: Settings) -> None:
    text = home.settings.read_text()
    home.write_settings(text.replace("min_free_mb = 0", "min_free_mb = 1000000000"))
    assert home.run("backup", "--scheduled") == 1
    assert "MB are needed" in schedule.trouble(daily)
    home.write_settings(text)
    assert home.run("backup") == 0
    assert schedule.trouble(daily) == ""


def test_names_sort_by_time_and_other_files_are_no_archives(home: Home) -> None:
    folder = home.data / "backups"
    assert last_backup_age_s(folder, "Press 4") is None
    ages = [archive(home, age_h) for age_h in (3, 1, 2)]
    for other in ("press-4-backup-20261399T000000Z.zip", "press-4-backup-20261101T000000Z.zip.part", "notes.txt"):
        (folder / other).write_bytes(b"")
    assert [one.path for one in kept(folder, "Press 4")] == [ages[1], ages[2], ages[0]]


async def test_the_alarm_comes_and_goes_and_the_age_is_known(
    home: Home, daily: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.backup_watch.EVERY_S", 0.01)
    async with (
        Store.open(home.data, StoreSettings(min_free_mb=0), ZoneInfo("UTC"), lock_wait_s=10) as store,
        AsyncExitStack() as stack,
    ):
        store.recover()
        alarms = Alarms(store, lambda: None)
        watch = BackupWatch(daily, alarms)
        assert watch.age_s() is None
        old = archive(home, 72)
        watch.begin(stack)
        await until(lambda: [alarm.number for alarm in alarms.active] == [BACKUP_MISSING.number])
        assert alarms.active[0].detail == "the newest is 72 h old"
        assert watch.age_s() == pytest.approx(72 * 3600, abs=60)
        old.unlink()
        archive(home, 1)
        await until(lambda: not alarms.active)
        assert watch.age_s() == pytest.approx(3600, abs=60)
