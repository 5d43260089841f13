"""Disks that are full, read-only, failing, slow or corrupt, under a real station with a PLC at its wire."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from protocols import tags
from service.demo_plc.handshakes import Part, Rejected
from tests.conftest import Running
from tests.plc_side import Wire, error_code, ready, rows, wired

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

Make = Callable[..., Running]
STORAGE_FAULT, DISK_LOW, DATABASE_REPLACED, STORAGE = 401, 402, 403, 10
NO_LIMIT = {
    "VISION_STORE__MIN_FREE_MB": "0",
    "VISION_ARCHIVE__KEEP": "none",
    "VISION_CAMERA__TYPE": "simulated",
    "VISION_CAMERA__DEFECT_RATE": "0",
}


def mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a file system cannot be mounted here (root and CAP_SYS_ADMIN are needed): {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder))
    yield folder
    for _ in range(100):
        if subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.05)


@pytest.fixture
def on_disk(disk: Path, make_station: Make) -> Callable[..., Running]:
    """Stations whose data folder lies on it; they end before it is taken away."""

    def make(**environment: str) -> Running:
        running = make_station(start=False, **(NO_LIMIT | environment))
        (running.folder / "data").symlink_to(disk)
        running.start()
        return running

    return make


@contextmanager
def injected(running: Running, *faults: str) -> Iterator[None]:
    """System calls of the worker's threads that fail or are late."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    (worker,) = running.workers()
    options = [option for fault in faults for option in ("-e", f"inject={fault}")]
    calls = ",".join(fault.partition(":")[0] for fault in faults)
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-p", str(worker), "-e", f"trace={calls}", *options, "-o", "/dev/null"],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _wait_traced(worker, tracer)
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(10)
        assert tracer.stderr
        tracer.stderr.close()


def _wait_traced(worker: int, tracer: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + 60
    tasks = Path(f"/proc/{worker}/task")
    while not all("TracerPid:\t0" not in (task / "status").read_text() for task in tasks.iterdir()):
        if tracer.poll() is not None:
            assert tracer.stderr
            pytest.skip(f"strace may not attach: {tracer.stderr.read().strip()}")
        assert time.monotonic() < end, "strace does not attach"
        time.sleep(0.02)


async def stopped(wire: Wire) -> Part | Rejected:
    """Trigger until the fault has shown itself."""
    async with asyncio.timeout(60):
        while True:
            outcome = await wire.try_part()
            assert isinstance(outcome, Part | Rejected), outcome
            if isinstance(outcome, Rejected) or outcome.judgement != "PASS":
                return outcome


async def rejected_for_storage(wire: Wire) -> None:
    """TriggerReady has fallen, and says why; the state stays Ready, for camera and recipe are in order."""
    await wire.until(lambda status: not ready(status) and error_code(status) == STORAGE_FAULT and status[3] == 6)
    outcome = await wire.try_part()
    assert isinstance(outcome, Rejected)
    assert outcome.code == STORAGE


def fill(disk: Path) -> Path:
    """Take every byte; the file to delete."""
    hog = disk / "hog"
    with hog.open("wb", buffering=0) as file, suppress(OSError):  # what a buffer holds would be written by its close
        while True:
            file.write(bytes(1 << 16))
    with hog.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(256))
    return hog


async def test_a_full_disk_stops_triggers_and_heals_by_itself(on_disk: Make, disk: Path) -> None:
    running = on_disk()
    async with wired(running.modbus) as wire:
        assert (await wire.part()).judgement == "PASS"
        (disk / "ballast").unlink(missing_ok=True)
        hog = fill(disk)
        late = await stopped(wire)
        await rejected_for_storage(wire)
        hog.unlink()
        async with asyncio.timeout(60):
            await wire.ready()
        good = await wire.part()
        assert good.judgement == "PASS"
    running.stop()
    stored = {number: (judgement, stored) for number, judgement, stored in rows(disk, "number, judgement, stored")}
    assert stored[good.number] == (1, 1)
    if isinstance(late, Part):  # accepted, and not stored in time: it stands there as it was offered
        assert stored[late.number] == (3, 0)
        assert late.error_code == STORAGE_FAULT


async def test_a_full_disk_with_run_flagged_lets_the_line_run(on_disk: Make, disk: Path) -> None:
    running = on_disk(VISION_STATION__ON_STORAGE_FULL="run_flagged")
    async with wired(running.modbus) as wire:
        assert (await wire.part()).judgement == "PASS"
        (disk / "ballast").unlink(missing_ok=True)
        hog = fill(disk)
        seen = []
        async with asyncio.timeout(60):
            while await wire.read(tags.ERROR_CODE) != STORAGE_FAULT:
                seen.append(await wire.try_part())
        seen += [await wire.try_part() for _ in range(3)]
        hog.unlink()
        await wire.until(lambda status: error_code(status) == 0, 10)
        good = await wire.part()
    running.stop()
    parts = [part for part in seen if isinstance(part, Part)]
    assert all(part.judgement == "PASS" for part in parts)
    stored = {number for (number,) in rows(disk)}
    assert {part.number for part in parts} | {good.number} <= stored


async def test_on_a_nearly_full_disk_images_go_but_for_pinned_ones_and_the_line_runs(on_disk: Make, disk: Path) -> None:
    running = on_disk(VISION_ARCHIVE__KEEP="all", VISION_ARCHIVE__MIN_FREE_MB="30")
    async with wired(running.modbus) as wire, aiohttp.ClientSession(f"{running.url}/api/v1/") as http:
        numbers = [(await wire.part()).number for _ in range(4)]
        await images_become(http, set(numbers))
        async with http.post(f"pins/{numbers[1]}", json={"why": "for the customer"}) as answer:
            assert answer.status == 200
        hog = leave(disk, 20)
        await images_become(http, {numbers[1]})
        assert await wire.read(tags.WARNING_CODE) == DISK_LOW
        assert (await wire.part()).judgement == "PASS"
        hog.unlink()
        await wire.until(lambda status: error_code(status) == 0)
    assert running.stop() == 0
    assert {number for (number,) in rows(disk)} >= set(numbers), "no result went"


def leave(disk: Path, free_mb: int) -> Path:
    """Take the disk but for so much; the file to delete."""
    hog, stat = disk / "hog", os.statvfs(disk)
    with hog.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, stat.f_bavail * stat.f_frsize - free_mb * 2**20)
    return hog


async def images_become(http: aiohttp.ClientSession, numbers: set[int]) -> None:
    """Of the first parts these alone come to have an image."""
    async with asyncio.timeout(60):
        while True:
            async with http.get("inspections?limit=200") as answer:
                items = (await answer.json())["items"]
            if {each["number"] for each in items if each["image"]} == numbers:
                return
            await asyncio.sleep(0.05)


async def test_a_station_starts_on_a_read_only_file_system_and_heals(on_disk: Make, disk: Path) -> None:
    running = on_disk()
    async with wired(running.modbus) as wire:
        before = await wire.part()
    assert running.stop() == 0
    mount("-o", "remount,ro", str(disk))
    running.start()
    worker = running.workers()
    async with wired(running.modbus, enabled=False) as wire:
        await wire.until(lambda status: error_code(status) == STORAGE_FAULT)
        await rejected_for_storage(wire)
        running.wait_healthy()
        assert running.workers() == worker, "no exit loop"
        mount("-o", "remount,rw", str(disk))
        await wire.until(lambda status: error_code(status) == 0, 10)
    async with wired(running.modbus) as wire:
        after = await wire.part()
        assert after.judgement == "PASS"
        assert after.number > before.number
    assert running.stop() == 0


async def test_a_file_system_that_turns_read_only_is_a_fault_and_no_exit(make_station: Make) -> None:
    running = make_station(**NO_LIMIT)
    worker = running.workers()
    async with wired(running.modbus) as wire:
        assert (await wire.part()).judgement == "PASS"
        with injected(running, "pwrite64:error=EROFS", "ftruncate:error=EROFS"):
            await stopped(wire)
            await rejected_for_storage(wire)
            running.wait_healthy()
        async with asyncio.timeout(60):
            await wire.ready()
        assert (await wire.part()).judgement == "PASS"
    assert running.workers() == worker
    assert running.stop() == 0


async def test_a_failing_fsync_acknowledges_nothing_and_heals(make_station: Make) -> None:
    running = make_station(**NO_LIMIT)
    async with wired(running.modbus) as wire:
        assert (await wire.part()).judgement == "PASS"
        with injected(running, "fdatasync:error=EIO", "fsync:error=EIO"):
            outcome = await stopped(wire)
            assert not isinstance(outcome, Part) or outcome.error_code == STORAGE_FAULT
            await rejected_for_storage(wire)
        async with asyncio.timeout(60):
            await wire.ready()
        good = await wire.part()
        assert good.judgement == "PASS"
    running.stop()
    numbers = [number for (number,) in rows(running.folder / "data")]
    assert good.number in numbers
    if isinstance(outcome, Part):
        assert outcome.number in numbers


async def test_a_slow_disk_does_not_hold_the_loop_up(make_station: Make) -> None:
    running = make_station(**NO_LIMIT, VISION_MODBUS__WRITE_CONTROL="everyone")
    async with wired(running.modbus) as wire, wired(running.modbus, enabled=False) as reader:
        await wire.part()
        with injected(running, "fdatasync:delay_exit=200000", "fsync:delay_exit=200000"):
            parts = asyncio.ensure_future(_several(wire, 8))
            trips = []
            while not parts.done():
                began = time.perf_counter()
                await reader.plc.status()
                trips.append(time.perf_counter() - began)
                await asyncio.sleep(0.002)
            results = await parts
    trips.sort()
    print(
        f"Modbus round trips over a slow disk: p50 {trips[len(trips) // 2] * 1e3:.1f} ms, "
        f"p99 {trips[len(trips) * 99 // 100] * 1e3:.1f} ms, max {trips[-1] * 1e3:.1f} ms of {len(trips)}"
    )
    assert all(part.judgement == "PASS" for part in results)
    slowest_commit = min(part.latency_ms for part in results)
    assert slowest_commit > 200, "each part waited for its commits"
    assert trips[len(trips) // 2] < 0.05, "the loop did not"


async def _several(wire: Wire, count: int) -> list[Part]:
    return [await wire.part() for _ in range(count)]


@pytest.mark.parametrize("seed", range(10))
async def test_a_corrupt_database_is_set_aside_and_numbers_go_on(make_station: Make, seed: int, tmp_path: Path) -> None:
    running = make_station(**NO_LIMIT)
    data = running.folder / "data"
    async with wired(running.modbus) as wire:
        before = [await wire.part() for _ in range(3)]
    assert running.stop() == 0
    _spoil(data / "results.sqlite", seed)
    running.start()
    async with wired(running.modbus) as wire:
        after = await wire.part()
        assert after.number > before[-1].number
        assert after.judgement == "PASS"
        broken = list(data.glob("results-broken-*.sqlite"))
        if broken:
            assert await wire.read(tags.WARNING_CODE) == DATABASE_REPLACED
    assert running.stop() == 0
    numbers = [number for (number,) in rows(data)]
    assert after.number in numbers


def _spoil(path: Path, seed: int) -> None:
    """Overwrite one page with noise: the first one, the schema's, or any."""
    chance = random.Random(seed)
    pages = path.stat().st_size // 4096
    page = 0 if seed == 0 else chance.randrange(pages)
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(chance.randbytes(4096))
        os.fsync(file.fileno())
