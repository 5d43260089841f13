"""How late the event loop is: a timer that looks at itself."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

PERIOD_S = 0.02
KEPT = 3000  # one minute


@dataclass(frozen=True, slots=True)
class Lag:
    """Of the last minute, in milliseconds."""

    p50: float
    p99: float
    largest: float


class LoopLag:
    """Runs as long as the station serves; asked over REST."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=KEPT)

    async def run(self) -> None:
        """Note how much later than asked for the loop comes back; never ends."""
        while True:
            due = time.perf_counter() + PERIOD_S
            await asyncio.sleep(PERIOD_S)
            self._late.append(max(0.0, time.perf_counter() - due))

    def clear(self) -> None:
        """Begin anew."""
        self._late.clear()

    @property
    def lag(self) -> Lag:
        late = sorted(self._late) or [0.0]
        p50, p99 = (late[min(len(late) - 1, int(len(late) * share))] for share in (0.5, 0.99))
        return Lag(1000 * p50, 1000 * p99, 1000 * late[-1])
