"""Where the time of one part went."""

import time
from dataclasses import dataclass


def now_us() -> int:
    """UTC, in microseconds."""
    return time.time_ns() // 1000


def since_us(start_ns: int) -> int:
    """Microseconds from `start_ns` (CLOCK_MONOTONIC) to now."""
    return (time.monotonic_ns() - start_ns) // 1000


@dataclass(frozen=True, slots=True)
class Timing:
    """One part, all in microseconds from the turn in which its trigger was decoded."""

    number: int
    total: int  # to ResultsValid
    accept_commit: int
    acquisition: int
    overlap: int  # of these two: the camera does not wait for the commit
    waiting: int  # for the part before it to leave the vision thread
    processing: int
    result_commit: int

    @property
    def overhead(self) -> int:
        """Our own: all but acquisition, tools, commits and the part before."""
        acquired = self.accept_commit + self.acquisition - self.overlap
        return max(0, self.total - acquired - self.waiting - self.processing - self.result_commit)
