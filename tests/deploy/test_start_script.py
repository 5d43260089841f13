"""The start script with a real station: start, status, reload, stop, and what each says when it cannot."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from service.retentive import memory_path
from service.settings import runtime_folder
from tests.conftest import ROOT, free_port

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]  # whole stations: a busy machine takes its time

SCRIPT = "deploy/start_production.sh"
LIMIT_S = 90.0
Done = "subprocess.CompletedProcess[str]"


@pytest.fixture(scope="module")
def release() -> Iterator[Path]:
    """A checkout with an environment that is whole; its programs are this environment's."""
    folder = Path(tempfile.mkdtemp(prefix="release "))
    for name in ("deploy", "config"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    leave = shutil.ignore_patterns("node_modules", "dist", "__pycache__")
    for name in ("service", "protocols", "vision"):
        shutil.copytree(ROOT / name, folder / name, ignore=leave)
    built = folder / "service" / "console" / "dist" / "index.html"
    built.parent.mkdir()
    built.write_text("<!doctype html>")
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "gunicorn"):
        program = Path(sys.executable).with_name(name) if name != "python" else sys.executable
        (programs / name).write_text(f'#!/bin/sh\nexec "{program}" "$@"\n')
        (programs / name).chmod(0o755)
    mark = (
        '. deploy/environment.sh; printf %s "$(lock_mark deploy/requirements.lock)" >.venv/.made-lock; '
        'printf %s "$(project_mark)" >.venv/.made-project'
    )
    subprocess.run(["bash", "-euc", mark], cwd=folder, check=True)
    yield folder
    shutil.rmtree(folder)


@dataclass
class Scripted:
    """One station, and the script to handle it from another folder."""

    release: Path
    folder: Path
    variables: dict[str, str]
    url: str
    masters: list[int] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def call(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(self.release / SCRIPT), *words],
            cwd=self.folder,
            env=self.variables | variables,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture
def scripted(release: Path, tmp_path: Path) -> Iterator[Scripted]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VISION_", "GUNICORN_", "CONFIG_", "PYTHON"))
    }
    ports = {name: free_port() for name in ("http", "modbus", "opcua")}
    settings = [f"[{name}]\nport = {port}\n" for name, port in ports.items()]
    (tmp_path / "line1.toml").write_text(f'[station]\ndata_folder = "{tmp_path / "data"}"\n{"".join(settings)}')
    made = Scripted(release, tmp_path, inherited, f"http://127.0.0.1:{ports['http']}")
    yield made
    made.call("--config", "line1.toml", "stop")
    memory_path(made.data, runtime_folder()).unlink(missing_ok=True)


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)


@pytest.mark.faults
def test_a_station_in_the_background_from_start_to_stop(scripted: Scripted) -> None:
    config = ("--config", "line1.toml")
    done = scripted.call("status", *config)
    assert (done.returncode, done.stdout) == (3, "The station is not running.\n")

    done = scripted.call(*config, "--daemon", "--pid", "line1.pid", "--log-level", "debug")
    assert done.returncode == 0, done.stderr
    assert scripted.serves(), "it says so when it serves, not before"
    pid = int((scripted.folder / "line1.pid").read_text())
    assert f"The station runs: process {pid}.\n" in done.stdout
    assert f"  console    {scripted.url}/\n" in done.stdout
    assert "  every part is ready\n" in done.stdout
    assert f"  log        {scripted.data / 'station.log'}\n" in done.stdout
    assert "DEBUG" in (scripted.data / "station.log").read_text()
    assert os.getsid(pid) == pid, "no terminal ends it"

    done = scripted.call(*config, "--daemon")
    assert (done.returncode, done.stderr) == (1, f"The station runs already: process {pid}.\n")

    done = scripted.call(*config, "reload")
    assert done.returncode == 0, done.stderr
    assert "Generation 2 serves, after " in done.stdout
    until(lambda: "every part is ready" in scripted.call("status", *config).stdout)  # the camera opens anew
    by_pid_file = scripted.call("status", "--pid", "line1.pid")
    assert by_pid_file.returncode == 0
    assert by_pid_file.stdout == scripted.call("status", *config).stdout
    assert f"  generation 2 (process {_child(pid)}) took over on " in by_pid_file.stdout

    done = scripted.call(*config, "stop")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"The station has stopped (process {pid}, " in done.stdout
    assert (
        not Path(f"/proc/{pid}").exists() or Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    )
    assert not scripted.serves()
    assert scripted.call(*config, "stop").returncode == 0
    assert scripted.call(*config, "reload").returncode == 3


def _child(pid: int) -> int:
    """Its one worker; the one before may still be on its way out."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    until(lambda: len(children.read_text().split()) == 1)
    return int(children.read_text())


@pytest.mark.faults
def test_in_the_foreground_it_is_gunicorns_master_and_reload_says_why_not(scripted: Scripted) -> None:
    settings = scripted.folder / "line1.toml"
    with (scripted.folder / "log").open("w") as log:
        process = subprocess.Popen(
            [str(scripted.release / SCRIPT), "--config=line1.toml", "--workers=1"],
            cwd=scripted.folder,
            env=scripted.variables,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        until(lambda: process.poll() is not None or scripted.serves())
        assert process.poll() is None, (scripted.folder / "log").read_text()
        assert b"service.app:factory" in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        worker = _child(process.pid)

        was = settings.read_text()
        settings.write_text(was + "[live]\nfps = 99\n")
        done = scripted.call("reload", "--config", "line1.toml")
        assert done.returncode == 1
        assert "live.fps: must be a number, above 0 to 60; found 99" in done.stderr
        assert done.stderr.endswith("Not reloaded: the check failed, see above.\nGeneration 1 goes on.\n")
        assert _child(process.pid) == worker, "nothing happened to it"

        settings.write_text(was)
        broken = scripted.release / "service" / "app.py"
        text = broken.read_text()
        broken.write_text(text.replace("settings = load()", 'raise RuntimeError("half a release")'))
        try:
            done = scripted.call("reload", "--config", "line1.toml")
        finally:
            broken.write_text(text)
        assert done.returncode == 1
        assert "Generation 2 could not start:\n  half a release\nGeneration 1 goes on.\n" in done.stderr
        assert scripted.serves()
        assert (
            "generation 2 could not start:\n    half a release\n"
            in scripted.call("status", "--config", "line1.toml").stdout
        )

        assert scripted.call("reload", "--config", "line1.toml").returncode == 0
        assert _child(process.pid) != worker
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--workers", "2"), "GUNICORN_WORKERS: 2: a station has one worker, because one process owns the camera"),
        (("--bind", "192.0.2.1:5000"), "station.bind: 192.0.2.1 is no address of this machine"),
        (
            ("--bind", "127.0.0.1:70000"),
            'VISION_HTTP__PORT: http.port: must be a whole number, 1 to 65535; found "70000"',
        ),
        (("--log-level", "loud"), "VISION_LOG__LEVEL: log.level: must be one of"),
        (("--config", "absent.toml"), "/absent.toml: there is no such file"),
    ],
)
@pytest.mark.parametrize("daemon", [False, True])
def test_what_is_wrong_is_said_before_anything_starts(
    scripted: Scripted, words: tuple[str, ...], said: str, daemon: bool
) -> None:
    done = scripted.call("--config", "line1.toml", *words, *(["--daemon"] if daemon else []))
    assert done.returncode == 1
    assert said in done.stderr
    assert ("Not started: the check failed" if daemon else "The station cannot start:") in done.stderr
    assert not scripted.serves()


@pytest.mark.parametrize(
    ("bind", "address", "port"),
    [
        ("0.0.0.0", "0.0.0.0", None),
        ("127.0.0.1:5000", "127.0.0.1", "5000"),
        ("localhost:80", "localhost", "80"),
        ("::1", "::1", None),
        ("[::1]", "::1", None),
        ("[::1]:5000", "::1", "5000"),
    ],
)
def test_bind_takes_an_address_with_and_without_the_port_of_http(
    release: Path, tmp_path: Path, bind: str, address: str, port: str | None
) -> None:
    """A stand-in for Gunicorn says what it would have been given."""
    gunicorn = release / ".venv" / "bin" / "gunicorn"
    real = gunicorn.read_text()
    gunicorn.write_text('#!/bin/sh\necho "$VISION_STATION__BIND ${VISION_HTTP__PORT-} $*"\n')
    try:
        variables = {name: value for name, value in os.environ.items() if not name.startswith("VISION_")}
        done = subprocess.run(
            [str(release / SCRIPT), "--bind", bind],
            env=variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    finally:
        gunicorn.write_text(real)
    assert done.stdout == f"{address} {port or ''} -c config/gunicorn.conf.py service.app:factory\n"


@pytest.mark.faults
def test_a_start_in_the_background_that_fails_shows_what_it_said(scripted: Scripted) -> None:
    scripted.data.write_text("a file where the folder should be")
    other = scripted.folder / "station.log"
    done = scripted.call("--config", "line1.toml", "--daemon", GUNICORN_ERRORLOG=str(other))
    assert done.returncode == 1
    assert "The station has not started; it said:\n" in done.stderr
    assert str(scripted.data) in done.stderr
    assert not scripted.serves()
