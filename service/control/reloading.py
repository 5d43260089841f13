"""Check first, then HUP, and end when the successor serves or has failed.

The start script's ``reload``, ``vision-inspection reload`` and ExecReload= of the unit are this.
"""

import signal
import sys
import time

from service.generations import Mark, RunState

from .check import CheckFailed, check_as
from .master import Master, NoStation

LIMIT_S = 60.0
LOOK_S = 0.01


def reload(master: Master, limit_s: float = LIMIT_S) -> int:
    """0: what is on the disk now is what runs; 1: the old generation goes on, and standard error says why."""
    try:
        before = master.shared[Mark.FORKED]
        check_as(master)
    except NoStation as exc:
        print(exc, file=sys.stderr)
        return 1
    except CheckFailed as exc:
        print(f"Not reloaded: {exc}.", _who_goes_on(master), sep="\n", file=sys.stderr)
        return 1
    began = time.monotonic()
    master.signal(signal.SIGHUP)
    state = _outcome(master, before, began + limit_s)
    if state.generation > before:
        print(f"Generation {state.generation} serves, after {time.monotonic() - began:.1f} s.")
        return 0
    if state.failed > before:
        print(f"Generation {state.failed} could not start:", *state.trouble.splitlines(), sep="\n  ", file=sys.stderr)
    elif not master.ended_within(0):
        print(f"No new generation serves after {limit_s:g} s.", file=sys.stderr)
    print(_who_goes_on(master), file=sys.stderr)
    return 1


def _outcome(master: Master, before: int, end: float) -> RunState:
    """What became of the generations after `before`; while nobody serves, Gunicorn tries again, until `end`."""
    while True:
        state = master.state()
        if state.generation > before or _failed(master, before):
            return state
        if master.ended_within(LOOK_S) or time.monotonic() > end:
            return master.state()


def _failed(master: Master, before: int) -> bool:
    """The newest one has failed, before its predecessor let go for it."""
    shared, newest = master.shared, master.shared[Mark.FORKED]
    return newest > before and shared[Mark.FAILED] == newest > shared[Mark.VALIDATED] and shared[Mark.ALIVE] > 0


def _who_goes_on(master: Master) -> str:
    if master.ended_within(0):
        return f"The station has ended (process {master.pid}): see its log."
    if alive := master.state().alive:
        return f"Generation {alive} goes on."
    return "Nobody serves: Gunicorn tries again, see the log."
