"""A camera that fails in every way a real one does, on a whole station with a PLC at its wire."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from protocols import tags
from service import camera_keeper
from service.demo_plc.handshakes import Rejected
from service.states import State
from service.store import ResultFilter
from tests.patience import until
from tests.service.in_process import InProcess, station_running
from vision.cameras.faults import Spoiled

pytestmark = pytest.mark.faults

CAMERA_LOST, NOT_OPENED, FROZEN, QUALITY, FORMAT = 101, 102, 103, 303, 305


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    async with station_running(tmp_path, monkeypatch) as running:
        await running.enable()
        yield running


async def back(running: InProcess) -> None:
    """Found again by itself, and the next part is judged."""
    await until(lambda: running.read(tags.TRIGGER_READY))
    assert running.read(tags.ERROR_CODE) == 0
    assert running.station.state is State.READY
    assert (await running.part()).judgement == "PASS"


async def test_unplugged_while_nothing_is_triggered(running: InProcess) -> None:
    assert (await running.part()).judgement == "PASS"
    running.camera.unplug()
    await until(lambda: not running.read(tags.TRIGGER_READY))
    assert running.read(tags.ERROR_CODE) == CAMERA_LOST
    assert running.station.state is State.ERROR
    outcome = await running.line.part(0)
    assert isinstance(outcome, Rejected)
    assert outcome.code == 6
    running.camera.plug()
    await back(running)


async def test_unplugged_during_the_exposure_is_error_stored_and_in_time(running: InProcess) -> None:
    running.faults.stalled = True
    part = asyncio.ensure_future(running.part())
    await until(lambda: running.read(tags.ACQUIRING))
    running.camera.unplug()
    running.faults.stalled = False
    result = await part
    assert (result.judgement, result.error_code) == ("ERROR", CAMERA_LOST)
    assert result.latency_ms < running.read(tags.RESULT_TIME_LIMIT)
    (row,) = await running.store.page(ResultFilter())
    assert (row.number, str(row.judgement), row.stored) == (result.number, "ERROR", True)
    assert "unplugged" in row.reason
    running.camera.plug()
    await back(running)


async def test_a_frozen_picture_is_never_judged_for_long(running: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_keeper, "WATCH_S", 60)  # on a slow machine it would find out before the parts do
    assert (await running.part()).judgement == "PASS"
    running.faults.frozen = True
    seen = [await running.part()]
    while seen[-1].judgement == "PASS":
        assert len(seen) < 3
        seen.append(await running.part())
    assert (seen[-1].judgement, seen[-1].error_code) == ("ERROR", FROZEN)
    await until(lambda: not running.read(tags.TRIGGER_READY))
    assert running.read(tags.ERROR_CODE) == FROZEN
    running.faults.frozen = False
    await back(running)


async def test_a_frozen_camera_stays_a_fault_until_its_picture_lives(running: InProcess) -> None:
    await running.part()
    running.faults.frozen = True
    while (await running.line.part(0)) and running.read(tags.ERROR_CODE) != FROZEN:
        pass
    tried = running.station.camera.attempts
    await until(lambda: running.station.camera.attempts >= tried + 2)
    assert running.read(tags.ERROR_CODE) == FROZEN
    assert not running.read(tags.TRIGGER_READY)
    running.faults.frozen = False
    await back(running)


async def test_a_frame_from_before_the_trigger_is_not_judged(running: InProcess) -> None:
    await running.part()
    running.faults.stale_frames = 2
    result = await running.part()
    assert result.judgement == "PASS"
    assert running.faults.stale_frames == 0
    last = running.station.last
    assert last is not None
    assert last.acquisition is not None
    frame = last.acquisition.first
    assert frame.exposed_at_ns >= last.accepted.accepted_ns
    assert running.camera.truth(frame.frame_id).serial == frame.label


async def test_another_size_is_error_and_a_fault_until_it_is_set_back(running: InProcess) -> None:
    assert (await running.part()).judgement == "PASS"
    running.faults.mode = (640, 480)
    result = await running.part()
    assert (result.judgement, result.error_code) == ("ERROR", FORMAT)
    await until(lambda: not running.read(tags.TRIGGER_READY))
    assert running.read(tags.ERROR_CODE) == CAMERA_LOST
    (alarm,) = running.station._alarms.active
    assert "from 1280 x 960 px" in alarm.text
    assert "to 640 x 480 px" in alarm.text
    tried = running.station.camera.attempts
    await until(lambda: running.station.camera.attempts >= tried + 2)
    assert not running.read(tags.TRIGGER_READY)
    running.faults.mode = None
    await back(running)


@pytest.mark.parametrize("spoiled", list(Spoiled))
async def test_a_dark_white_or_torn_frame_is_error_never_pass(running: InProcess, spoiled: Spoiled) -> None:
    running.faults.spoiled = spoiled
    result = await running.part()
    assert (result.judgement, result.error_code) == ("ERROR", QUALITY)
    running.faults.spoiled = None
    assert (await running.part()).judgement == "PASS"


async def test_a_driver_that_does_not_return_costs_one_part_and_nobody_else_waits(running: InProcess) -> None:
    running.faults.stalled = True
    part = asyncio.ensure_future(running.part())
    slowest, asked = 0.0, 0
    while not part.done():  # others are served meanwhile
        began = time.perf_counter()
        await running.plc.status()
        slowest, asked = max(slowest, time.perf_counter() - began), asked + 1
        await asyncio.sleep(0.01)
    print(f"slowest of {asked} Modbus reads during the stall: {slowest * 1000:.1f} ms")
    assert asked > 10
    result = await part
    assert (result.judgement, result.error_code) == ("ERROR", CAMERA_LOST)
    await until(lambda: not running.read(tags.TRIGGER_READY))
    running.faults.stalled = False
    await back(running)


async def test_a_stall_under_the_live_view_does_not_end_it(running: InProcess) -> None:
    running.faults.stalled = True
    preview = asyncio.ensure_future(running.station.camera.preview())
    result = await running.part()  # the trigger waits behind the live frame, and gives the thread up
    assert (result.judgement, result.error_code) == ("ERROR", CAMERA_LOST)
    assert await preview is None
    running.faults.stalled = False
    await back(running)


async def test_no_camera_at_the_start_is_a_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    camera = {"type": "folder", "path": tmp_path / "none"}
    async with station_running(tmp_path, monkeypatch, camera=camera) as running:
        await until(lambda: running.read(tags.ERROR_CODE) == NOT_OPENED)
        assert running.station.state is State.PREOPERATIONAL
        status = await running.plc.status()
        assert status[3] == State.PREOPERATIONAL
        assert status[11] == NOT_OPENED
        (alarm,) = running.station._alarms.active
        assert "there is no such folder" in alarm.text


async def test_a_driver_with_a_defect_is_a_camera_that_is_lost(
    running: InProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("a defect")

    with monkeypatch.context() as patch:
        patch.setattr(running.camera, "open", broken)
        running.camera.unplug()
        await until(lambda: not running.read(tags.TRIGGER_READY))
        running.camera.plug()
        tried = running.station.camera.attempts
        await until(lambda: running.station.camera.attempts >= tried + 1)
        assert running.read(tags.ERROR_CODE) == CAMERA_LOST
        await until(lambda: "a defect" in caplog.text)
    await back(running)
