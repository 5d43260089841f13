"""Gunicorn's options on a real station: what is honoured works, what is refused stops the start."""

import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Running

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]  # whole stations: a busy machine takes its time

Make = Callable[..., Running]
LIMIT_S = 60.0


def eventually(condition: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)


def ask(running: Running, path: str) -> bytes:
    with urllib.request.urlopen(running.url + path, timeout=30) as answer:
        return bytes(answer.read())


def test_logs_are_files_and_usr1_opens_them_anew_after_a_rotation(make_station: Make) -> None:
    running = make_station(start=False, GUNICORN_ACCESS_LOG_FORMAT="%(m)s %(U)s %(s)s", VISION_LOG__LEVEL="info")
    logs = {name: running.folder / f"{name}.log" for name in ("access", "error")}
    running.environment |= {"GUNICORN_ACCESSLOG": str(logs["access"]), "GUNICORN_ERRORLOG": str(logs["error"])}
    running.start()
    ask(running, "/api/v1/station?before")
    eventually(lambda: "GET /api/v1/station 200" in logs["access"].read_text())
    eventually(lambda: "serves (generation 1)" in logs["error"].read_text())
    rotated = {name: path.rename(path.with_suffix(".log.1")) for name, path in logs.items()}
    assert running.process
    running.process.send_signal(signal.SIGUSR1)
    eventually(lambda: all(path.exists() for path in logs.values()))
    (worker,), master = running.workers(), running.process.pid
    eventually(lambda: [_file_of(pid, 2) for pid in (worker, master)] == [str(logs["error"])] * 2)
    eventually(lambda: str(logs["access"]) in _files_of(worker))
    was = {name: path.read_text() for name, path in rotated.items()}
    ask(running, "/api/v1/alarms")
    eventually(lambda: "GET /api/v1/alarms 200" in logs["access"].read_text())
    running.process.send_signal(signal.SIGHUP)
    eventually(lambda: "serves (generation 2)" in logs["error"].read_text())
    assert {name: path.read_text() for name, path in rotated.items()} == was
    assert "GET /api/v1/station 200" in was["access"]
    assert "serves (generation 1)" in was["error"]
    assert running.stop() == 0


def _file_of(pid: int, descriptor: int) -> str:
    return str(Path(f"/proc/{pid}/fd/{descriptor}").readlink())


def _files_of(pid: int) -> set[str]:
    found = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(str(link.readlink()))
        except FileNotFoundError:
            continue
    return found


def test_options_of_file_variables_and_command_line_are_in_force(make_station: Make, tmp_path: Path) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text("[gunicorn]\ntimeout = 33\nkeepalive = 9\n")
    running = make_station(
        start=False, CONFIG_PATH=str(settings), GUNICORN_GRACEFUL_TIMEOUT="4", GUNICORN_KEEPALIVE="8"
    )
    running.options = ("--backlog", "77", "--print-config")
    running.launch()
    assert running.process
    assert running.process.wait(LIMIT_S) == 0, running.log
    running.process = None
    shown = dict(line.split("=", 1) for line in running.log.splitlines() if " = " in line)
    found = {name.strip(): value.strip() for name, value in shown.items()}
    expected = {"timeout": "33", "keepalive": "8", "graceful_timeout": "4", "backlog": "77", "workers": "1"}
    expected |= {"control_socket_disable": "True", "loglevel": "warning", "errorlog": "-"}
    assert found | expected == found
    assert found["bind"] == str([f"127.0.0.1:{port}" for port in (running.http, running.modbus, running.opcua)])


def test_the_pid_file_and_the_limits_of_http(make_station: Make) -> None:
    running = make_station(start=False, GUNICORN_LIMIT_REQUEST_LINE="600", GUNICORN_WORKER_CONNECTIONS="10")
    pid_file = running.folder / "station.pid"
    pid_file.write_text(f"{os.getpid()}\n")  # as after a power cut: somebody else has this number now
    running.environment["GUNICORN_PIDFILE"] = str(pid_file)
    running.start()
    assert running.process
    assert int(pid_file.read_text()) == running.process.pid
    with pytest.raises(urllib.error.HTTPError, match="400"):
        ask(running, "/" + "a" * 700)
    idle = [socket.create_connection(("127.0.0.1", running.http)) for _ in range(10)]
    try:
        eventually(lambda: status_of(running) == 503)
    finally:
        for each in idle:
            each.close()
    eventually(lambda: status_of(running) == 200)
    eventually(lambda: "10 HTTP connections are open, no more are taken ([http] max_connections)" in running.log)
    assert running.stop() == 0
    assert not pid_file.exists()


def status_of(running: Running) -> int:
    try:
        ask(running, "/healthz")
    except urllib.error.HTTPError as exc:
        return exc.code
    return 200


@pytest.mark.parametrize(
    ("environment", "options", "said"),
    [
        pytest.param(
            {"GUNICORN_MAX_REQUESTS": "100"},
            (),
            "environment: GUNICORN_MAX_REQUESTS: 100: each restart of the worker closes the camera for a while, "
            "and nothing here needs it; unset it",
            id="variable",
        ),
        pytest.param({}, ("--workers", "2"), "--workers: a station has one worker, because one process", id="option"),
        pytest.param({}, ("-b", "0.0.0.0:1"), "--bind: is http.bind and http.port here: set that, or", id="address"),
        pytest.param(
            {"GUNICORN_CMD_ARGS": "--threads 4"},
            (),
            "--threads: the worker is one event loop; vision tools",
            id="words",
        ),
    ],
)
def test_a_refused_option_stops_the_start(
    make_station: Make, environment: dict[str, str], options: tuple[str, ...], said: str
) -> None:
    running = make_station(start=False, **environment)
    running.options = options
    with pytest.raises(AssertionError, match="the station ended"):
        running.start()
    assert running.log.startswith("The station cannot start:\n  ")
    assert said in running.log
    assert running.process
    assert running.process.wait(5) == 1


def test_gunicorns_own_daemon_mode(make_station: Make) -> None:
    running = make_station(start=False, GUNICORN_DAEMON="true")
    pid_file, log = running.folder / "station.pid", running.folder / "error.log"
    running.environment |= {"GUNICORN_PIDFILE": str(pid_file), "GUNICORN_ERRORLOG": str(log)}
    running.launch()
    assert running.process
    assert running.process.wait(LIMIT_S) == 0, "who started it is let go"
    running.process = None
    eventually(lambda: log.exists() and "serves (generation 1)" in log.read_text())
    eventually(lambda: ask(running, "/healthz"))
    os.kill(int(pid_file.read_text()), signal.SIGTERM)
    eventually(lambda: not pid_file.exists())
