"""A station does all of its work within what its unit allows, and the kernel holds it to that."""

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.deploy.confined import numbers
from tests.deploy.conftest import python_of_everybody
from tests.deploy.installed import Installed
from tests.deploy.unit_file import UnitFile, syscalls
from tests.plc_side import wired

pytestmark = pytest.mark.timeout(300)  # whole stations: a busy machine takes its time


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
    program = ["env", python_of_everybody(), "-c", f"open({str(ROOT / 'tests/deploy/confined.py')!r})"]
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


@pytest.mark.faults
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
