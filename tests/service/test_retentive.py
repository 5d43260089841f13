"""The retentive memory of a whole station: what it goes on with after a start, whatever the disk or the memory lost."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from protocols import tags
from protocols.alarms import NOT_RETENTIVE
from protocols.retentive import SHARED_MEMORY
from service.retentive import memory_path
from service.store import ResultFilter
from tests.patience import until
from tests.plc_side import rows
from tests.service.in_process import InProcess, station_running

DATABASE = ("results.sqlite", "results.sqlite-wal", "results.sqlite-shm")
Map = tuple[tuple[int, ...], ...]


def memory_of(folder: Path) -> Path:
    return memory_path(folder / "data", Path(os.environ["RUNTIME_DIRECTORY"]))


async def registers(running: InProcess) -> Map:
    """TriggerSeqAck to TriggerRejectCode, NewestResultSeq, the counters and the ring."""
    ring = [await running.plc.read(2000 + 64 * slot, 64) for slot in range(16)]
    return await running.plc.read(4, 3), await running.plc.read(14, 1), await running.plc.read(16, 10), *ring


async def some_parts(running: InProcess, count: int = 3) -> Map:
    await running.enable()
    for _ in range(count):
        await running.part()
    return await registers(running)


async def test_a_lost_database_is_no_loss_to_the_plc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        before = await some_parts(running)
    for name in DATABASE:
        (tmp_path / "data" / name).unlink(missing_ok=True)
    async with station_running(tmp_path, monkeypatch) as running:
        assert await registers(running) == before
        assert running.read(tags.TRIGGER_ENABLE)
        await running.enable()
        assert (await running.part()).result_seq == 4


async def test_lost_memory_is_no_loss_to_the_plc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        acknowledged, newest, counters, *_ = await some_parts(running)
    memory_of(tmp_path).unlink()
    async with station_running(tmp_path, monkeypatch) as running:
        assert (await registers(running))[:3] == (acknowledged, newest, counters)


async def test_after_a_power_up_the_memory_is_another_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch, boot_id="first") as running:
        await some_parts(running)
        boots = running.read(tags.BOOT_COUNTER)
    async with station_running(tmp_path, monkeypatch, boot_id="second") as running:
        assert running.read(tags.BOOT_COUNTER) == boots + 1
        assert not running.read(tags.TRIGGER_ENABLE)
        assert running.read(tags.NEWEST_RESULT_SEQ) == 3
    async with station_running(tmp_path, monkeypatch, boot_id="second") as running:
        assert running.read(tags.BOOT_COUNTER) == boots + 1


async def test_a_data_folder_made_anew_has_nothing_to_do_with_the_memory_of_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        await some_parts(running)
    (tmp_path / "data").rename(tmp_path / "old")
    async with station_running(tmp_path, monkeypatch) as running:
        assert running.read(tags.NEWEST_RESULT_SEQ) == 0
        assert running.read(tags.TRIGGER_COUNT) == 0


async def test_a_folder_that_comes_back_after_others_ran_finds_its_memory_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        await some_parts(running)
    old = memory_of(tmp_path).read_bytes()
    async with station_running(tmp_path, monkeypatch) as running:
        await some_parts(running)
    memory_of(tmp_path).write_bytes(old)
    async with station_running(tmp_path, monkeypatch) as running:
        assert running.read(tags.NEWEST_RESULT_SEQ) == 6
        assert "older than the database" in caplog.text


@pytest.mark.parametrize("durability", ["power", "process"])
async def test_a_memory_that_others_may_touch_is_not_used_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durability: str
) -> None:
    (tmp_path / "data").mkdir()
    memory_of(tmp_path).write_bytes(b"planted")
    memory_of(tmp_path).chmod(0o666)
    station = {"durability": durability}
    async with station_running(tmp_path, monkeypatch, station=station) as running:
        assert running.alarms == [NOT_RETENTIVE.number]
        assert running.read(tags.WARNING_CODE) == NOT_RETENTIVE.number
        await some_parts(running)
        assert memory_of(tmp_path).read_bytes() == b"planted"
    memory_of(tmp_path).unlink()
    async with station_running(tmp_path, monkeypatch, station=station) as running:
        assert running.alarms == []
        assert running.read(tags.NEWEST_RESULT_SEQ) == 3


async def test_process_stores_every_part_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch, station={"durability": "process"}) as running:
        await some_parts(running)
        assert len(await running.store.page(ResultFilter())) == 3
    assert rows(tmp_path / "data") == [(1,), (2,), (3,)]
    assert rows(tmp_path / "data", table="acceptances") == []


@pytest.mark.parametrize(("boot_id", "online"), [("first", False), ("second", True)], ids=["restart", "power-up"])
async def test_offline_by_the_engineer_outlives_a_restart_not_a_power_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, boot_id: str, online: bool
) -> None:
    async with station_running(tmp_path, monkeypatch, boot_id="first") as running:
        await running.station.set_online(False, "engineer")
    async with station_running(tmp_path, monkeypatch, boot_id=boot_id) as running:
        await until(lambda: running.station.camera.there)
        assert running.read(tags.ONLINE) == online


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [
        pytest.param(lambda _: None, SHARED_MEMORY, id="without a unit"),
        pytest.param(lambda _: Path(os.environ["RUNTIME_DIRECTORY"]), None, id="in the unit's folder"),
        pytest.param(lambda tmp: tmp / "absent", SHARED_MEMORY, id="a folder that is not there"),
    ],
)
def test_where_it_lies(tmp_path: Path, runtime: Callable[[Path], Path | None], expected: Path | None) -> None:
    folder = runtime(tmp_path)
    found = memory_path(tmp_path, folder)
    assert found.parent == (expected or folder)
    (tmp_path / "link").symlink_to(tmp_path)
    assert memory_path(tmp_path / "link", folder) == found, "named after the real folder"
    assert memory_path(tmp_path / "other", folder) != found
