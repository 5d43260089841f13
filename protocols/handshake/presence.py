"""Whether a PLC that has written is there: then it alone triggers."""

import math
from collections.abc import Callable, Collection, Iterable


class Presence:
    """The clients that have written, and when their last connection closed."""

    def __init__(self, hold_s: float, now: Callable[[], float]) -> None:
        self._hold_s, self._now = hold_s, now
        self._left_at: dict[str, float] = {}  # inf = connected

    @property
    def near(self) -> bool:
        """A client that has written is connected, or was within the hold time."""
        now = self._now()
        return any(now - left <= self._hold_s for left in self._left_at.values())

    def wrote(self, client: str) -> None:
        """A write shows that it is connected."""
        self._left_at[client] = math.inf

    def connected(self, client: str) -> None:
        """It opened its first connection; counts for clients that have written before."""
        if client in self._left_at:
            self._left_at[client] = math.inf

    def disconnected(self, client: str, remembered: Collection[str]) -> None:
        """Its last connection is closed; those long gone and no longer `remembered` are dropped."""
        now = self._now()
        if client in self._left_at:
            self._left_at[client] = min(self._left_at[client], now)
        for gone in [c for c, left in self._left_at.items() if now - left > self._hold_s and c not in remembered]:
            del self._left_at[gone]

    def restarted(self, clients: Iterable[str]) -> None:
        """Every remembered client gets the hold time to come back."""
        self._left_at = dict.fromkeys(clients, self._now())
