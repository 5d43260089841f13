"""Who goes first on the machine: the loop, the threads that a part goes through, our other threads, other programs.

A PLC waits for the first two. Where other threads keep every core busy, one that is merely nicer gets its turn when the
system's clock ticks, each 4 ms and more, and a part needs a dozen turns.
"""

import os
from contextlib import suppress

NICENESS = -10
ROUND_ROBIN = os.SCHED_RR | os.SCHED_RESET_ON_FORK  # new threads and programs are ordinary ones again
LOOP, LINE = 2, 1  # real-time priorities


def go_first() -> None:
    """Before other programs, where we may; new threads take it over.

    All threads but those below alike: a slower one that holds the interpreter would hold up the loop.
    """
    with suppress(OSError):  # needs CAP_SYS_NICE, or Nice= in the unit
        os.setpriority(os.PRIO_PROCESS, 0, min(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))


def lead() -> None:
    """The loop's thread before all others, where we may: once it serves, not while it builds."""
    _real_time(LOOP)


def leads() -> bool:
    """The calling thread does."""
    return os.sched_getscheduler(0) & os.SCHED_RR != 0


def follow(urgent: bool) -> None:
    """A new thread of one that leads: of the line (`urgent`), or behind it and before other programs."""
    if urgent:
        _real_time(LINE)
    else:
        go_first()


def fall_behind(thread_id: int) -> None:
    """A thread that hangs: an ordinary one, which may keep a core busy and nobody waiting."""
    with suppress(OSError):
        os.sched_setscheduler(thread_id, os.SCHED_OTHER | os.SCHED_RESET_ON_FORK, os.sched_param(0))


def _real_time(priority: int) -> None:
    with suppress(OSError):  # needs CAP_SYS_NICE, or LimitRTPRIO= in the unit
        os.sched_setscheduler(0, ROUND_ROBIN, os.sched_param(priority))
