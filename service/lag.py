"""How late the event loop is: a timer that looks at itself."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

from .metrics import table
from .metrics.metric import Distribution

PERIOD_S = 0.02
LONGEST_S = 60.0  # what is remembered


@dataclass(frozen=True, slots=True)
class Lag:
    """In milliseconds; zero where nothing was measured yet."""

    p50: float
    p99: float
    largest: float


class LoopLag:
    """Runs as long as the station serves; asked over REST."""

    def __init__(self) -> None:
        self._late: deque[tuple[float, float]] = deque(maxlen=int(LONGEST_S / PERIOD_S))
        self.seconds = Distribution(table.LOOP_LAG)  # all since the start

    async def run(self) -> None:
        """Note how much later than asked for the loop comes back; never ends."""
        while True:
            due = time.perf_counter() + PERIOD_S
            await asyncio.sleep(PERIOD_S)
            self.note(time.perf_counter(), due)

    def note(self, at: float, due: float) -> None:
        """The loop came back at `at` instead of `due` (`time.perf_counter`)."""
        late = max(0.0, at - due)
        self._late.append((at, late))
        self.seconds.add(late)

    def lag(self, within_s: float = LONGEST_S) -> Lag:
        """Of the last `within_s` seconds."""
        since = time.perf_counter() - within_s
        late = sorted(late for at, late in self._late if at >= since) or [0.0]
        p50, p99 = (late[min(len(late) - 1, int(len(late) * share))] for share in (0.5, 0.99))
        return Lag(1000 * p50, 1000 * p99, 1000 * late[-1])
