"""Master and worker generations, on real processes."""

import contextlib
import json
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Running

pytestmark = pytest.mark.processes

Make = Callable[..., Running]
PORT_TAKEN = 701


def eventually(condition: Callable[[], object], limit_s: float = 60) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)


def reload(running: Running) -> None:
    assert running.process
    running.process.send_signal(signal.SIGHUP)


def serving(running: Running) -> bool:
    try:
        with urllib.request.urlopen(f"{running.url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_it_says_where_everything_is(station: Running) -> None:
    log = station.log
    assert f"http://127.0.0.1:{station.http}/" in log
    assert f"127.0.0.1:{station.modbus}" in log
    assert "Only this machine can connect" in log


def test_sigterm_ends_it_with_exit_code_0(station: Running) -> None:
    assert station.stop() == 0


def test_a_reload_brings_a_new_worker_and_lets_the_old_one_go(station: Running) -> None:
    before = station.workers()
    reload(station)
    eventually(lambda: len(now := station.workers()) == 1 and now != before)
    station.wait_healthy()


def test_a_reload_with_broken_settings_leaves_the_old_worker_serving(make_station: Make, tmp_path: Path) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text('[station]\nname = "before"\n')
    running = make_station(CONFIG_PATH=str(settings))
    before = running.workers()
    settings.write_text("[station]\nhand_over = 99\nnmae = 1\n")
    reload(running)
    eventually(lambda: "goes on" in running.log and running.workers() == before)
    assert serving(running)
    assert running.has_logged("station.hand_over")
    assert running.has_logged("station.nmae")
    settings.write_text('[station]\nname = "after"\n')
    reload(running)
    eventually(lambda: len(now := running.workers()) == 1 and now != before)
    running.wait_healthy()


def test_a_killed_worker_comes_back(station: Running) -> None:
    before = station.workers()
    station.kill_worker()
    eventually(lambda: station.workers() and station.workers() != before)
    station.wait_healthy()


def test_a_second_worker_is_refused(station: Running) -> None:
    before = station.workers()
    assert station.process
    station.process.send_signal(signal.SIGTTIN)
    eventually(lambda: "refused" in station.log)
    assert station.workers() == before
    assert serving(station)


def test_usr2_is_refused(station: Running) -> None:
    before = station.workers()
    assert station.process
    station.process.send_signal(signal.SIGUSR2)
    eventually(lambda: "USR2 refused" in station.log)
    eventually(lambda: station.workers() == before)
    assert serving(station)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        pytest.param({"GUNICORN_WORKERS": "2"}, "one process owns the camera", id="two workers"),
        pytest.param({"VISION_STATION__HAND_OVER": "99"}, "VISION_STATION__HAND_OVER", id="value out of range"),
        pytest.param({"CONFIG_PATH": "/nowhere/station.toml"}, "there is no such file", id="no such file"),
    ],
)
def test_what_cannot_start_says_why_and_ends(make_station: Make, environment: dict[str, str], said: str) -> None:
    running = make_station(start=False, **environment)
    with pytest.raises(AssertionError, match="the station ended"):
        running.start()
    assert said in running.log
    assert running.process
    assert running.process.wait(5) == 1


def test_without_its_http_port_it_ends_and_names_it(make_station: Make) -> None:
    running = make_station(start=False)
    with socket.create_server(("127.0.0.1", running.http)), pytest.raises(AssertionError, match="the station ended"):
        running.start()
    assert str(running.http) in running.log
    assert accepts(running.modbus) is False, "the other ports are given back"


@pytest.mark.parametrize("server", ["modbus", "opcua"])
def test_a_taken_port_is_an_alarm_until_it_is_free(make_station: Make, server: str) -> None:
    running = make_station(start=False)
    port = getattr(running, server)
    with socket.create_server(("127.0.0.1", port)):
        running.start()
        assert running.has_logged(f"{server}.port: port {port} is taken by process")
        (text,) = [alarm["text"] for alarm in asked(running, "alarms") if alarm["number"] == PORT_TAKEN]
        assert f"127.0.0.1:{port} ({server}.port)" in text
    eventually(lambda: PORT_TAKEN not in [alarm["number"] for alarm in asked(running, "alarms")])
    for _ in range(2):  # also after a reload
        eventually(lambda: accepts(port))
        before = running.workers()
        reload(running)
        eventually(lambda before=before: len(now := running.workers()) == 1 and now != before)  # type: ignore[misc]
        running.wait_healthy()


def accepts(port: int) -> bool:
    """A connection is made, and held."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as client:
            client.settimeout(0.3)
            return client.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


def asked(running: Running, path: str) -> Any:
    with urllib.request.urlopen(f"{running.url}/api/v1/{path}", timeout=60) as answer:
        return json.load(answer)


def test_two_stations_on_one_data_folder_are_refused(station: Running, make_station: Make) -> None:
    second = make_station(start=False)
    second.folder = station.folder
    second_log = station.folder.parent / "second"
    second_log.mkdir()
    (second_log / "data").symlink_to(station.folder / "data")
    second.folder = second_log
    with pytest.raises(AssertionError, match="the station ended"):
        second.start(60)
    assert "data" in second.log
    assert serving(station)


def test_a_start_that_waits_for_the_data_folder_says_so_and_can_be_stopped(
    station: Running, make_station: Make
) -> None:
    second = make_station(start=False, VISION_STATION__DATA_FOLDER=str(station.folder / "data"))
    (second.folder / "station.log").touch()
    starting = threading.Thread(target=ignoring_its_end, args=(second,))
    starting.start()
    eventually(lambda: "waiting up to" in second.log)
    assert second.has_logged("is in use by process")
    assert second.process
    second.process.terminate()
    starting.join()
    assert second.process.wait(10) == 0
    assert "Traceback" not in second.log
    assert serving(station)


def ignoring_its_end(running: Running) -> None:
    with contextlib.suppress(AssertionError):
        running.start()
