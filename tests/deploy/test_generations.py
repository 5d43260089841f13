"""What a PLC sees of reloads, stops and kills: a real station, triggered throughout."""

import asyncio
import os
import random
import shutil
import signal
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import socketio

from protocols import tags
from service.demo_plc.handshakes import Lost, Outcome, Part, Rejected
from service.demo_plc.plc import PlcError
from tests.conftest import ROOT, Running
from tests.patience import until
from tests.plc_side import Wire, rows, wired

Make = Callable[..., Running]
pytestmark = pytest.mark.processes
LINE = {"VISION_STORE__MIN_FREE_MB": "0", "VISION_CAMERA__TYPE": "simulated", "VISION_CAMERA__DEFECT_RATE": "0"}
INTERRUPTED = 703
STOPS = 10


@asynccontextmanager
async def watched(running: Running, count: int = 3) -> AsyncIterator[None]:
    """Consoles that are open meanwhile: Socket.IO clients over WebSocket."""
    clients = [socketio.AsyncClient(reconnection=False) for _ in range(count)]
    for client in clients:
        await client.connect(running.url, transports=["websocket"])
    try:
        yield
    finally:
        for client in clients:
            await client.shutdown()


class Trigger:
    """A PLC that triggers without pause and dials again when its connection ends; what it was told of each part."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.accepted: set[int] = set()  # TriggerSeq that was acknowledged
        self.done: list[Part] = []
        self.enough = False
        self.lost = 0

    async def run(self) -> None:
        while not self.enough:
            try:
                async with wired(self._running.modbus, enabled=not self.done, limit_s=5) as wire:
                    await self._parts(wire)
            except (PlcError, OSError, TimeoutError):
                await asyncio.sleep(0.02)

    async def _parts(self, wire: Wire) -> None:
        while not self.enough:
            outcome = await wire.try_part()
            self._note(outcome, wire)
            if isinstance(outcome, Rejected):
                await asyncio.sleep(0.02)

    def _note(self, outcome: Outcome, wire: Wire) -> None:
        if isinstance(outcome, Part):
            self.done.append(outcome)
        elif isinstance(outcome, Lost):
            self.lost += outcome.accepted


def one_row_each(data: Path, parts: list[Part]) -> None:
    """Every part that the PLC was given stands in the database once, as it was given; nothing is left open."""
    stored = {number: judgement for number, judgement, *_ in rows(data, "number, judgement")}
    words = {"PASS": 1, "FAIL": 2, "ERROR": 3}
    assert {part.number: words[part.judgement] for part in parts}.items() <= stored.items()
    assert len(rows(data)) == len(stored)
    assert rows(data, table="acceptances") == []


async def test_a_reload_while_a_plc_triggers_keeps_the_ledger_exact(make_station: Make) -> None:
    running = make_station(**LINE)
    trigger = Trigger(running)
    task = asyncio.create_task(trigger.run())
    for _ in range(2):
        await _reloaded(running, trigger)
    trigger.enough = True
    await task
    assert running.stop() == 0
    one_row_each(running.folder / "data", trigger.done)
    assert trigger.lost == 0
    told = [line for line in running.log.splitlines() if "camera ready" in line or "serves (generation" in line]
    assert sum("camera ready" in line for line in told) == 3, "each generation opened the camera once"
    assert "in use by" not in running.log


async def _reloaded(running: Running, trigger: Trigger) -> None:
    had, before = len(trigger.done), running.workers()
    await until(lambda: len(trigger.done) > had + 3)
    assert running.process
    running.process.send_signal(signal.SIGHUP)
    await until(lambda: len(now := running.workers()) == 2 or now != before)
    together = len(trigger.done)
    await until(lambda: len(now := running.workers()) == 1 and now != before)
    after = len(trigger.done)
    print(f"parts while both generations lived: {after - together}")
    await until(lambda: len(trigger.done) > after + 3)


@pytest.mark.faults
@pytest.mark.timeout(400)  # so many starts
async def test_sigterm_in_the_middle_of_inspections_loses_nothing(make_station: Make) -> None:
    running = make_station(**LINE)
    given: list[Part] = []
    chance = random.Random(55)
    times = []
    for round_ in range(STOPS):
        if round_:
            running.start()
        trigger = Trigger(running)
        task = asyncio.create_task(trigger.run())
        async with watched(running):
            await until(lambda trigger=trigger: trigger.done)  # type: ignore[misc]
            await asyncio.sleep(chance.random() * 0.1)
            began = time.monotonic()
            code = await asyncio.get_running_loop().run_in_executor(None, running.stop)
            times.append(time.monotonic() - began)
        trigger.enough = True
        await task
        assert code == 0
        given += trigger.done
    print(f"stop with three consoles: median {statistics.median(times):.2f} s, longest {max(times):.2f} s")
    one_row_each(running.folder / "data", given)


async def test_a_killed_worker_is_back_with_what_the_plc_had_set(make_station: Make) -> None:
    running = make_station(**LINE)
    async with wired(running.modbus) as wire:
        first = await wire.part()
        boots = await wire.read(tags.BOOT_COUNTER)
        await wire.until(lambda status: status[37] >= 2)  # UptimeSeconds
        (worker,) = running.workers()
        os.kill(worker, signal.SIGKILL)
    await until(lambda: running.workers() not in ([], [worker]))
    running.wait_healthy()
    async with wired(running.modbus, enabled=False) as wire:
        uptime = await wire.read(tags.UPTIME_SECONDS)
        await wire.ready()  # TriggerEnable is still set
        assert await wire.read(tags.BOOT_COUNTER) == boots
        assert uptime < 2
        second = await wire.part()
    assert (second.judgement, second.number) == ("PASS", first.number + 1)


async def test_a_kill_in_the_middle_of_an_inspection_is_an_error_that_is_offered(make_station: Make) -> None:
    running = make_station(**LINE)
    for _ in range(3):
        async with wired(running.modbus) as wire:
            (worker,) = running.workers()
            newest = await wire.read(tags.NEWEST_RESULT_SEQ)
            seq = await wire.read(tags.TRIGGER_SEQ_ACK) % 60000 + 1
            await wire.plc.write(4, (seq,))
            await wire.until(lambda status, seq=seq: status[4] == seq)  # type: ignore[misc]
            os.kill(worker, signal.SIGKILL)
        await until(lambda worker=worker: running.workers() not in ([], [worker]))  # type: ignore[misc]
        running.wait_healthy()
        async with wired(running.modbus, enabled=False) as wire:
            await wire.until(lambda status, newest=newest: status[14] != newest)  # type: ignore[misc]
            slot = await wire.plc.read(tags.RING_BASE + tags.SLOT_WORDS * ((newest + 1) % tags.RING_SLOTS), 64)
            assert slot[1] == seq
            assert slot[26] in (0, INTERRUPTED)  # finished just before, or interrupted
    assert running.stop() == 0
    found = rows(running.folder / "data", "trigger_seq")
    assert len(found) == len(set(found)) == 3


@pytest.mark.faults
async def test_a_stopped_worker_is_ended_by_its_heartbeat(make_station: Make) -> None:
    running = make_station(**LINE)
    (worker,) = running.workers()
    os.kill(worker, signal.SIGSTOP)
    began = time.monotonic()
    await until(lambda: running.workers() not in ([], [worker]), 60)
    running.wait_healthy()
    print(f"serving {time.monotonic() - began:.1f} s after the worker was stopped")
    async with wired(running.modbus) as wire:
        assert (await wire.part()).judgement == "PASS"


async def test_a_broken_release_leaves_the_old_one_serving(make_station: Make, tmp_path: Path) -> None:
    release = tmp_path / "release"
    for name in ("service", "protocols", "vision", "config"):
        shutil.copytree(ROOT / name, release / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    running = make_station(start=False, **LINE)
    running.root = release
    running.start()
    before = running.workers()
    module = release / "service" / "judge.py"
    whole = module.read_text()
    module.write_text("import no_such_module\n" + whole)
    assert running.process
    async with wired(running.modbus) as wire:
        running.process.send_signal(signal.SIGHUP)
        await until(lambda: "goes on" in running.log)
        await until(lambda: running.workers() == before)
        assert (await wire.part()).judgement == "PASS"
    assert running.has_logged("no_such_module")
    module.write_text(whole)
    running.process.send_signal(signal.SIGHUP)
    await until(lambda: len(now := running.workers()) == 1 and now != before)
    running.wait_healthy()
    async with wired(running.modbus) as wire:
        assert (await wire.part()).judgement == "PASS"
