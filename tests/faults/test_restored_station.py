"""A station that dies, and its backup on another machine: PLC, SCADA and people find the one they knew."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Running
from tests.patience import PATIENCE_S
from tests.plc_side import rows, wired

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

PARTS = 8
SETTINGS = """[station]
name = "Press 4"
data_folder = "{folder}/data"
recipe_folder = "{folder}/recipes"
acquisition_limit_ms = 20000
[camera]
type = "simulated"
defect_rate = 0.5
[store]
min_free_mb = 0
"""
JUDGED = "judgement, recipe, recipe_version, reject_class, error_code"
MEASURED = "number, position, value, judgement, status"


def command(machine: Running, *arguments: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("VISION_", "CONFIG_"))}
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        cwd=ROOT,
        env=inherited | machine.environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


async def inspect(machine: Running, parts: int) -> list[int]:
    """The numbers of so many parts."""
    machine.wait_ready()
    async with wired(machine.modbus) as wire:
        return [(await wire.part()).number for _ in range(parts)]


def ask(machine: Running, path: str, token: str) -> Any:
    request = urllib.request.Request(f"{machine.url}{path}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def of_each(measured: list[tuple[object, ...]]) -> list[list[list[object]]]:
    """What was measured of each part, without its number."""
    return [[rest for _, *rest in part] for _, part in groupby(measured, key=itemgetter(0))]


async def test_on_another_machine_it_judges_the_same_images_the_same_way(
    make_station: Callable[..., Running], tmp_path: Path
) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery staple\n")
    passphrase.chmod(0o600)
    first, second = make_station(start=False), make_station(start=False)
    for machine in (first, second):
        settings = machine.folder / "etc" / "station.toml"
        settings.parent.mkdir()
        machine.environment["CONFIG_PATH"] = str(settings)
    shutil.copytree(ROOT / "config" / "recipes", first.folder / "recipes")
    (first.folder / "etc" / "station.toml").write_text(SETTINGS.format(folder=first.folder))
    first.start()
    await inspect(first, PARTS)

    command(first, "backup", "--to", str(tmp_path / "archives"), "--passphrase-file", str(passphrase))
    later = await inspect(first, PARTS)
    (archive,) = (tmp_path / "archives").glob("press-4-backup-*.zip")
    judged, measured = (rows(first.folder / "data", *told) for told in ((JUDGED,), (MEASURED, "measurements")))
    token = (first.folder / "data" / "token").read_text().strip()
    certificate = (first.folder / "data" / "opcua" / "certificate.der").read_bytes()
    first.stop()

    # Another machine has its own places.
    places = {"STATION__DATA_FOLDER": second.folder / "data", "STATION__RECIPE_FOLDER": second.folder / "recipes"}
    second.environment |= {f"VISION_{name}": str(path) for name, path in places.items()}
    command(second, "restore", str(archive), "--passphrase-file", str(passphrase))
    for name in places:
        del second.environment[f"VISION_{name}"]
    second.start()
    again = await inspect(second, PARTS)
    assert min(again) > max(later), "no number is given to two parts"
    found, values = (rows(second.folder / "data", *told) for told in ((JUDGED,), (MEASURED, "measurements")))
    assert len(set(judged)) > 1, "some parts pass and some fail"
    assert found[:PARTS] == judged[:PARTS], "its history"
    assert found[PARTS:] == judged[:PARTS], "the same images again, the same judgements"
    assert of_each(values)[PARTS:] == of_each(measured)[:PARTS], "to the last digit"
    assert (second.folder / "data" / "token").read_text().strip() == token
    assert (second.folder / "data" / "opcua" / "certificate.der").read_bytes() == certificate
    assert ask(second, "/api/v1/station", token)["job"] == 1


async def test_a_running_station_puts_it_back_and_starts_again_in_its_place(
    make_station: Callable[..., Running], tmp_path: Path
) -> None:
    station = make_station(start=False)
    settings = station.folder / "etc" / "station.toml"
    settings.parent.mkdir()
    station.environment["CONFIG_PATH"] = str(settings)
    shutil.copytree(ROOT / "config" / "recipes", station.folder / "recipes")
    settings.write_text(SETTINGS.format(folder=station.folder))
    station.start()
    before = await inspect(station, 2)
    command(station, "backup", "--to", str(tmp_path / "archives"))
    (archive,) = (tmp_path / "archives").glob("press-4-backup-*.zip")
    since = await inspect(station, 2)
    assert station.process
    pid = station.process.pid

    incoming = f"{station.url}/api/v1/backups/incoming"
    sent(incoming, archive.read_bytes(), "application/zip")
    assert phase(incoming, {"ready", "refused"}) == "ready"
    sent(f"{incoming}/restore", b"{}", "application/json")
    assert phase(incoming, {"", "refused"}) == "", "another process, which knows of nothing"
    assert station.process.poll() is None
    assert station.process.pid == pid
    after = await inspect(station, 1)
    assert min(after) > max(since), "no number is given to two parts"
    assert len(rows(station.folder / "data")) == len(before) + len(after), "as it was when the backup was made"
    (aside,) = (station.folder / "data").glob("before-restore-*")
    assert (aside / "results.sqlite").exists()


def sent(url: str, data: bytes, kind: str) -> None:
    """As a program on this machine does it."""
    request = urllib.request.Request(url, data, {"Content-Type": kind})
    urllib.request.urlopen(request, timeout=60).close()


def phase(incoming: str, wanted: set[str]) -> str:
    """The first of `wanted` that it comes to, over a restart."""
    end = time.monotonic() + PATIENCE_S * 2
    while time.monotonic() < end:
        with suppress(OSError):
            with urllib.request.urlopen(incoming, timeout=5) as answer:
                found: str = json.load(answer)["phase"]
            if found in wanted:
                return found
        time.sleep(0.1)
    raise TimeoutError(f"it came to none of {wanted}")


def test_a_backup_is_no_burden_to_a_running_line(make_station: Callable[..., Running], tmp_path: Path) -> None:
    """While one is made after the other every part gets its result in time, and none is lost."""
    running = make_station(VISION_STORE__MIN_FREE_MB="0")
    running.wait_ready()
    running.environment |= {"VISION_STATION__DATA_FOLDER": str(running.folder / "data")}
    made = 0
    triggers = ["demo-plc", "--port", str(running.modbus), "--count", "40", "--hz", "5"]
    with subprocess.Popen(
        [sys.executable, "-m", "service.cli", *triggers],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        while demo.poll() is None:
            command(running, "backup", "--to", str(tmp_path / "archives"))
            made += 1
        assert demo.stdout
        said = demo.stdout.read()
    assert demo.returncode == 0, said
    assert made >= 1
    assert len(rows(running.folder / "data")) == 40
