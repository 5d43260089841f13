"""How a process generation ends: killed, killed with its master, or relieved by the next one."""

import os
import signal
import time

from tests.conftest import Running

LIMIT_S = 60.0


def kill_worker(running: Running) -> None:
    """kill -9; the master starts the next one."""
    running.kill_worker()


def kill_all(running: Running) -> None:
    """kill -9 of the master as well, and another start."""
    assert running.process
    os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait()
    running.start()


def reload(running: Running) -> None:
    """HUP; the old generation is gone when this returns."""
    before = running.workers()
    assert running.process
    running.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + LIMIT_S
    while set(before) & set(running.workers()):
        assert time.monotonic() < end, "the old generation does not go"
        time.sleep(0.01)
