"""How this process runs so that the loop stays quick: collector, thread switches, OpenCV's threads."""

import asyncio
import gc
import os
import resource
import sys
import time
from collections.abc import Callable

import cv2

SWITCH_S = 0.0005  # a Python stage in the vision thread holds the interpreter no longer than this
YOUNG_S = 0.25
IDLE_S = 5.0  # without a trigger, before all objects are looked through
FULL_S = 60.0  # at least between two such looks
OVERDUE_S = 1800.0  # a line that never rests gets one all the same


def limit_memory(limit_mb: int) -> None:
    """Whoever asks for more gets MemoryError, before the kernel ends the process without a word.

    Args:
        limit_mb: Of data (heap, stacks, private maps; not of code and files); 0 = three quarters of the machine's.
    """
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = limit_mb << 20 if limit_mb else machine * 3 // 4
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def tune() -> None:
    """Once, when everything is built: what exists now stays for good and is not looked through again."""
    sys.setswitchinterval(SWITCH_S)
    cores = os.cpu_count() or 1
    cv2.setNumThreads(1 if cores <= 2 else cores - 1)
    gc.disable()
    gc.freeze()  # without a collection before it: the little garbage of a start is not worth the time


async def collect_garbage(idle: Callable[[], bool]) -> None:
    """The collector in our own time: a full collection stops every thread, with 1000 browsers for 50 ms and more.

    New objects are looked through often, so that each look is short. All of them are while the line is idle, or
    when it has not been idle for long: cycles that outlive their youth must not pile up for ever.
    """
    full_at = time.monotonic()
    idle_since = full_at
    while True:
        await asyncio.sleep(YOUNG_S)
        now = time.monotonic()
        idle_since = idle_since if idle() else now
        waited = now - full_at
        if (waited > FULL_S and now - idle_since > IDLE_S) or waited > OVERDUE_S:
            gc.collect()
            full_at = time.monotonic()
        else:
            gc.collect(0)
