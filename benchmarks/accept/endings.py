"""How a process generation ends: killed, killed with its master, or relieved by the next one."""

import os
import signal
import time
from pathlib import Path

from tests.conftest import Running

LIMIT_S = 60.0


def kill_worker(running: Running) -> None:
    """kill -9; the master starts the next one."""
    running.kill_worker()


def kill_all(running: Running) -> None:
    """kill -9 of the master as well, and another start."""
    power_off(running)
    running.start()


def power_off(running: Running) -> None:
    """kill -9 of all; returns when all are dead: who waits for the disk dies later, and keeps its locks till then."""
    assert running.process
    workers = running.workers()
    os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait()
    end = time.monotonic() + LIMIT_S
    while any(_alive(worker) for worker in workers):
        assert time.monotonic() < end, "a killed worker does not die"
        time.sleep(0.005)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def reload(running: Running) -> None:
    """HUP; the old generation is gone when this returns."""
    before = running.workers()
    assert running.process
    running.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + LIMIT_S
    while set(before) & set(running.workers()):
        assert time.monotonic() < end, "the old generation does not go"
        time.sleep(0.01)
