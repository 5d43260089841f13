"""What the generations of one master know of vision's failures: how often it crashed, how often it was renewed.

In memory that the master shares with every generation, so that it outlives the process that crashed. Times are
CLOCK_MONOTONIC, in seconds.
"""

import json
import mmap
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CRASHES, CRASH_WINDOW_S = 3, 60.0  # of one job: then it is set aside
RENEWALS, RENEWAL_WINDOW_S = 3, 600.0  # generations that hung threads may cost
_JOB = struct.Struct("=I")
_SIZE = struct.Struct("=I")
_BYTES = 16384
_TEXT = 8  # where the rest begins, as JSON behind its size


class VisionLedger:
    """Written by the master when a worker has crashed, and by the worker that is at work."""

    def __init__(self, inherited: int | None = None) -> None:
        """Memory of its own, or that which the master has left as this descriptor."""
        self.descriptor = inherited or os.memfd_create("vision-ledger")
        os.ftruncate(self.descriptor, _BYTES)
        self._memory = mmap.mmap(self.descriptor, _BYTES)

    @contextmanager
    def working(self, job: int) -> Iterator[None]:
        """While tools run: whose crash it would be."""
        before = self.job
        _JOB.pack_into(self._memory, 0, job)
        try:
            yield
        finally:
            _JOB.pack_into(self._memory, 0, before)

    @property
    def job(self) -> int:
        """The one at work; 0 = none."""
        return int(_JOB.unpack_from(self._memory, 0)[0])

    def crashed(self, words: str) -> None:
        """The process that was at work is gone. Of too many crashes in a short time the job is set aside."""
        state, job, now = self._read(), self.job, time.monotonic()
        _JOB.pack_into(self._memory, 0, 0)
        recent = [each for each in state["crashes"] if now - each[1] < CRASH_WINDOW_S]
        state["crashes"] = [*recent, [job, now]][-16:]
        state["news"] = f"job {job}: {words}" if job else words
        if job and sum(each[0] == job for each in state["crashes"]) >= CRASHES:
            state["aside"][str(job)] = f"crashed {CRASHES} times within {CRASH_WINDOW_S:g} s, last by {words}"
        self._write(state)

    def take_news(self) -> str:
        """The crash that the generation before ended by, told once; "" = none."""
        state = self._read()
        news: str = state["news"]
        if news:
            self._write(state | {"news": ""})
        return news

    @property
    def set_aside(self) -> dict[int, str]:
        """Jobs that are not to be run until somebody reloads, and why."""
        return {int(job): words for job, words in self._read()["aside"].items()}

    def renew(self) -> bool:
        """Whether one more generation may be spent on a hung thread; then it counts."""
        state, now = self._read(), time.monotonic()
        recent = [at for at in state["renewals"] if now - at < RENEWAL_WINDOW_S]
        if len(recent) >= RENEWALS:
            return False
        self._write(state | {"renewals": [*recent, now], "renewing": True})
        return True

    def reloaded(self) -> None:
        """The master reloads: where a person asked for it, what was set aside gets another chance."""
        state = self._read()
        if not state["renewing"]:
            state |= {"aside": {}, "crashes": []}
        self._write(state | {"renewing": False})

    def _read(self) -> dict[str, Any]:
        (size,) = _SIZE.unpack_from(self._memory, _JOB.size)
        empty: dict[str, Any] = {"crashes": [], "aside": {}, "news": "", "renewals": [], "renewing": False}
        return json.loads(self._memory[_TEXT : _TEXT + size]) if size else empty

    def _write(self, state: dict[str, Any]) -> None:
        text = json.dumps(state).encode()
        self._memory[_TEXT : _TEXT + len(text)] = text
        _SIZE.pack_into(self._memory, _JOB.size, len(text))
