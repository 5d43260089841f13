"""The log of real processes: Gunicorn's master, its workers and every library write in one way."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Running
from tests.service.logs.test_formats import from_journal

Make = Callable[..., Running]


def eventually(condition: Callable[[], object], limit_s: float = 60) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)


def lines(text: str) -> list[dict[str, Any]]:
    """Of JSON; the welcome of the start is for people and no part of the log."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def said(text: str) -> list[str]:
    return [line["message"] for line in lines(text)]


def asked(running: Running, path: str, **body: Any) -> Any:
    data = json.dumps(body).encode() if body else None
    headers = {"Content-Type": "application/json"} if body else {}
    request = urllib.request.Request(f"{running.url}/api/v1/{path}", data, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def test_master_and_workers_write_json_into_one_file(make_station: Make, tmp_path: Path) -> None:
    path = tmp_path / "station.log"
    running = make_station(
        VISION_LOG__FORMAT="json", VISION_LOG__FILE=str(path), VISION_LOG__ACCESS="true", VISION_STATION__NAME="Hall 2"
    )
    asked(running, "station")
    assert running.process
    running.process.send_signal(signal.SIGTTIN)  # the master refuses in a line of its own
    eventually(lambda: "GET /api/v1/station 200" in path.read_text() and "one worker" in path.read_text())
    found = [json.loads(line) for line in path.read_text().splitlines()]
    by_logger = {line["logger"]: line for line in found}
    assert by_logger["gunicorn.error"]["station"] == "Hall 2"
    assert "generation" not in by_logger["gunicorn.error"]
    assert by_logger["service.app"]["generation"] == 1
    assert by_logger["service.access"]["status"] == 200
    assert lines(running.log) == [], "nothing on standard error"
