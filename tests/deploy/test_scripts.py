"""The start script where it cannot go on: what it says, its exit code, and that it spoils nothing."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

NOBODY = 65534
OLD = "print('the old one runs')\n"
Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def checkout() -> Iterator[Path]:
    """What the scripts read of the project, in a folder whose name has a space and that every user may enter."""
    outer = Path(tempfile.mkdtemp(prefix="station "))
    outer.chmod(0o755)
    folder = outer / "my checkout"
    for name in ("deploy", "config"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "service" / "console").mkdir(parents=True)
    for name in ("pyproject.toml", "service/console/package.json"):
        shutil.copy(ROOT / name, folder / name)
    yield folder
    shutil.rmtree(outer)


@pytest.fixture
def call(checkout: Path) -> Call:
    """Run a command in the checkout, where no package index is reached."""

    def call(*command: str, as_nobody: bool = False, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*(dropped() if as_nobody else ()), *command],
            cwd=checkout,
            env=offline() | variables,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return call


def offline() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "VISION_"))}
    nowhere = "http://127.0.0.1:9/simple"
    return inherited | {
        "PIP_INDEX_URL": nowhere,
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
        "PYTHON": sys.executable,
    }


def dropped() -> list[str]:
    """Words before a command that make it an ordinary user's."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def sourced(command: str) -> tuple[str, ...]:
    return ("bash", "-c", f"set -euo pipefail; . deploy/environment.sh; {command}")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--bimd", "0.0.0.0"], "unknown option --bimd", id="unknown option"),
        pytest.param(["--bind"], "--bind needs an address", id="no address"),
        pytest.param(["--bind="], "--bind needs an address", id="empty address"),
        pytest.param(["--config", "gunicorn.conf.py"], "--config is for the station's settings", id="Gunicorn's file"),
        pytest.param(["stop", "reload"], "one command, not stop and reload", id="two commands"),
        pytest.param(["status", "--daemon"], "--daemon is for start", id="not for this command"),
        pytest.param(["--workers"], "the number is 1", id="no number"),
    ],
)
def test_a_wrong_option_is_said_with_the_usage(call: Call, checkout: Path, options: list[str], said: str) -> None:
    done = call("deploy/start_production.sh", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "usage: deploy/start_production.sh [start|status|reload|stop]" in done.stderr
    assert not list(checkout.glob(".venv*"))


@pytest.mark.parametrize("name", ["start_production.sh", "run_tests.sh"])
def test_help_says_what_it_does_in_80_columns(call: Call, name: str) -> None:
    done = call(f"deploy/{name}", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"usage: deploy/{name} [" in done.stdout
    assert "#" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_missing_package_is_named_in_one_line_that_runs(call: Call) -> None:
    done = call(*sourced("debian dash no-such-package-as-this || exit"), as_nobody=True)
    assert done.returncode == 3
    line = done.stderr.splitlines()[-1].strip()
    assert line.endswith("apt-get install -y --no-install-recommends no-such-package-as-this")
    assert "dash" not in line
    assert subprocess.run(["bash", "-n", "-c", line], check=False).returncode == 0


def test_a_python_of_another_name_is_found_behind_an_unsuitable_one(call: Call, tmp_path: Path) -> None:
    script(tmp_path / "python3", f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; sys.exit(1)"\n')
    for name in ("python3.13", "python3.12"):
        script(tmp_path / name, "#!/bin/sh\nexit 1\n")
    found = script(tmp_path / "python3.11", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    done = call(*sourced("find_python"), PATH=f"{tmp_path}:{os.environ['PATH']}", PYTHON="")
    assert (done.returncode, done.stdout) == (0, str(found))


def test_a_python_that_is_named_and_does_not_suit_is_refused(call: Call) -> None:
    done = call("deploy/start_production.sh", PYTHON="/bin/false")
    assert done.returncode == 1
    assert "PYTHON=/bin/false is no Python 3.11" in done.stderr


def test_a_read_only_checkout_is_said(call: Call, checkout: Path) -> None:
    checkout.chmod(0o555)
    done = call("deploy/start_production.sh", as_nobody=True)
    assert done.returncode == 1
    assert f"cannot write to {checkout}" in done.stderr
    assert "virtual environment" not in done.stderr


def test_without_a_package_index_the_old_environment_stays(call: Call, checkout: Path) -> None:
    old = script(checkout / ".venv" / "bin" / "python", OLD)
    done = call("deploy/start_production.sh")
    assert done.returncode == 1
    assert "could not install the packages of deploy/requirements.lock" in done.stderr
    assert "Python package index" in done.stderr
    assert "The environment that was there is as it was." in done.stderr
    assert old.read_text() == OLD


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_it_and_leaves_the_old_environment(
    checkout: Path, tmp_path: Path, number: signal.Signals
) -> None:
    old = script(checkout / ".venv" / "bin" / "python", OLD)
    venv = f'case "$1" in -m) touch "{tmp_path}/waits"; exec sleep 60 ;; esac\n'
    slow = script(tmp_path / "python", f'#!/bin/sh\n{venv}exec "{sys.executable}" "$@"\n')
    process = subprocess.Popen(
        ["deploy/start_production.sh"],
        cwd=checkout,
        env=offline() | {"PYTHON": str(slow)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 60
    while not (tmp_path / "waits").exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    os.killpg(process.pid, number)  # as a terminal does with Ctrl-C
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said
    assert old.read_text() == OLD


def test_a_new_environment_takes_the_place_of_the_old_one_with_its_scripts(call: Call, checkout: Path) -> None:
    script(checkout / ".venv" / "bin" / "python", OLD)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv.new"], cwd=checkout, check=True)
    python = f"{checkout}/.venv.new/bin/python"
    script(
        checkout / ".venv.new" / "bin" / "tool",
        f"#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\nprint('new')\n",
    )
    assert call(*sourced("rename_new")).returncode == 0
    done = call(".venv/bin/tool")
    assert (done.returncode, done.stdout) == (0, "new\n"), done.stderr
    assert [path.name for path in checkout.glob(".venv*")] == [".venv"]
    assert ".venv.new" not in (checkout / ".venv" / "bin" / "activate").read_text()


def test_an_environment_is_whole_only_for_this_lock_in_this_folder(call: Call, checkout: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv"], cwd=checkout, check=True)
    script(checkout / "service" / "console" / "dist" / "index.html", "")
    lock, project = '"$(lock_mark deploy/requirements.lock)"', '"$(project_mark)"'
    mark = f"printf %s {lock} >.venv/.made-lock; printf %s {project} >.venv/.made-project"
    is_made = f"made {lock} {project}"
    assert call(*sourced(is_made)).returncode == 1, "half-made: without marks"
    assert call(*sourced(f"{mark}; {is_made}")).returncode == 0
    moved = checkout.rename(checkout.with_name("moved"))
    assert subprocess.run(sourced(is_made), cwd=moved, check=False).returncode == 1, "its scripts name the old folder"
    checkout = moved.rename(checkout)
    (checkout / "deploy" / "requirements.lock").write_text("another==1\n")
    assert call(*sourced(is_made)).returncode == 1, "an outdated lock"
