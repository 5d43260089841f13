"""Tools that hang for ever, crash the process or take all memory, in a real station with a PLC at its wire."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from protocols import tags
from service.demo_plc.handshakes import Part, Rejected
from tests.conftest import Running
from tests.faults.failing_release import FailingRelease, failing_release
from tests.patience import until
from tests.plc_side import Wire, error_code, ready, rows, wired

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

Make = Callable[..., Running]
CAMERA_LOST, NO_RECIPE, RECIPE_BROKEN, INTERRUPTED = 101, 201, 202, 703
NOT_ANSWERING, TIME_LIMIT, MEMORY, CRASHED = 301, 302, 307, 308
LINE = {"VISION_STORE__MIN_FREE_MB": "0", "VISION_CAMERA__TYPE": "simulated", "VISION_CAMERA__DEFECT_RATE": "0"}


@pytest.fixture
def release(tmp_path: Path) -> FailingRelease:
    return failing_release(tmp_path)


@pytest.fixture
def running(make_station: Make, release: FailingRelease) -> Running:
    running = make_station(start=False, **LINE, VISION_STATION__MEMORY_LIMIT_MB="1500")
    running.root = release.root
    running.start()
    return running


async def another_worker(running: Running, before: list[int]) -> float:
    """Seconds until one other generation serves."""
    began = time.monotonic()
    await until(lambda: len(now := running.workers()) == 1 and now != before)
    running.wait_healthy()
    return time.monotonic() - began


def asked(running: Running, path: str) -> Any:
    with urllib.request.urlopen(f"{running.url}/api/v1/{path}", timeout=60) as answer:
        return json.load(answer)


def alarms(running: Running) -> dict[int, str]:
    """Text by number, as the console shows them."""
    return {alarm["number"]: alarm["text"] for alarm in asked(running, "alarms")}


async def trigger(wire: Wire) -> int:
    """A new number, accepted."""
    seq = await wire.read(tags.TRIGGER_SEQ_ACK) % 60000 + 1
    await wire.plc.write(4, (seq,))
    await wire.until(lambda status: status[4] == seq)
    return seq


async def crash(running: Running, release: FailingRelease, how: str = "crash") -> None:
    """One part whose tool ends the process; the part is answered by the next generation."""
    before = running.workers()
    release.act(how)
    async with wired(running.modbus) as wire:
        newest = await wire.read(tags.NEWEST_RESULT_SEQ)
        seq = await trigger(wire)
        release.go()
    print(f"serving again {await another_worker(running, before):.2f} s after the crash")
    async with wired(running.modbus, enabled=False) as wire:
        await wire.until(lambda status: status[14] != newest)
        slot = await wire.plc.read(tags.RING_BASE + tags.SLOT_WORDS * ((newest + 1) % tags.RING_SLOTS), 64)
        assert (slot[1], slot[26]) == (seq, INTERRUPTED)


async def test_a_thread_that_stays_hung_is_handed_over(running: Running, release: FailingRelease) -> None:
    before = running.workers()
    async with wired(running.modbus) as wire:
        release.act("hang")
        hung = await wire.part()
        release.act()
        assert (hung.judgement, hung.error_code) == ("ERROR", TIME_LIMIT)
        given = [hung, await wire.part()]
        assert given[-1].judgement == "PASS"
        assert running.workers() == before, "a fresh thread serves first"
    await another_worker(running, before)
    async with wired(running.modbus) as wire:
        given.append(await wire.part())
        assert given[-1].judgement == "PASS"
        assert error_code(await wire.plc.status()) == 0
    assert alarms(running) == {}
    assert any("the thread vision hangs" in event["text"] for event in asked(running, "events")["items"])
    numbers = [part.number for part in given]
    assert numbers == sorted(numbers)
    assert running.stop() == 0
    assert {number for (number,) in rows(running.folder / "data")} == set(numbers)


async def test_a_camera_driver_that_never_returns_is_handed_over(running: Running, release: FailingRelease) -> None:
    before = running.workers()
    async with wired(running.modbus) as wire:
        release.act("camera")
        lost = await wire.part()
        assert (lost.judgement, lost.error_code) == ("ERROR", CAMERA_LOST)
        assert lost.latency_ms < await wire.read(tags.RESULT_TIME_LIMIT)
        await wire.until(lambda status: error_code(status) == CAMERA_LOST)
        release.act()
    await another_worker(running, before)
    async with wired(running.modbus) as wire:
        assert (await wire.part()).judgement == "PASS"
    assert alarms(running) == {}


async def test_so_many_generations_and_no_more(running: Running, release: FailingRelease) -> None:
    release.act("hang")
    for _ in range(3):
        before = running.workers()
        async with wired(running.modbus) as wire:
            while isinstance(part := await wire.try_part(), Part):
                assert (part.judgement, part.error_code) == ("ERROR", TIME_LIMIT)
        await another_worker(running, before)
    last = running.workers()
    async with wired(running.modbus) as wire:
        for _ in range(3):
            assert (await wire.part()).error_code == TIME_LIMIT
        status = await wire.until(lambda status: error_code(status) == NOT_ANSWERING)
        assert not ready(status)
        outcome = await wire.try_part()
        assert isinstance(outcome, Rejected)
        assert outcome.code == 11
    await until(lambda: "no new generation so soon" in running.log)
    assert NOT_ANSWERING in alarms(running)
    assert running.workers() == last
    release.act()
    assert running.process
    running.process.send_signal(signal.SIGHUP)
    await another_worker(running, last)
    assert alarms(running) == {}
    async with wired(running.modbus) as wire:
        assert (await wire.part()).judgement == "PASS"


@pytest.mark.parametrize("how", ["crash", "abort"])
async def test_a_native_crash_is_answered_and_told(running: Running, release: FailingRelease, how: str) -> None:
    await crash(running, release, how)
    release.act()
    assert "vision/tools/brightness.py" in alarms(running)[CRASHED]
    async with wired(running.modbus) as wire:
        assert await wire.read(tags.WARNING_CODE) == CRASHED
        assert (await wire.part()).judgement == "PASS"
        await wire.until(lambda status: status[12] == 0)
    assert alarms(running) == {}
    assert running.has_logged("Fatal Python error")
    assert running.stop() == 0
    assert len(rows(running.folder / "data")) == 2


async def test_a_job_that_crashes_three_times_is_set_aside_and_others_run(
    running: Running, release: FailingRelease
) -> None:
    release.recipe(2)
    for _ in range(3):
        await crash(running, release)
    worker = running.workers()
    async with wired(running.modbus, enabled=False) as wire:
        status = await wire.until(lambda status: error_code(status) == NO_RECIPE)
        assert not ready(status)
        assert "crashed 3 times within 60 s" in alarms(running)[RECIPE_BROKEN]
        outcome = await wire.try_part()
        assert isinstance(outcome, Rejected)
        assert outcome.code == 9
        release.act()
        await wire.plc.write(1, (1, 2, await wire.read(tags.COMMAND_SEQ_ACK) % 60000 + 1))  # load job 2
        await wire.ready()
        assert (await wire.part()).judgement == "PASS"
    assert running.workers() == worker
    assert running.process
    running.process.send_signal(signal.SIGHUP)  # by a person: another chance
    await another_worker(running, worker)
    assert alarms(running) == {}


async def test_a_recipe_that_crashes_while_it_is_made_ready_does_not_keep_the_station_away(
    make_station: Make, release: FailingRelease
) -> None:
    running = make_station(start=False, **LINE)
    running.root = release.root
    running.start()
    worker = running.workers()
    release.act("crash warm-up")
    os.kill(worker[0], signal.SIGKILL)
    await until(lambda: "crashed 3 times" in running.log)
    await another_worker(running, worker)
    assert {NO_RECIPE, RECIPE_BROKEN} <= alarms(running).keys()


@pytest.mark.parametrize("how", ["memory", "creep"])
async def test_a_tool_that_takes_all_memory_is_error_and_nobody_dies(
    running: Running, release: FailingRelease, how: str
) -> None:
    worker = running.workers()
    async with wired(running.modbus) as wire:
        assert (await wire.part()).judgement == "PASS"
        release.act(how)
        part = await wire.part()
        assert (part.judgement, part.error_code) == ("ERROR", MEMORY)
        release.act()
        assert (await wire.part()).judgement == "PASS"
    assert running.workers() == worker
    assert running.stop() == 0
