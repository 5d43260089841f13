"""The units: what systemd says of the files, and a real station that is run from them."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.retentive import PREFIX
from tests.conftest import ROOT, Running, free_port
from tests.deploy.confined import numbers
from tests.deploy.conftest import INSTALL_S, Install, python_of_everybody
from tests.deploy.unit_file import LOW_RUNTIME, Unit, UnitFile, syscalls
from tests.notify_socket import NotifySocket
from tests.plc_side import wired

UNITS = ROOT / "deploy" / "systemd"
NAMES = ("vision-inspection.service", "vision-inspection@.service")
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


@pytest.mark.parametrize("name", NAMES)
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


@dataclass
class Installed:
    """One installed station, and what the service manager gives it."""

    unit: Unit
    running: Running
    manager: NotifySocket
    runtime: Path
    user: int

    @property
    def variables(self) -> dict[str, str]:
        return {"NOTIFY_SOCKET": self.manager.address, "RUNTIME_DIRECTORY": str(self.runtime)}

    def start(self) -> int:
        """Its main process; ends when it says READY."""
        self.running.process = self.unit.start(self.running.folder / "station.log", **self.variables)
        self.manager.until("READY")
        self.running.wait_healthy()
        return self.running.process.pid

    def reload(self) -> "subprocess.CompletedProcess[str]":
        assert self.running.process
        return self.unit.reload(self.running.process.pid, **self.variables)


@pytest.fixture
def installed(install: Install, target: Path, tmp_path: Path) -> Iterator[Callable[..., Installed]]:
    """Install, and map what the unit names to where it was installed; ends what was started."""
    made: list[Installed] = []

    def make(camera: str = "", port_502: bool = False, modbus: int = 0) -> Installed:
        install(*(["--port-502"] if port_502 else []), *(["--camera", camera] if camera else []))
        units = target / "etc/systemd/system"
        file = UnitFile().read(units / NAMES[1 if camera else 0])
        name = f"vision-inspection{f'@{camera}' if camera else ''}.service.d"
        for drop_in in sorted((units / name).glob("*.conf")):
            file.read(drop_in)
        folder = tmp_path / f"run{len(made)}"
        folder.mkdir()
        running = Running(folder, modbus=modbus or free_port())
        _moved(target, camera or "station", running)
        runtime = Path(tempfile.mkdtemp(prefix="vision-tests-", dir=LOW_RUNTIME))
        data = target / "var/lib" / (f"vision-inspection-{camera}" if camera else "vision-inspection")
        made.append(Installed(Unit(file, target, camera), running, NotifySocket(), runtime, data.stat().st_uid))
        return made[-1]

    yield make
    for each in made:
        each.running.stop()
        each.manager.__exit__()
        shutil.rmtree(each.runtime)


def _moved(target: Path, name: str, running: Running) -> None:
    """Its settings with the paths of the test, and free ports from the file of variables."""
    settings = target / "etc/vision-inspection" / f"{name}.toml"
    settings.write_text(settings.read_text().replace('"/var/lib/', f'"{target}/var/lib/'))
    variables = settings.with_name("environment" if name == "station" else f"{name}.environment")
    servers = (("HTTP", running.http), ("MODBUS", running.modbus), ("OPCUA", running.opcua))
    variables.write_text("".join(f"VISION_{server}__PORT={port}\n" for server, port in servers))
    for path in (settings, variables):
        path.chmod(0o644)
        path.parent.chmod(0o755)


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
    assert "generation 2 serves" in done.stdout
    assert station.manager.until("RELOADING").process == main
    assert station.manager.until("READY").process not in (main, first)
    async with wired(station.running.modbus) as wire:
        assert (await wire.part()).number == 2
    assert station.running.stop() == 0
    assert station.manager.until("STOPPING").process == main
    assert memory[0].exists(), "kept for the next start"


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


def confinement(station: Installed) -> tuple[str, ...]:
    """The user, limits, capabilities and system calls of the unit, given by the kernel."""
    file = station.unit.file
    capabilities = [name.removeprefix("CAP_").lower() for name in file.last("CapabilityBoundingSet").split()]
    allowed = ",".join(["-all", *(f"+{name}" for name in capabilities)])
    return (
        *limits(file),
        "setpriv",
        *(f"--reuid={station.user}", f"--regid={station.user}", "--clear-groups", "--no-new-privs"),
        *(f"--bounding-set={allowed}", f"--inh-caps={allowed}", f"--ambient-caps={allowed}"),
        *(python_of_everybody(), str(ROOT / "tests/deploy/confined.py"), ",".join(syscalls(file))),
    )


def limits(file: UnitFile) -> tuple[str, ...]:
    """Nothing where even root may not raise them, as in many containers."""
    nice = 20 - int(file.last("LimitNICE"))
    command = ("prlimit", f"--rtprio={file.last('LimitRTPRIO')}", f"--nice={nice}", "--core=0")
    return command if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0 else ()


def readable_for(user: int) -> bool:
    become = [
        "setpriv",
        f"--reuid={user}",
        f"--regid={user}",
        "--clear-groups",
        "--inh-caps=-all",
        "--bounding-set=-all",
    ]
    program = [python_of_everybody(), "-c", f"open({str(ROOT / 'tests/deploy/confined.py')!r})"]
    return subprocess.run([*become, *program], capture_output=True, check=False).returncode == 0


def owner(process: int) -> int:
    return Path(f"/proc/{process}").stat().st_uid


def first_low_port() -> int:
    return int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())


def low_port() -> int:
    """A free one that only CAP_NET_BIND_SERVICE opens."""
    for port in range(600, 1023):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
@pytest.mark.parametrize("port_502", [False, True])
async def test_it_does_all_of_its_work_within_what_the_unit_allows(
    installed: Callable[..., Installed], port_502: bool
) -> None:
    """The confinement is the kernel's: its user, its capabilities, its limits and its system calls."""
    try:
        numbers()
    except LookupError as exc:
        pytest.skip(str(exc))
    if port_502 and first_low_port() < 1024:
        pytest.skip("ports below 1024 are open to everybody here")
    station = installed(port_502=port_502, modbus=low_port() if port_502 else 0)
    if not readable_for(station.user):
        pytest.skip(f"{python_of_everybody()} or the tests lie where no other user may read")
    os.chown(station.runtime, station.user, station.user)
    station.unit.before = confinement(station)
    station.start()
    (worker,) = station.running.workers()
    assert owner(worker) == station.user
    if limits(station.unit.file):
        assert os.sched_getscheduler(worker) & ~os.SCHED_RESET_ON_FORK == os.SCHED_RR
    else:
        print("not tried here: real-time threads by LimitRTPRIO (CAP_SYS_RESOURCE is missing)")
    async with wired(station.running.modbus) as wire:
        assert (await wire.part()).judgement == "PASS"
    done = station.reload()
    assert done.returncode == 0, done.stderr
    async with wired(station.running.modbus) as wire:
        assert (await wire.part()).number == 2
    assert station.running.stop() == 0
    refused = [line for line in station.running.log.splitlines() if "not permitted" in line or "ermission" in line]
    assert refused == []
    assert "Traceback" not in station.running.log


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
