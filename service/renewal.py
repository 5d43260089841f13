"""A thread that stays hung ends only with its process: the next generation takes over, so often and no more."""

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence

from . import generations
from .generations import shared
from .offload import Offload

log = logging.getLogger(__name__)

STAYS_HUNG_S = 5.0
AGAIN_S = 40.0  # before the next request: a successor has failed or taken over by then


class Renewal:
    """Looks after the threads of the line and asks the master for a new generation; parts go on meanwhile."""

    def __init__(self, threads: Sequence[Offload], at_once: int, note: Callable[[str, str, str], object]) -> None:
        """`at_once`: so many hung threads of one kind do not wait for `STAYS_HUNG_S`; `note`: the journal."""
        self._threads, self._at_once, self._note = threads, at_once, note
        self._asked_at = -AGAIN_S
        self._refused = False

    def look(self) -> None:
        """Ten times a second."""
        if not any(self._stays(thread) for thread in self._threads):
            self._refused = False
            return
        if generations.master and time.monotonic() - self._asked_at >= AGAIN_S and not self._taken_over():
            self._ask(", ".join(thread.name for thread in self._threads if thread.hung))

    def _stays(self, thread: Offload) -> bool:
        return thread.hung >= self._at_once or thread.hung_for_s >= STAYS_HUNG_S

    def _taken_over(self) -> bool:
        return shared.successor_of(generations.age)

    def _ask(self, names: str) -> None:
        if generations.vision.renew():
            self._asked_at, self._refused = time.monotonic(), False
            log.error("the thread %s hangs: a new generation takes over", names)
            self._note("vision", f"the thread {names} hangs: a new generation takes over", "")
            os.kill(generations.master, signal.SIGHUP)
        elif not self._refused:
            self._refused = True
            log.error("the thread %s hangs again: no new generation so soon after the last ones", names)
            self._note("vision", f"the thread {names} hangs again: no new generation so soon", "")
