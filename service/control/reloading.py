"""Check first, then HUP, and end when the successor serves or has failed.

The start script's ``reload``, ``vision-inspection reload`` and ExecReload= of the unit are this.
"""

import signal
import sys
import time
from dataclasses import dataclass

from service.generations import Mark, RunState

from .check import CheckFailed, check_as
from .master import Master, NoStation

LIMIT_S = 60.0
LOOK_S = 0.01


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a reload."""

    before: int  # the newest generation there was
    generation: int  # that serves, or served last: newer than `before` = it came to serve
    failed: int
    forked: int
    trouble: str
    seconds: float


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
    state = take_over(master, before, limit_s=limit_s)
    if state.generation > before:
        print(f"Generation {state.generation} serves, after {state.seconds:.1f} s.")
        return 0
    if state.failed > before:
        print(f"Generation {state.failed} could not start:", *state.trouble.splitlines(), sep="\n  ", file=sys.stderr)
    elif not master.ended_within(0):
        print(f"No new generation serves after {limit_s:g} s.", file=sys.stderr)
    print(_who_goes_on(master), file=sys.stderr)
    return 1


def take_over(master: Master, before: int | None = None, *, limit_s: float = LIMIT_S, patient: bool = True) -> Outcome:
    """HUP, and what became of the generations after `before`, within `limit_s`.

    Args:
        before: The newest generation there was; None = there is now.
        patient: While nobody serves, Gunicorn tries again; otherwise the first that fails is the end of it.
    """
    newest = master.shared[Mark.FORKED] if before is None else before
    began = time.monotonic()
    master.signal(signal.SIGHUP)
    state = _outcome(master, newest, began + limit_s, patient)
    taken = time.monotonic() - began
    return Outcome(newest, state.generation, state.failed, state.forked, state.trouble, taken)


def _outcome(master: Master, before: int, end: float, patient: bool) -> RunState:
    while True:
        state = master.state()
        failed = _failed(master, before) if patient else state.failed > before
        if state.generation > before or failed:
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
