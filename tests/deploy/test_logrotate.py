"""The logrotate file, by the real logrotate."""

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Running
from tests.deploy.test_logs import asked, eventually

pytestmark = pytest.mark.interop

FILE = ROOT / "deploy" / "logrotate" / "vision-inspection"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """As installed, but for this folder and this user."""
    if shutil.which("logrotate") is None:
        pytest.skip("logrotate is not installed: apt-get install logrotate")
    me, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    text = FILE.read_text()
    assert "su vision-inspection vision-inspection\n" in text
    made = text.replace("/var/log/vision-inspection", str(tmp_path / "log"))
    (tmp_path / "rules").write_text(made.replace("su vision-inspection vision-inspection", f"su {me} {group}"))
    (tmp_path / "rules").chmod(0o644)
    for folder in ("log", "log-press"):
        (tmp_path / folder).mkdir(mode=0o750)
    return tmp_path / "rules"


def logrotate(rules: Path, *options: str) -> str:
    done = subprocess.run(
        ["logrotate", "--state", str(rules.with_name("state")), *options, str(rules)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_it_is_in_order_and_finds_every_station(rules: Path) -> None:
    for name in ("log", "log-press"):
        (rules.with_name(name) / "station.log").write_text("a line\n")
    said = logrotate(rules, "--debug")
    assert "error" not in said.lower()
    assert said.count("considering log ") == 2
    assert "(14 rotations)" in said
    assert "log files >= 52428800 are rotated earlier" in said


def test_a_station_goes_on_in_a_new_file(make_station: Callable[..., Running], rules: Path) -> None:
    path = rules.with_name("log") / "station.log"
    running = make_station(VISION_LOG__FILE=str(path), VISION_LOG__ACCESS="true")
    asked(running, "station")
    eventually(lambda: "GET /api/v1/station" in path.read_text())
    logrotate(rules, "--force")
    eventually(path.exists)  # nobody logs, and the old one is let go all the same
    assert "GET /api/v1/station" in path.with_name("station.log.1").read_text()
    asked(running, "counters")
    eventually(lambda: path.exists() and "GET /api/v1/counters" in path.read_text())
    assert "GET /api/v1/station" not in path.read_text()
