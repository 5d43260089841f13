"""The units: what systemd says of the files, and a real station that is run from them."""

import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from service.retentive import PREFIX
from tests.conftest import ROOT
from tests.deploy.installed import INSTALL_S, Installed
from tests.deploy.unit_file import UnitFile
from tests.plc_side import wired

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]  # whole stations: a busy machine takes its time

UNITS = ROOT / "deploy" / "systemd"
NAMES = ("vision-inspection.service", "vision-inspection@.service")
BACKUPS = ("vision-inspection-backup.service", "vision-inspection-backup@.service")
EXPOSURE = 2.0
CAMERA = "line-2"


def described(tmp_path: Path, name: str, *drop_ins: str) -> Path:
    """A unit with drop-ins, as one file: what is said last counts, as it does for systemd."""
    text = (UNITS / name).read_text() + "".join((UNITS / drop_in).read_text() for drop_in in drop_ins)
    for program in ("gunicorn", "vision-inspection"):  # the programs of this test's own environment
        text = text.replace(f"/opt/vision-inspection/current/.venv/bin/{program}", shutil.which("true") or "/bin/true")
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("drop_ins", [(), ("port-502.conf",), ("other-clock.conf",)])
def test_systemd_finds_nothing_wrong(tmp_path: Path, name: str, drop_ins: tuple[str, ...]) -> None:
    verify = ["systemd-analyze", "verify", "--man=no", described(tmp_path, name, *drop_ins)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", BACKUPS)
def test_systemd_takes_the_timer_and_what_it_starts(tmp_path: Path, name: str) -> None:
    timer = described(tmp_path, name.replace(".service", ".timer"))
    verify = ["systemd-analyze", "verify", "--man=no", described(tmp_path, name), timer]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", [*NAMES, *BACKUPS])
@pytest.mark.parametrize("drop_ins", [(), ("port-502.conf",)])
def test_its_exposure_stays_low(tmp_path: Path, name: str, drop_ins: tuple[str, ...]) -> None:
    file = described(tmp_path, name, *drop_ins)
    asked = ["systemd-analyze", "security", "--offline=yes", "--no-pager", file.name]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stdout
    assert float(found[1]) <= EXPOSURE


def test_the_two_units_differ_in_names_only() -> None:
    def lines(name: str, *names: tuple[str, str]) -> list[str]:
        text = (UNITS / name).read_text().split("[Unit]")[1]
        for of_template, single in names:
            text = text.replace(of_template, single)
        return text.splitlines()

    as_single = (("-%i\n", "\n"), (" %i\n", "\n"), ("/%i.toml", "/station.toml"), ("/%i.env", "/env"))
    assert lines(NAMES[1], *as_single) == lines(NAMES[0])


def test_both_can_be_enabled(tmp_path: Path) -> None:
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    for name in NAMES:
        shutil.copy(UNITS / name, units)
    for name in (NAMES[0], f"vision-inspection@{CAMERA}.service"):
        subprocess.run(["systemctl", f"--root={tmp_path}", "enable", "--quiet", name], check=True)
        assert (units / "multi-user.target.wants" / name).is_symlink()


def test_what_it_needs_to_go_on_after_anything() -> None:
    unit = UnitFile().read(UNITS / NAMES[0])
    assert unit.last("Restart") == "always"
    assert unit.last("NotifyAccess") == "all", "the worker speaks, and is not the main process"
    assert unit.last("RuntimeDirectoryPreserve") == "yes", "the retentive memory lies there"
    assert int(unit.last("WatchdogSec")) > 10 + 10, "Gunicorn's own limit, and a worker's start, come first"
    assert "CAP" not in unit.last("CapabilityBoundingSet")


async def test_a_station_from_its_unit_over_a_reload_to_the_end(installed: Callable[..., Installed]) -> None:
    station = installed()
    main = station.start()
    (first,) = station.running.workers()
    assert station.manager.told[0].process == first
    station.manager.until("WATCHDOG")
    memory = list(station.runtime.glob(f"{PREFIX}*"))
    assert len(memory) == 1, "in the unit's runtime folder"
    async with wired(station.running.modbus) as wire:
        assert (await wire.part()).number == 1
    done = station.reload()
    assert done.returncode == 0, done.stderr
    assert "Generation 2 serves" in done.stdout
    assert station.manager.until("RELOADING").process == main
    assert station.manager.until("READY").process not in (main, first)
    async with wired(station.running.modbus) as wire:
        assert (await wire.part()).number == 2
    assert station.running.stop() == 0
    assert station.manager.until("STOPPING").process == main
    assert memory[0].exists(), "kept for the next start"


@pytest.mark.faults
def test_a_reload_with_broken_settings_fails_and_changes_nothing(
    installed: Callable[..., Installed], target: Path
) -> None:
    station = installed()
    station.start()
    before = station.running.workers()
    settings = target / "etc/vision-inspection/station.toml"
    whole = settings.read_text()
    settings.write_text(whole.replace("hand_over = 2", "hand_over = 99"))
    done = station.reload()
    assert done.returncode == 1
    assert "station.hand_over" in done.stderr
    assert station.running.workers() == before
    assert not any("RELOADING" in told.fields for told in station.manager.waiting())
    settings.write_text(whole)
    assert station.reload().returncode == 0


@pytest.mark.faults
async def test_two_cameras_are_two_stations(installed: Callable[..., Installed], target: Path) -> None:
    first, second = installed(), installed(camera=CAMERA)
    for station in (first, second):
        station.start()
    for station in (first, second):
        async with wired(station.running.modbus) as wire:
            assert (await wire.part()).number == 1
    for name in ("vision-inspection", f"vision-inspection-{CAMERA}"):
        assert (target / "var/lib" / name / "token").exists(), "each has data of its own"
    second.manager.until("STATUS", f"{CAMERA}: online")


@pytest.mark.acceptance
@pytest.mark.timeout(2 * INSTALL_S)
def test_from_nothing_to_the_first_answer(installed: Callable[..., Installed], target: Path) -> None:
    """With the locked packages from the package index and a console that is built."""
    began = time.monotonic()
    station = installed()
    station.start()
    took_s = time.monotonic() - began
    print(f"installed and serving after {took_s:.0f} s")
    with urllib.request.urlopen(f"{station.running.url}/", timeout=10) as answer:
        assert b"<!doctype html" in answer.read().lower()
    assert took_s <= INSTALL_S
