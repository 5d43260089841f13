"""stop, status, reload: each says what it found and returns the exit code."""

import signal
import sys
import time
from typing import TextIO

from service.generations import RunState

from . import reloading
from .master import Master, of_others
from .readiness import not_ready

STOP_S = 20.0  # the vision thread may hang in a driver; Gunicorn kills the worker before
NOT_RUNNING = 3  # as the Linux Standard Base has it for a status


def stop(master: Master | None) -> int:
    """0 also where nothing runs: that is what was asked for."""
    if master is None:
        _nothing_runs(sys.stdout)
        return 0
    began = time.monotonic()
    master.signal(signal.SIGTERM)
    if not master.ended_within(STOP_S):
        print(
            f"Process {master.pid} did not end within {STOP_S:g} s; `kill -9 {master.pid}` loses no result.",
            file=sys.stderr,
        )
        return 1
    print(f"The station has stopped (process {master.pid}, {time.monotonic() - began:.1f} s).")
    return 0


def status(master: Master | None) -> int:
    """0 it serves, 1 it runs and does not serve, 3 it does not run."""
    if master is None:
        return _nothing_runs(sys.stdout)
    state = master.state()
    print(f"The station runs: process {master.pid}.")
    if state.trouble:
        print(f"  generation {state.failed} could not start:", *state.trouble.splitlines(), sep="\n    ")
    if not state.alive:
        print("  Nobody serves: Gunicorn tries again, see the log." if state.failed else "  It does not serve yet.")
        return 1
    started = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(state.since))
    print(f"  generation {state.generation} (process {state.worker}) took over on {started}")
    print(f"  console    {state.url}/")
    return _parts(state)


def _parts(state: RunState) -> int:
    try:
        missing = not_ready(state.url)
    except OSError as exc:
        print(f"  It does not answer: {exc}")
        return 1
    for name, reason in missing.items():
        print(f"  not ready  {name}: {reason}")
    if not missing:
        print("  every part is ready")
    return 0


def reload(master: Master | None, limit_s: float = reloading.LIMIT_S) -> int:
    """0 once a new generation serves; else 1, with the reason, and the old one goes on; 3 nothing runs."""
    if master is None:
        return _nothing_runs(sys.stderr)
    return reloading.reload(master, limit_s)


def _nothing_runs(told: TextIO) -> int:
    print("The station is not running.", file=told)
    if others := of_others():
        processes = ", ".join(map(str, others))
        print(f"Only root sees what the stations of other users are (processes {processes}).", file=sys.stderr)
    return NOT_RUNNING
