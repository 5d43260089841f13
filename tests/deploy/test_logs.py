"""The log of real processes: Gunicorn's master, its workers and every library write in one way."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import ROOT, Running
from tests.service.logs.test_formats import from_journal

Make = Callable[..., Running]
pytestmark = pytest.mark.processes


def eventually(condition: Callable[[], object], limit_s: float = 60) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)


def lines(text: str) -> list[dict[str, Any]]:
    """Of JSON; the welcome of the start is for people and no part of the log."""
    whole, _, _ = text.rpartition("\n")
    return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]


def said(text: str) -> list[str]:
    return [line["message"] for line in lines(text)]


def asked(running: Running, path: str, **body: Any) -> Any:
    data = json.dumps(body).encode() if body else None
    headers = {"Content-Type": "application/json"} if body else {}
    request = urllib.request.Request(f"{running.url}/api/v1/{path}", data, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def counted(running: Running, name: str, **labels: str) -> float:
    """Of the log, as /metrics has it."""
    with urllib.request.urlopen(f"{running.url}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    (found,) = [s.value for s in samples if (s.name, s.labels) == (f"vision_log_{name}_total", labels)]
    return float(found)


def missing(running: Running) -> dict[str, float]:
    return {reason: counted(running, "missing_lines", reason=reason) for reason in ("suppressed", "dropped", "lost")}


def test_master_and_workers_write_json_into_one_file(make_station: Make, tmp_path: Path) -> None:
    path = tmp_path / "station.log"
    running = make_station(
        VISION_LOG__FORMAT="json", VISION_LOG__FILE=str(path), VISION_LOG__ACCESS="true", VISION_STATION__NAME="Hall 2"
    )
    asked(running, "station")
    assert running.process
    running.process.send_signal(signal.SIGTTIN)  # the master refuses in a line of its own
    eventually(lambda: "GET /api/v1/station 200" in path.read_text() and "one worker" in path.read_text())
    text = path.read_text()
    found = lines(text)
    assert len(found) == text.count("\n")
    by_logger = {line["logger"]: line for line in found}
    assert by_logger["gunicorn.error"]["station"] == "Hall 2"
    assert "generation" not in by_logger["gunicorn.error"]
    assert by_logger["gunicorn.error"]["file"].endswith("config/gunicorn.conf.py")
    assert by_logger["service.app"]["generation"] == 1
    assert by_logger["service.access"]["status"] == 200
    assert lines(running.log) == [], "nothing on standard error"
    ours = [line for line in found if "generation" in line and line["level"] == "info"]
    assert counted(running, "lines", level="info") >= len(ours) > 1
    assert missing(running) == {"suppressed": 0, "dropped": 0, "lost": 0}


def test_a_disk_that_takes_no_line_is_counted(make_station: Make) -> None:
    """And that is all: the station runs."""
    running = make_station(VISION_LOG__FILE="/dev/full", VISION_LOG__ACCESS="true")
    asked(running, "station")
    eventually(lambda: missing(running)["lost"] >= 2)
    assert counted(running, "lines", level="info") == 0
    assert missing(running)["dropped"] == 0
    assert asked(running, "log")["lost"] >= 2
    assert running.stop() == 0


def test_a_rotated_file_is_left_and_a_reload_takes_another_format(make_station: Make, tmp_path: Path) -> None:
    """Also by the master, which is the same process all the while."""
    path, settings = tmp_path / "station.log", tmp_path / "station.toml"
    settings.write_text(f'[log]\nfile = "{path}"\n')
    running = make_station(CONFIG_PATH=str(settings))
    path.rename(tmp_path / "station.log.1")
    assert running.process
    running.process.send_signal(signal.SIGUSR1)  # what others need it for is no harm
    running.process.send_signal(signal.SIGTTIN)
    eventually(lambda: path.exists() and "one worker" in path.read_text())
    assert " ERROR gunicorn.error: " in path.read_text()
    settings.write_text(f'[log]\nfile = "{path}"\nformat = "json"\n')
    before = running.workers()
    running.process.send_signal(signal.SIGHUP)
    eventually(lambda: len(now := running.workers()) == 1 and now != before)
    running.wait_healthy()
    running.process.send_signal(signal.SIGTTIN)
    eventually(lambda: any("one worker" in text for text in said(path.read_text())))
    eventually(lambda: "serves (generation 2)" in "".join(said(path.read_text())))


def test_a_broken_reload_is_said_in_the_log_that_is_in_force(make_station: Make, tmp_path: Path) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text('[log]\nformat = "json"\n')
    running = make_station(CONFIG_PATH=str(settings))
    settings.write_text("[station]\nhand_over = 99\nnmae = 1\n")
    assert running.process
    running.process.send_signal(signal.SIGHUP)
    eventually(lambda: any("goes on" in text for text in said(running.log)))
    (why,) = [line for line in lines(running.log) if "cannot start" in line["message"]]
    assert "station.hand_over" in why["message"]
    assert "station.nmae" in why["message"]
    assert why["logger"] == "gunicorn.error"


def test_a_level_is_changed_while_it_runs_and_ends_with_a_reload(make_station: Make) -> None:
    running = make_station(VISION_LOG__FORMAT="json")
    assert "log" not in [event["kind"] for event in asked(running, "events")["items"]]
    state = asked(running, "log/level", logger="service.access", level="info")
    assert {"logger": "service.access", "level": "info", "changed": True} in state["levels"]
    asked(running, "station")
    eventually(lambda: "GET /api/v1/station 200" in said(running.log))
    (event,) = [event for event in asked(running, "events")["items"] if event["kind"] == "log"]
    assert event["text"] == "log level of service.access: info (was warning)"
    assert event["who"].startswith("web 127.0.0.1")
    before = running.workers()
    assert running.process
    running.process.send_signal(signal.SIGHUP)
    eventually(lambda: len(now := running.workers()) == 1 and now != before)
    running.wait_healthy()
    assert {"logger": "service.access", "level": "warning", "changed": False} in asked(running, "log")["levels"]


def test_a_pipe_that_nobody_reads_stops_neither_station_nor_reload(make_station: Make) -> None:
    """As a log shipper that hangs: standard error is full from the start on."""
    running = make_station(start=False, VISION_LOG__LEVEL="debug", VISION_LOG__ACCESS="true")
    fifo = running.folder / "stderr"
    os.mkfifo(fifo)
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    writing = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"." * 4096)
    os.set_blocking(writing, True)
    running.before = ("sh", "-c", f'exec "$@" 2>{fifo}', "sh")
    running.start()
    for _ in range(50):
        asked(running, "station")
    before = running.workers()
    assert running.process
    running.process.send_signal(signal.SIGTTIN)
    running.process.send_signal(signal.SIGHUP)
    eventually(lambda: len(now := running.workers()) == 1 and now != before)
    running.wait_healthy()
    assert asked(running, "station")["state"]
    assert running.stop() == 0
    os.close(writing)
    os.close(reading)


@pytest.fixture
def journald(tmp_path: Path) -> Iterator[tuple[socket.socket, tuple[str, ...]]]:
    """What listens where journald would, for a station in a mount namespace of its own, and the way into that."""
    folder = tmp_path / "journal"
    folder.mkdir()
    into = "mount -t tmpfs none /run && mkdir -p /run/systemd/journal && mount --bind {} /run/systemd/journal"
    way = ("unshare", "--mount", "sh", "-c", f'{into.format(folder)} && exec "$@"', "sh")
    if subprocess.run([*way, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(folder / "socket"))
        sock.settimeout(60)
        yield sock, way


def _read_until(sock: socket.socket, logger: str, found: dict[str, dict[str, str]]) -> None:
    while logger not in found:
        fields = dict(from_journal(sock.recv(1 << 18)))
        found[fields["LOGGER"]] = fields


def test_the_journal_gets_its_fields_from_master_and_worker(
    make_station: Make, journald: tuple[socket.socket, tuple[str, ...]]
) -> None:
    sock, way = journald
    running = make_station(start=False)
    log = running.folder / "station.log"
    log.touch()
    running.before = way
    running.environment["JOURNAL_STREAM"] = f"{log.stat().st_dev}:{log.stat().st_ino}"
    running.start()
    assert running.process
    found: dict[str, dict[str, str]] = {}
    _read_until(sock, "service.app", found)  # all before it: the master waits for no place in a journal that is full
    running.process.send_signal(signal.SIGTTIN)
    _read_until(sock, "gunicorn.error", found)
    assert found["service.app"]["PRIORITY"] == "6"
    assert found["service.app"]["CODE_FILE"].endswith("service/app.py")
    assert found["service.app"]["GENERATION"] == "1"
    assert found["gunicorn.error"]["PRIORITY"] == "3"
    assert found["gunicorn.error"]["SYSLOG_IDENTIFIER"] == "vision-inspection"
    assert "serves (generation" not in running.log


def test_gunicorns_errorlog_is_standard_error_of_all_and_usr1_opens_it_anew(make_station: Make, tmp_path: Path) -> None:
    path = tmp_path / "error.log"
    running = make_station(GUNICORN_CMD_ARGS=f"--error-logfile {path}")
    eventually(lambda: "serves (generation 1)" in path.read_text())
    assert running.process
    running.process.send_signal(signal.SIGTTIN)
    eventually(lambda: "one worker" in path.read_text())
    path.rename(tmp_path / "error.log.1")
    running.process.send_signal(signal.SIGUSR1)
    eventually(path.exists)
    asked(running, "log/level", logger="service.access", level="info")
    asked(running, "station")
    eventually(lambda: "GET /api/v1/station 200" in path.read_text())


def test_an_errorlog_whose_folder_has_gone_ends_no_reload(make_station: Make, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    running = make_station(GUNICORN_CMD_ARGS=f"--error-logfile {folder / 'error.log'}")
    eventually(lambda: "serves (generation 1)" in (folder / "error.log").read_text())
    moved = folder.rename(tmp_path / "moved") / "error.log"
    before = running.workers()
    assert running.process
    running.process.send_signal(signal.SIGHUP)
    eventually(lambda: "serves (generation 2)" in moved.read_text())
    eventually(lambda: len(now := running.workers()) == 1 and now != before)
    assert f"errorlog: {folder / 'error.log'} cannot be opened: No such file or directory" in moved.read_text()
    assert running.stop() == 0


def test_the_master_imports_nothing_that_a_reload_replaces() -> None:
    """Its logger is in it for good."""
    code = "import service.gunicorn_log, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"pydantic", "orjson", "numpy", "aiohttp", "service.settings"} & set(done.stdout.split())
