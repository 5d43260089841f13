"""The installer, below a folder of the test's; nothing of the machine is touched."""

import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from service.auth.token import load_session_secret
from tests.conftest import ROOT
from tests.deploy.conftest import Install, python_of_everybody

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]  # whole stations: a busy machine takes its time

NAME = "vision-inspection"
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give folders to another user")


def settings(target: Path, name: str = "station") -> dict[str, Any]:
    return tomllib.loads((target / "etc" / NAME / f"{name}.toml").read_text())


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything but links: when it was changed, and its content."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_what_it_installs_and_says(install: Install, target: Path) -> None:
    said = install().stderr
    release = (target / "opt" / NAME / "current").resolve()
    assert release.parent == target / "opt" / NAME / "releases"
    assert release.name == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert (target / "opt" / NAME / "current").readlink() == Path("releases", release.name), "no matter where below"
    assert (release / "config" / "gunicorn.conf.py").exists()
    station = settings(target)["station"]
    assert station["data_folder"] == f"/var/lib/{NAME}"
    assert station["recipe_folder"] == f"/var/lib/{NAME}/recipes"
    assert (target / "var" / "lib" / NAME / "recipes" / "bracket" / "recipe.json").exists()
    assert f"/var/log/{NAME}*/*.log" in (target / "etc" / "logrotate.d" / NAME).read_text()
    assert f"{NAME} is installed: release 0." in said
    assert "http://127.0.0.1:5000/" in said
    assert "only this machine can connect" in said
    assert f"Left out: starting {NAME} (installed below {target})" in said


def test_the_session_secret_is_made_once_and_the_stations_alone(install: Install, target: Path) -> None:
    install()
    path = target / "var/lib" / NAME / "session.secret"
    secret = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_uid == path.parent.stat().st_uid
    assert load_session_secret(path.parent) == secret.strip()
    install()
    assert path.read_text() == secret


def test_the_unit_is_enabled(install: Install, target: Path) -> None:
    install()
    asked = ["systemctl", f"--root={target}", "is-enabled", f"{NAME}.service", f"{NAME}-backup.timer"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "enabled\nenabled\n"
    assert settings(target)["backup"]["every_h"] == 24


def test_once_more_changes_nothing(install: Install, target: Path) -> None:
    install("--bind", "0.0.0.0")
    file = target / "etc" / NAME / "station.toml"
    file.write_text(file.read_text() + "# by hand\n")
    (target / "var" / "lib" / NAME / "recipes" / "bracket" / "recipe.json").write_text("mine")
    (target / "etc" / "logrotate.d" / NAME).write_text("# other rules\n")
    before = tree(target)
    said = install().stderr
    after = tree(target)
    rewritten = {"etc/sysusers.d", "etc/systemd", "usr/local"}
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert {name for name in changed if not name.startswith(tuple(rewritten))} == set()
    assert all(before[name][1] == after[name][1] for name in changed)
    assert "Keeping the settings" in said


def test_another_content_is_another_release_and_the_old_one_stays(
    install: Install, checkout: Path, target: Path
) -> None:
    install()
    first = (target / "opt" / NAME / "current").resolve()
    before = tree(first)
    (checkout / "service" / "where.py").write_text("changed = True\n" + (checkout / "service" / "where.py").read_text())
    install()
    second = (target / "opt" / NAME / "current").resolve()
    assert second != first
    assert second.name.startswith(f"{first.name}+")
    assert tree(first) == before
    assert (second / "service" / "where.py").read_text().startswith("changed = True")


def test_an_environment_that_cannot_be_made_leaves_the_release_that_runs(
    install: Install, checkout: Path, target: Path
) -> None:
    install()
    first = (target / "opt" / NAME / "current").resolve()
    script = checkout / "deploy" / "environment.sh"
    script.write_text(f"{script.read_text()}make_environment() {{ say 'no network'; return 1; }}\n")
    said = install(succeeds=False)
    assert (said.returncode, "no network" in said.stderr) == (1, True)
    assert (target / "opt" / NAME / "current").resolve() == first


def test_the_first_addresses_and_what_a_firewall_must_let_through(install: Install, target: Path) -> None:
    said = install("--bind", "0.0.0.0").stderr
    assert settings(target)["station"]["bind"] == "0.0.0.0"
    assert "reachable from other machines" in said
    for port in (5000, 5020, 4840):
        assert f"ufw allow {port}/tcp" in said
    assert "dport '{ 5000, 5020, 4840 }' accept" in said
    assert f"/var/lib/{NAME}/setup.code" in said
    assert f"token for programs: /var/lib/{NAME}/token" in said


def test_a_station_for_each_camera_has_ports_and_folders_of_its_own(install: Install, target: Path) -> None:
    install()
    for name in ("line-2", "line-3"):
        said = install("--camera", name).stderr
        assert f"{NAME}@{name} is installed" in said
        assert settings(target, name)["station"]["data_folder"] == f"/var/lib/{NAME}-{name}"
        assert settings(target, name)["station"]["name"] == name
        assert (target / "var" / "lib" / f"{NAME}-{name}" / "recipes" / "bracket").is_dir()
        wanted = target / "etc/systemd/system/multi-user.target.wants" / f"{NAME}@{name}.service"
        assert wanted.is_symlink()
    names = ("station", "line-2", "line-3")
    ports = [settings(target, name)[server]["port"] for name in names for server in ("http", "modbus", "opcua")]
    assert len(set(ports)) == len(ports)


def test_port_502_is_a_setting_and_one_capability_of_that_station(install: Install, target: Path) -> None:
    install("--port-502")
    install("--camera", "line-2")
    assert settings(target)["modbus"]["port"] == 502
    assert settings(target, "line-2")["modbus"]["port"] != 502
    units = target / "etc" / "systemd" / "system"
    assert "CAP_NET_BIND_SERVICE" in (units / f"{NAME}.service.d" / "port-502.conf").read_text()
    assert not (units / f"{NAME}@line-2.service.d").exists()


@pytest.mark.parametrize("package", ["chrony", "linuxptp"])
def test_where_another_program_keeps_the_clock_the_kernel_may_be_asked(
    install: Install, target: Path, package: str
) -> None:
    packages = target / "var" / "lib" / "dpkg"
    packages.mkdir(parents=True)
    (packages / "status").write_text(f"Package: {package}\nStatus: install ok installed\nVersion: 4\n\n")
    install()
    assert (target / f"etc/systemd/system/{NAME}.service.d/other-clock.conf").exists()


@AS_ROOT
def test_only_the_station_reads_its_settings_and_writes_its_data(install: Install, target: Path) -> None:
    install()
    user = next(line for line in (target / "etc/passwd").read_text().splitlines() if line.startswith(f"{NAME}:"))
    number = int(user.split(":")[2])
    for folder in ("var/lib", "var/log"):
        made = (target / folder / NAME).stat()
        assert (made.st_uid, made.st_mode & 0o777) == (number, 0o750)
    file = (target / "etc" / NAME / "station.toml").stat()
    assert (file.st_uid, file.st_mode & 0o777) == (0, 0o640)
    assert file.st_gid == (target / "var/lib" / NAME).stat().st_gid
    group = next(line for line in (target / "etc/group").read_text().splitlines() if line.startswith("video:"))
    assert NAME in group.split(":")[3]
    release = (target / "opt" / NAME / "current").resolve()
    assert not [path for path in release.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o022]
    recipe = target / "var/lib" / NAME / "recipes/bracket/recipe.json"
    assert recipe.stat().st_uid == number


@AS_ROOT
def test_a_python_that_is_closed_to_the_stations_user_is_said(install: Install, tmp_path: Path) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    (closed / "python3").symlink_to(python_of_everybody())
    said = install(PYTHON=str(closed / "python3")).stderr
    assert f"Other users may not run {closed}/python3" in said
    assert "PYTHON=/usr/bin/python3 deploy/install.sh" in said


@AS_ROOT
def test_the_command_is_the_installed_stations(install: Install, target: Path, tmp_path: Path) -> None:
    """Run as the station's user, who exists below the target only."""
    install("--port-502")
    user = (target / "var/lib" / NAME).stat()
    command = tmp_path / NAME
    text = (target / "usr/local/bin" / NAME).read_text()
    command.write_text(text.replace("/opt/", f"{target}/opt/").replace("/etc/", f"{target}/etc/"))
    become = ["setpriv", f"--reuid={user.st_uid}", f"--regid={user.st_gid}", "--clear-groups"]
    asked = [*become, "sh", "-s", "tags", "--format", "csv"]
    done = subprocess.run(asked, input=command.read_text(), capture_output=True, text=True, check=True, cwd="/")
    assert "TriggerSeq" in done.stdout
    file = target / "etc" / NAME / "station.toml"
    file.write_text(file.read_text().replace("hand_over = 2", "hand_over = 99"))
    done = subprocess.run(asked, input=command.read_text(), capture_output=True, text=True, check=False, cwd="/")
    assert (done.returncode, "station.hand_over" in done.stderr) == (1, True)


def test_uninstalling_keeps_settings_data_and_logs(install: Install, target: Path) -> None:
    install("--port-502")
    install("--camera", "line-2")
    kept = ("etc/vision-inspection", "var/lib", "var/log")
    before = {name: tree(target / name) for name in kept}
    said = install("--uninstall").stderr
    assert {name: tree(target / name) for name in kept} == before
    left = [str(path.relative_to(target)) for path in target.rglob("*") if NAME in path.name]
    own = {"etc/vision-inspection", *(f"var/{of}/{NAME}{name}" for of in ("lib", "log") for name in ("", "-line-2"))}
    assert set(left) == own
    for name in own:
        assert str(target / name) in said
    install()
    assert settings(target)["modbus"]["port"] == 502, "as it was left"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--bimd", "0.0.0.0"], "unknown option --bimd", id="unknown option"),
        pytest.param(["--bind"], "--bind needs a value", id="no value"),
        pytest.param(["--bind", 'x"; rm'], "is no address", id="no address"),
        pytest.param(["--camera", "../etc"], "a name is small letters", id="name leads elsewhere"),
        pytest.param(["--camera", "station"], 'not "station"', id="the first station's name"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_done(
    install: Install, target: Path, options: list[str], said: str
) -> None:
    done = install(*options, succeeds=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert list(target.iterdir()) == []


def test_help_says_what_it_does_in_80_columns(checkout: Path) -> None:
    done = subprocess.run([checkout / "deploy/install.sh", "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage: deploy/install.sh [" in done.stdout
    assert "#" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
