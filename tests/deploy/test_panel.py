"""A screen at the machine: what is installed for it, and what its script starts."""

import os
import shutil
import socket
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.deploy.conftest import Install

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]  # the installer copies a release

NAME = "vision-inspection-panel"
UNIT = ROOT / "deploy" / "panel" / f"{NAME}.service"
SHOW = ROOT / "deploy" / "panel" / "show.sh"


def test_systemd_finds_nothing_wrong_with_its_unit(tmp_path: Path) -> None:
    text = UNIT.read_text()
    assert "/usr/bin/cage" in text
    path = tmp_path / UNIT.name
    path.write_text(text.replace("/usr/bin/cage", shutil.which("true") or "/bin/true"))
    verify = ["systemd-analyze", "verify", "--man=no", path]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_it_is_installed_only_where_it_is_asked_for_and_goes_with_the_program(install: Install, target: Path) -> None:
    install()
    units, defaults = target / "etc/systemd/system", target / "etc/default" / NAME
    assert not (units / f"{NAME}.service").exists()
    said = install("--panel").stderr
    assert "Left out: cage, chromium and fonts-inter" in said
    port = tomllib.loads((target / "etc/vision-inspection/station.toml").read_text())["http"]["port"]
    assert defaults.read_text() == f"PANEL_URL=http://127.0.0.1:{port}/#/run?kiosk=1\n"
    asked = ["systemctl", f"--root={target}", "is-enabled", f"{NAME}.service"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "enabled\n"
    if os.geteuid() == 0:
        assert "vision-panel:" in (target / "etc/passwd").read_text()
    defaults.write_text("PANEL_URL=http://10.0.0.7:5000/#/run\n")
    install("--panel")
    assert "10.0.0.7" in defaults.read_text()
    install("--uninstall")
    assert not (units / f"{NAME}.service").exists()
    assert not list((units / "multi-user.target.wants").glob(f"{NAME}*"))
    assert not defaults.exists()


def test_the_browser_starts_once_the_station_answers(tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    browser.chmod(0o755)
    with socket.socket() as station:
        station.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{station.getsockname()[1]}/#/run?kiosk=1"
        environment = os.environ | {
            "PANEL_URL": address,
            "PANEL_BROWSER": str(browser),
            "STATE_DIRECTORY": str(tmp_path),
        }
        show = subprocess.Popen(["bash", SHOW], env=environment, stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            show.wait(0.3)  # nobody listens yet
        station.listen()
        said, _ = show.communicate(timeout=60)
    assert show.returncode == 0
    assert said.splitlines()[-1] == address
    assert "--kiosk" in said
    assert f"--user-data-dir={tmp_path}/profile" in said
