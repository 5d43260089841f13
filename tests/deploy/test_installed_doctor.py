"""The doctor beside an installed station that runs from its unit, as its user."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.installed import Installed

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a station as its user"),
]
ELSEWHERE = ("log_rotation", "health_checks", "error_tracking", "alerts", "backup", "time")  # nothing does it here


@pytest.fixture
def station(installed: Callable[..., Installed]) -> Installed:
    """As its user, and in no group but its own."""
    made = installed()
    made.unit.before = as_user(made)
    os.chown(made.runtime, made.user, made.user)
    made.start()
    made.running.wait_ready()
    return made


def as_user(station: Installed) -> tuple[str, ...]:
    return ("setpriv", f"--reuid={station.user}", f"--regid={station.user}", "--clear-groups")


def doctor(station: Installed, target: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer; of the station's variables it is given the settings file alone."""
    program = target / "opt/vision-inspection/current/.venv/bin/vision-inspection"
    done = subprocess.run(
        [*as_user(station), str(program), "doctor", "--json", *options],
        cwd="/",
        env={
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "CONFIG_PATH": str(target / "etc/vision-inspection/station.toml"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def vouch(target: Path, *names: str) -> None:
    path = target / "etc/vision-inspection/station.toml"
    reasons = ", ".join(f'{name} = "this is a test: nobody does"' for name in names)
    path.write_text(path.read_text().replace("accepted = {}", f"accepted = {{ {reasons} }}"))


def test_it_looks_at_the_machine_and_at_the_station(station: Installed, target: Path) -> None:
    _, told = doctor(station, target)
    found = {each["name"]: each for each in told["findings"]}
    assert found["station.ready"]["verdict"] == "ok"
    assert f"127.0.0.1:{station.running.http}" in found["station"]["seen"]
    for name in ("camera", "ports.http", "ports.modbus", "ports.opcua", "permissions.data", "permissions.secrets"):
        assert found[name]["verdict"] == "ok", found[name]
    assert str(station.running.modbus) in found["ports.modbus"]["seen"], "the station's variables hold"
    assert found["disk.sync"]["seen"]
    wrong = {name for name, each in found.items() if each["verdict"] == "wrong"}
    assert wrong <= {"clock.synchronisation", "software.console", "disk.kind"}, "this machine's, not the station's"


def test_the_checklist_is_open_until_the_last_point_is_closed(station: Installed, target: Path) -> None:
    code, told = doctor(station, target, "--production")
    states = {each["name"]: each["state"] for each in told["points"]}
    assert code == 1
    assert {name for name, state in states.items() if state == "open"} <= set(ELSEWHERE), told
    assert {states[name] for name in ("secrets", "user", "file_modes", "firewall", "tls", "cors")} == {"done"}
    vouch(target, *ELSEWHERE)
    code, told = doctor(station, target, "--production")
    assert (code, told["open"]) == (0, 0), told
    token = target / "var/lib/vision-inspection/session.secret"
    token.chmod(0o644)
    code, told = doctor(station, target, "--production")
    assert (code, [each["name"] for each in told["points"] if each["state"] == "open"]) == (1, ["secrets"])
