"""stop, status, reload: each says what it found and returns the exit code."""

import signal
import subprocess
import sys
import time

from service.run_state import RunState

from .master import Master
from .readiness import not_ready

STOP_S = 20.0  # the vision thread may hang in a driver; Gunicorn kills the worker before
RELOAD_S = 60.0
LOOK_S = 0.02
NOT_RUNNING = 3  # as the Linux Standard Base has it for a status


def stop(master: Master | None) -> int:
    """0 also where nothing runs: that is what was asked for."""
    if master is None:
        print("The station is not running.")
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
        print("The station is not running.")
        return NOT_RUNNING
    state = master.state()
    print(f"The station runs: process {master.pid}.")
    if state.failed > state.generation:
        print(f"  generation {state.failed} could not start:", *state.why.splitlines(), sep="\n    ")
    if not state.generation:
        print("  It does not serve yet.")
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


def reload(master: Master | None) -> int:
    """0 once a new generation serves; else 1, with the reason, and the old one goes on."""
    if master is None:
        print("The station is not running.", file=sys.stderr)
        return NOT_RUNNING
    master.take_its_place()
    before = master.state()
    if not in_order():
        print(f"Not reloaded: generation {before.generation} goes on with its old settings.", file=sys.stderr)
        return 1
    began = time.monotonic()
    master.signal(signal.SIGHUP)
    state = _after(before, master)
    if state.generation > before.generation:
        print(f"Generation {state.generation} serves, after {time.monotonic() - began:.1f} s.")
        return 0
    if state.failed > before.failed:
        print(f"Generation {state.failed} could not start:", *state.why.splitlines(), sep="\n  ", file=sys.stderr)
    print(_who_goes_on(state, master), file=sys.stderr)
    return 1


def _after(before: RunState, master: Master) -> RunState:
    """The state once something came of it, or when the time is over."""
    end = time.monotonic() + RELOAD_S
    while True:
        state = master.state()
        if state.generation > before.generation or state.failed > before.failed:
            return state
        if master.ended_within(LOOK_S) or time.monotonic() > end:
            return state


def _who_goes_on(state: RunState, master: Master) -> str:
    if master.ended_within(0):
        return f"The station has ended (process {master.pid}): see its log."
    try:
        if state.generation:
            not_ready(state.url)
            return f"Generation {state.generation} goes on."
    except OSError:
        pass  # it does not answer
    return "Nobody serves: Gunicorn tries again, see the log."


def in_order() -> bool:
    """Settings and recipes, in a process of its own; a broken recipe is said and is no reason to stop a line."""
    if _check() == 0:
        return True
    return _check("--settings", quiet=True) == 0


def _check(*options: str, quiet: bool = False) -> int:
    said = subprocess.DEVNULL if quiet else None
    command = [sys.executable, "-m", "service.cli", "check", *options]
    return subprocess.run(command, stdout=said, stderr=said, check=False).returncode  # noqa: S603 - our own words
