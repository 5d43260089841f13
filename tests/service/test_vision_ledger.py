"""What the next generation is told of the one that crashed or hung."""

import os
import signal
import subprocess
import sys

import pytest

from service import vision_ledger
from service.crash_report import place_in_vision, signal_of
from service.vision_ledger import CRASHES, RENEWALS, VisionLedger
from tests.conftest import ROOT

REPORT = """Fatal Python error: Segmentation fault

Current thread 0x00007f (most recent call first):
  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at
  File "/opt/station/{file}", line 53 in measure
  File "/opt/station/service/offload.py", line 40 in run
"""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(vision_ledger.time, "monotonic", lambda: now[0])
    return now


def crash(ledger: VisionLedger, job: int) -> None:
    with ledger.working(job):
        ledger.crashed("a signal")


def test_a_job_is_set_aside_by_its_own_crashes_in_a_short_time(clock: list[float]) -> None:
    ledger = VisionLedger()
    for _ in range(CRASHES - 1):
        crash(ledger, 7)
        crash(ledger, 8)
    clock[0] += 60
    crash(ledger, 7)
    assert ledger.set_aside == {}
    for _ in range(CRASHES - 1):
        crash(ledger, 7)
    assert list(ledger.set_aside) == [7]


def test_a_crash_is_told_once() -> None:
    ledger = VisionLedger()
    crash(ledger, 7)
    assert ledger.take_news() == "job 7: a signal"
    assert ledger.take_news() == ""


def test_a_reload_gives_another_chance_unless_the_station_asked_for_it_itself() -> None:
    ledger = VisionLedger()
    for _ in range(CRASHES):
        crash(ledger, 7)
    assert ledger.renew()
    ledger.reloaded()
    assert list(ledger.set_aside) == [7]
    ledger.reloaded()
    assert ledger.set_aside == {}


def test_so_many_generations_in_a_time(clock: list[float]) -> None:
    ledger = VisionLedger()
    assert [ledger.renew() for _ in range(RENEWALS + 1)] == [True] * RENEWALS + [False]
    clock[0] += 600
    assert ledger.renew()


def test_another_process_sees_it() -> None:
    ledger = VisionLedger()
    if (child := os.fork()) == 0:
        with ledger.working(9):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert ledger.job == 9


@pytest.mark.parametrize(
    ("report", "place"),
    [
        pytest.param(REPORT.format(file="vision/tools/caliper.py"), "vision/tools/caliper.py, line 53 (measure)"),
        pytest.param(REPORT.format(file="vision/cameras/opencv.py"), None, id="a camera driver"),
        pytest.param(REPORT.format(file="service/store/writer.py"), None, id="elsewhere"),
        pytest.param("Fatal Python error: Aborted\n\n", "", id="a thread of OpenCV's own"),
    ],
)
def test_where_it_happened(report: str, place: str | None) -> None:
    assert place_in_vision(report) == place
    assert signal_of(REPORT) == "Segmentation fault"


def test_last_words_reach_the_process_that_reads_them() -> None:
    script = """
import ctypes, os
from service.crash_report import CrashReport
report = CrashReport()
if (pid := os.fork()) == 0:
    report.enable()
    ctypes.string_at(0)
_, status = os.waitpid(pid, 0)
print(os.WTERMSIG(status), report.take().splitlines()[0], repr(report.take()))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split(maxsplit=1) == [str(int(signal.SIGSEGV)), "Fatal Python error: Segmentation fault ''\n"]


def test_the_memory_limit_is_an_error_in_python_and_in_opencv() -> None:
    script = """
import cv2, numpy as np
from service import runtime
runtime.limit_memory(400)
for take in (lambda: np.ones(10**10), lambda: cv2.resize(np.zeros((8, 8), np.uint8), (30000, 30000))):
    try:
        take()
    except (MemoryError, cv2.error) as exc:
        print(type(exc).__name__, getattr(exc, "code", ""))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines() == ["MemoryError ", "error -4"]
