"""What systemd hears of a real station, and the command that its ExecReload= is."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.conftest import ROOT, Running
from tests.notify_socket import NotifySocket
from tests.patience import until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]  # whole stations: a busy machine takes its time

Make = Callable[..., Running]
QUIET = {"VISION_CAMERA__TYPE": "simulated", "VISION_STORE__MIN_FREE_MB": "0"}


@pytest.fixture
def manager() -> Iterator[NotifySocket]:
    with NotifySocket() as made:
        yield made


@pytest.fixture
def supervised(make_station: Make, manager: NotifySocket) -> Running:
    return make_station(NOTIFY_SOCKET=manager.address, WATCHDOG_USEC="2000000", **QUIET)


def reload(running: Running, *options: str, pid: int = 0) -> "subprocess.CompletedProcess[str]":
    """As ExecReload= does, but in no environment of its own: it takes the master's."""
    assert running.process
    return subprocess.run(
        [sys.executable, "-m", "service.cli", "reload", "--pid", str(pid or running.process.pid), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_from_ready_over_a_reload_to_the_end(supervised: Running, manager: NotifySocket) -> None:
    assert supervised.process
    master, (first,) = supervised.process.pid, supervised.workers()
    assert manager.until("READY").process == first, "the master says nothing before a worker serves"
    assert {told.process for told in manager.told} == {first}
    manager.until("STATUS", "Station 1: online, job 1")
    supervised.process.send_signal(signal.SIGHUP)
    assert manager.until("RELOADING").process == master
    assert int(manager.told[-1].fields["MONOTONIC_USEC"]) > 0
    assert manager.until("READY").process not in (master, first)
    supervised.process.terminate()
    assert manager.until("STOPPING").process == master
    assert supervised.process.wait(30) == 0
    assert not any("READY" in told.fields for told in manager.waiting())


def test_the_watchdog_is_fed_by_each_generation(supervised: Running, manager: NotifySocket) -> None:
    (first,) = supervised.workers()
    assert manager.until("WATCHDOG").process == first
    assert supervised.process
    supervised.process.send_signal(signal.SIGHUP)
    successor = manager.until("READY", limit_s=60).process if manager.until("RELOADING") else 0
    while manager.until("WATCHDOG").process != successor:
        pass


@pytest.mark.faults
def test_a_worker_that_stands_still_feeds_no_watchdog(supervised: Running, manager: NotifySocket) -> None:
    manager.until("WATCHDOG")
    (worker,) = supervised.workers()
    os.kill(worker, signal.SIGSTOP)
    manager.waiting()
    with pytest.raises(TimeoutError):
        manager.until("WATCHDOG", limit_s=2)
    os.kill(worker, signal.SIGCONT)
    assert manager.until("WATCHDOG").process == worker


def test_the_end_of_a_worker_is_not_the_end_of_the_service(supervised: Running, manager: NotifySocket) -> None:
    """STOPPING would make systemd kill all of it after its time limit."""
    manager.until("READY")
    (worker,) = supervised.workers()
    os.kill(worker, signal.SIGTERM)
    assert manager.until("READY").process != worker
    assert not any("STOPPING" in told.fields for told in manager.told)


def test_the_command_ends_when_the_successor_serves(supervised: Running, manager: NotifySocket) -> None:
    before = supervised.workers()
    done = reload(supervised)
    assert done.returncode == 0, done.stderr
    assert "Generation 2 serves, after" in done.stdout
    assert "recipes" in done.stdout, "the check's own words"
    now = manager.until("READY").process if manager.until("RELOADING") else 0
    assert now not in before
    supervised.wait_healthy()


def test_what_the_check_refuses_never_reaches_the_master(make_station: Make, tmp_path: Path) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text('[station]\nname = "before"\n')
    running = make_station(CONFIG_PATH=str(settings))
    before = running.workers()
    settings.write_text("[station]\nhand_over = 99\n")
    done = reload(running)
    assert done.returncode == 1
    assert "station.hand_over" in done.stderr
    assert done.stderr.endswith("Not reloaded: the check failed, see above.\nGeneration 1 goes on.\n")
    assert running.workers() == before
    assert "generation 2" not in running.log


def test_a_broken_recipe_is_said_and_stops_no_reload(make_station: Make, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config" / "recipes", tmp_path / "recipes")
    running = make_station(VISION_STATION__RECIPE_FOLDER=str(tmp_path / "recipes"), **QUIET)
    (tmp_path / "recipes" / "bracket-light" / "recipe.json").write_text("{")
    done = reload(running)
    assert (done.returncode, "bracket-light" in done.stderr) == (0, True), done.stderr
    running.wait_healthy()


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A copy of the program that a test may break."""
    for name in ("service", "protocols", "vision", "config"):
        ignored = shutil.ignore_patterns("node_modules", "__pycache__", "console")
        shutil.copytree(ROOT / name, tmp_path / "release" / name, ignore=ignored)
    (tmp_path / "release" / "service" / "console").mkdir()
    return tmp_path / "release"


def readyz(running: Running) -> Any:
    with urllib.request.urlopen(f"{running.url}/readyz", timeout=30) as answer:
        return json.load(answer)


def last_event(running: Running) -> str:
    """Of the journal of a station that has ended."""
    with closing(apsw.Connection(str(running.folder / "data" / "results.sqlite"))) as store:
        return str(next(store.execute("SELECT text FROM events ORDER BY id DESC LIMIT 1"))[0])


@pytest.mark.faults
@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        pytest.param("config/gunicorn.conf.py", "import no_such_module", "no_such_module", id="configuration"),
        pytest.param("service/judge.py", "this is no Python", "invalid syntax", id="code"),
    ],
)
def test_a_broken_release_is_refused_by_the_check(
    make_station: Make, release: Path, file: str, line: str, said: str
) -> None:
    """The first of them, given to the master by HUP, would end the whole service."""
    running = make_station(start=False, **QUIET)
    running.root = release
    running.start()
    before = running.workers()
    path = release / file
    path.write_text(f"{line}\n{path.read_text()}")
    done = reload(running)
    assert done.returncode == 1
    assert said in done.stderr
    assert running.workers() == before
    running.wait_healthy()


@pytest.mark.faults
async def test_a_successor_that_fails_is_told_with_its_reason(
    make_station: Make, manager: NotifySocket, release: Path
) -> None:
    """What no check finds: it fails only as a generation."""
    running = make_station(start=False, NOTIFY_SOCKET=manager.address, **QUIET)
    running.root = release
    running.start()
    before = running.workers()
    path = release / "service" / "app.py"
    path.write_text(path.read_text().replace("settings = load()", 'raise OSError("the camera is on fire")'))
    done = reload(running)
    assert done.returncode == 1
    assert done.stderr.endswith("Generation 2 could not start:\n  the camera is on fire\nGeneration 1 goes on.\n")
    manager.until("RELOADING")
    assert [manager.until("READY").process] == before, "the reload is over, with the old one"
    manager.until("STATUS", "the last reload failed: the camera is on fire")
    await until(lambda: running.workers() == before)  # the other one has told, and ends
    assert readyz(running)["reload"] == "the camera is on fire"
    assert running.stop() == 0
    assert last_event(running) == "stopped", "it knows an end from a reload, and Gunicorn need not kill it"


def test_what_is_no_station_is_refused(supervised: Running) -> None:
    (worker,) = supervised.workers()
    assert "is no station's master" in reload(supervised, pid=worker).stderr, "HUP would end it"
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as other:
        assert "is no station's master" in reload(supervised, pid=other.pid).stderr
        other.communicate()
    done = reload(supervised, pid=other.pid)
    assert (done.returncode, f"There is no process {other.pid}" in done.stderr) == (1, True)
    assert supervised.workers() == [worker]


def test_a_time_limit_that_passes_is_said(supervised: Running) -> None:
    done = reload(supervised, "--limit", "0.01")
    assert done.returncode == 1
    assert "No new generation serves after 0.01 s.\nGeneration 1 goes on.\n" in done.stderr
