"""The power fails in the middle of commits: what had reached the disk is all that a new machine finds."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.demo_plc.handshakes import Part
from service.demo_plc.plc import PlcError
from tests.conftest import Running
from tests.plc_side import rows, wired

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

Make = Callable[..., Running]
LINE = {"VISION_STORE__MIN_FREE_MB": "0", "VISION_ARCHIVE__MIN_FREE_MB": "0", "VISION_CAMERA__TYPE": "simulated"}
CUTS = 5
NO_TIMER = "commit=300"  # the file system writes when it is asked to, as the disk's own cache would at the worst


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system of its own can be had here: {' '.join(command)}: {done.stderr.strip()}")


@dataclass
class Disk:
    """An ext4 in a file: the file holds what a power cut leaves."""

    file: Path
    folder: Path

    def mount(self) -> None:
        self.folder.mkdir(exist_ok=True)
        run("mount", "-o", f"loop,{NO_TIMER}", str(self.file), str(self.folder))

    def copy(self, name: str) -> "Disk":
        """The disk as it stands now, taken out and put into another machine."""
        copied = Disk(self.file.with_name(f"{name}.ext4"), self.folder.with_name(name))
        shutil.copyfile(self.file, copied.file)
        return copied

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], capture_output=True, check=False)


@pytest.fixture
def disks(tmp_path: Path) -> Iterator[list[Disk]]:
    """The first is mounted; all are unmounted with the test."""
    first = Disk(tmp_path / "first.ext4", tmp_path / "first")
    with first.file.open("wb") as file:
        file.truncate(128 << 20)
    run("mkfs.ext4", "-q", "-F", str(first.file))
    first.mount()
    made = [first]
    yield made
    for disk in made:
        disk.unmount()


def on(make_station: Make, disk: Disk) -> Running:
    running = make_station(start=False, **LINE)
    (running.folder / "data").symlink_to(disk.folder)
    running.start()
    return running


async def parts_until(running: Running, enough: asyncio.Event) -> list[Part]:
    """What the PLC was given before the power failed."""
    given: list[Part] = []
    try:
        async with wired(running.modbus, limit_s=3) as wire:
            while not enough.is_set():
                if isinstance(part := await wire.try_part(), Part):
                    given.append(part)
    except (PlcError, OSError, TimeoutError):
        assert enough.is_set()
    return given


def freeze(running: Running) -> None:
    """All its processes stop where they are."""
    assert running.process
    for pid in [*running.workers(), running.process.pid]:
        os.kill(pid, signal.SIGSTOP)


def thaw(running: Running) -> None:
    assert running.process
    os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait(10)
    running.process = None


async def test_every_result_that_a_plc_was_given_survives_a_power_cut(
    make_station: Make, disks: list[Disk], tmp_path: Path
) -> None:
    chance, given = random.Random(58), dict[int, str]()
    for cut in range(CUTS):
        running, enough = on(make_station, disks[-1]), asyncio.Event()
        plc = asyncio.create_task(parts_until(running, enough))
        await asyncio.sleep(1 + chance.random())
        freeze(running)
        disks.append(disks[-1].copy(f"after-cut-{cut}"))
        enough.set()
        given |= {part.number: part.judgement for part in await plc}
        thaw(running)
        disks[-2].unmount()
        disks[-1].mount()
    assert len(given) > CUTS
    last = on(make_station, disks[-1])
    async with wired(last.modbus) as wire:
        fresh = await wire.part()
    assert fresh.number > max(given)
    assert last.stop() == 0
    stored: dict[object, object] = dict(rows(disks[-1].folder, "number, judgement"))  # type: ignore[arg-type]
    words = {"PASS": 1, "FAIL": 2, "ERROR": 3}
    lost = {number for number, judgement in given.items() if stored.get(number) != words[judgement]}
    assert not lost, f"{len(lost)} of {len(given)} results are lost or changed"
    assert rows(disks[-1].folder, table="acceptances") == []
    images = disks[-1].folder / "images"
    named = [str(name) for (name,) in rows(disks[-1].folder, "image") if name]
    assert named
    assert [name for name in named if not (images / name).stat().st_size] == []
