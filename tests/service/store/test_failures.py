import asyncio
import dataclasses
import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import apsw
import pytest

from service.settings import StoreSettings
from service.store import ResultFilter, Store, StoreError, TooNew, database, writer
from service.store.marks import AHEAD, Marks
from tests.patience import PATIENCE_S, until
from tests.service.store.faulty import Disk, faulty_disk
from tests.service.store.parts import accepted, inspection
from vision.result import Judgement

SETTINGS = StoreSettings(min_free_mb=0)
UTC = ZoneInfo("UTC")


@pytest.fixture
def disk() -> Iterator[Disk]:
    with faulty_disk() as disk:
        yield disk


async def refused(future: "asyncio.Future[None]") -> None:
    with pytest.raises(StoreError):
        await future


@pytest.mark.parametrize("error", [apsw.IOError, apsw.FullError, apsw.ReadOnlyError])
async def test_a_failing_disk_fails_at_once_and_everything_is_stored_when_it_heals(
    tmp_path: Path, disk: Disk, error: type[apsw.Error]
) -> None:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        heard: list[bool] = []
        store.on_health(heard.append)
        await store.accept(accepted(1), b"state")
        disk.error = error
        await refused(store.save(inspection(1)))
        assert not store.healthy
        assert store.trouble
        await refused(store.accept(accepted(2), b"state"))
        await refused(store.keep(b"state"))
        await refused(store.save(inspection(3)))
        store.raise_alarm(401, "the disk fails", 5)
        disk.error = None
        await until(lambda: store.healthy)
        assert heard == [False, True]
        assert [row.number for row in await store.page(ResultFilter())] == [3, 1]
        assert [alarm.number for alarm in await store.active_alarms()] == [401]
        assert store.counters.owed == 0
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        assert store.recover().opened == ()


async def test_what_was_offered_unstored_is_stored_as_offered_when_the_disk_heals(tmp_path: Path, disk: Disk) -> None:
    given = inspection(1)
    offered = dataclasses.replace(given.outcome, judgement=3, reject_class=65535, error_code=401, stored=False)
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        disk.error = apsw.IOError
        await refused(store.save(given))
        store.offered_unstored(1, offered)
        disk.error = None
        await until(lambda: store.healthy)
        (row,) = await store.page(ResultFilter())
        assert (row.judgement, row.error_code, row.stored) == (Judgement.ERROR, 401, False)
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        assert repr(store.recover().results[0].outcome) == repr(offered)


async def test_a_late_commit_is_stored_as_offered(tmp_path: Path, disk: Disk) -> None:
    given = inspection(1)
    offered = dataclasses.replace(given.outcome, judgement=3, reject_class=65535, stored=False)
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        disk.go.clear()
        saved = store.save(given)
        late = store.offered_unstored(1, offered)
        disk.go.set()
        await saved
        await late
        (row,) = await store.page(ResultFilter())
        assert (row.judgement, row.stored) == (Judgement.ERROR, False)


async def test_an_acceptance_whose_commit_failed_late_is_not_found_after_a_restart(tmp_path: Path, disk: Disk) -> None:
    """The frames stand in the log although the sync failed: reading the log again would bring them back."""
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        await store.accept(accepted(1), b"one")
        disk.error, disk.only_sync = apsw.IOError, True
        await refused(store.accept(accepted(2), b"two"))
        disk.error = None
        await until(lambda: store.healthy)
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        assert store.recover().opened == (accepted(1),)


async def test_a_hanging_disk_does_not_hold_the_loop_and_too_many_waiting_is_not_healthy(
    tmp_path: Path, disk: Disk
) -> None:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        disk.go.clear()
        started = time.monotonic()
        futures = [store.accept(accepted(n), b"") for n in range(1, 65)]
        assert store.healthy
        futures.append(store.accept(accepted(65), b""))
        assert not store.healthy
        assert "65 triggers wait" in store.trouble
        await asyncio.sleep(0)
        assert time.monotonic() - started < 5  # a sync that hangs takes 30
        disk.go.set()
        await asyncio.gather(*futures)
        assert store.healthy


async def test_the_list_of_what_is_owed_is_bounded(tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST_OWED", 20)
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        disk.error = apsw.IOError
        await asyncio.gather(*(store.save(inspection(n)) for n in range(1, 31)), return_exceptions=True)
        disk.error = None
        await until(lambda: store.healthy)
        assert store.counters.dropped == 10
        assert [row.number for row in await store.page(ResultFilter())] == list(range(30, 10, -1))


async def test_too_little_free_disk_is_not_healthy(tmp_path: Path) -> None:
    stat = os.statvfs(tmp_path)
    more = stat.f_bavail * stat.f_frsize // 2**20 + 10_000
    async with Store.open(tmp_path, StoreSettings(min_free_mb=more), UTC) as store:
        await until(lambda: "MB are needed" in store.trouble)
        assert not store.healthy
        await store.save(inspection(1))  # what is under way is stored all the same


async def test_a_folder_that_takes_no_database_is_a_state_and_heals(tmp_path: Path) -> None:
    in_the_way = tmp_path / database.FILE
    in_the_way.mkdir()
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        assert not store.healthy
        assert store.recover().retained is None
        with pytest.raises(StoreError):
            await store.page(ResultFilter())
        await refused(store.save(inspection(1)))
        in_the_way.rmdir()
        await until(lambda: store.healthy)
        assert [row.number for row in await store.page(ResultFilter())] == [1]


# a broken database


async def filled(folder: Path, count: int = 300) -> None:
    async with Store.open(folder, SETTINGS, UTC) as store:
        for n in range(1, count + 1):
            store.accept(accepted(n), b"state")
            store.save(inspection(n, Judgement.FAIL if n % 5 == 0 else Judgement.PASS, steps=8))
        await store.accept(accepted(count + 1), b"state")


def overwrite(file: Path, page: int, chance: random.Random) -> None:
    with file.open("r+b") as broken:
        broken.seek(page * 4096)
        broken.write(chance.randbytes(4096))


@pytest.mark.parametrize("part", range(10))
async def test_a_page_that_was_overwritten_is_found_and_numbers_never_go_back(tmp_path: Path, part: int) -> None:
    await filled(tmp_path)
    file = tmp_path / database.FILE
    pages = file.stat().st_size // 4096
    overwrite(file, part * (pages - 1) // 9, random.Random(part))
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        replaced: list[str] = []
        store.on_replaced(replaced.append)
        found = store.recover()
        assert found.last_number >= 301
        assert 300 <= found.last_seq <= 300 + 2 * AHEAD
        if not found.replaced:
            await until(lambda: bool(replaced))  # by the check in the background
            await until(lambda: store.healthy)
        name = found.replaced or replaced[0]
        assert (tmp_path / name).is_file()
        await store.save(inspection(found.last_number + 1))
        assert [row.number for row in await store.page(ResultFilter())] == [found.last_number + 1]
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        again = store.recover()
        assert again.last_number == found.last_number + 1
        assert not again.replaced
        if not found.replaced:  # the open trigger and the state went into the new database
            assert again.opened == (accepted(301),)
            assert again.retained == b"state"


async def test_no_database_at_all_and_numbers_never_go_back(tmp_path: Path) -> None:
    await filled(tmp_path)
    (tmp_path / database.FILE).unlink()
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        assert store.recover().last_number >= 301
        assert store.recover().boots == 1
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        assert store.recover().last_number >= 301


async def test_numbers_that_were_offered_unstored_are_not_used_again(tmp_path: Path, disk: Disk) -> None:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        await store.save(inspection(1))
        disk.error = apsw.IOError
        await refused(store.save(inspection(2)))
        await refused(store.save(inspection(3)))
    async with asyncio.timeout(60):
        disk.error = None
        async with Store.open(tmp_path, SETTINGS, UTC) as store:
            assert (store.recover().last_number, store.recover().last_seq) == (3, 3)


def test_a_torn_record_of_the_small_file_leaves_the_one_before(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "numbers")
    marks.reserve(1, 1)
    marks.reserve(100, 65500)
    marks.close()
    data = bytearray((tmp_path / "numbers").read_bytes())
    for at in (0, 512):
        torn = data.copy()
        torn[at + 100] ^= 1
        (tmp_path / "numbers").write_bytes(torn)
        assert Marks(tmp_path / "numbers").load().number in (1 + AHEAD, 100 + AHEAD)
    assert marks.mark.seq == 65500 + AHEAD - 65520  # 1 comes after 65520


# schema


async def test_a_newer_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    async with Store.open(tmp_path, SETTINGS, UTC):
        pass
    db = apsw.Connection(str(tmp_path / database.FILE))
    db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(TooNew, match="has schema 999, this release knows up to"):
        async with Store.open(tmp_path, SETTINGS, UTC):
            pass


def test_a_migration_that_is_cut_off_has_not_happened_and_the_old_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    first = "CREATE TABLE one (x); INSERT INTO one VALUES (1)"
    database.connect(path, [first]).close()
    with pytest.raises(apsw.SQLError):
        database.connect(path, [first, "CREATE TABLE two (x); SELECT nonsense"])
    db = database.connect(path, [first])  # the release before starts again
    assert db.execute("SELECT name FROM sqlite_schema").fetchall() == [("one",)]
    db.close()
    db = database.connect(path, [first, "CREATE TABLE two (x)", "CREATE TABLE three (x)"])
    assert db.execute("PRAGMA user_version").get == 3
    db.close()
    old = database.connect(tmp_path / "results-schema1.sqlite", [first])
    assert old.execute("SELECT x FROM one").get == 1
    old.close()


def test_an_sqlite_that_corrupts_is_refused() -> None:
    with pytest.raises(StoreError, match=r"SQLite 3\.51\.2 can corrupt"):
        database.require_sqlite("3.51.2")
    database.require_sqlite("3.51.3")


# a real disk that is full

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False).returncode:
        pytest.skip("this system mounts nothing")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", folder], check=True)


def fill(folder: Path) -> Path:
    name = folder / "filler"
    with suppress(OSError), name.open("wb", buffering=0) as filler:
        while filler.write(bytes(2**20)):
            pass
    return name


@pytest.mark.faults
@needs_root
async def test_a_full_disk_is_a_fault_that_is_stored_and_heals(small_disk: Path) -> None:
    async with Store.open(small_disk, StoreSettings(min_free_mb=8), UTC) as store:
        await until(lambda: (small_disk / "ballast").exists())
        await store.save(inspection(1))
        filler = fill(small_disk)
        await until(lambda: not store.healthy)
        store.raise_alarm(401, "the disk is full", 5)
        last = 1
        while (small_disk / "ballast").exists():  # until the log needs room that is not there
            last += 1
            await asyncio.gather(store.save(inspection(last, steps=32)), return_exceptions=True)
        async with asyncio.timeout(PATIENCE_S):  # it may still be owed: the ballast makes room for it
            while [alarm.number for alarm in await store.active_alarms()] != [401]:
                await asyncio.sleep(0.01)
        await until(lambda: store.counters.owed == 0)
        assert not store.healthy
        filler.unlink()
        await until(lambda: store.healthy)
        await until(lambda: (small_disk / "ballast").exists())
        rows = await store.page(ResultFilter(), limit=100_000)
        assert [row.number for row in rows] == list(range(last, 0, -1))


@pytest.mark.faults
@needs_root
async def test_a_read_only_disk_is_a_fault_and_what_is_stored_can_be_read(small_disk: Path) -> None:
    async with Store.open(small_disk, SETTINGS, UTC) as store:
        await store.accept(accepted(1), b"state")
        await store.save(inspection(1))
    remount(small_disk, "ro")
    async with Store.open(small_disk, SETTINGS, UTC) as store:
        assert not store.healthy
        assert store.recover().last_number >= 1
        remount(small_disk, "rw")
        await until(lambda: store.healthy)
        await store.save(inspection(store.recover().last_number + 1))
        assert len(await store.page(ResultFilter())) == 2
