"""How often an address, and for whom, may guess."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

PER_MINUTE = 10
ADDRESSES = 10_000  # remembered; the one that came first is forgotten
FREE = 5  # wrong passwords of a user in a row before the first delay
LONGEST_S = 60.0
PLACES = 4  # addresses of a user that are remembered as good


class Tries:
    """Ten tries a minute for each address."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._times: dict[str, deque[float]] = {}

    def left(self, address: str) -> bool:
        """Whether one more may be made; it is not counted."""
        return self.ahead_s(address) == 0.0

    def ahead_s(self, address: str) -> float:
        """Seconds until one more may be made; it is not counted."""
        now = self._now()
        recent = [at for at in self._times.get(address, ()) if at > now - 60]
        return recent[0] + 60 - now if len(recent) >= PER_MINUTE else 0.0

    def wait_s(self, address: str) -> float:
        """Count a try: 0 when it may be made, else the seconds until the next one may."""
        now = self._now()
        times = self._times.setdefault(address, deque())
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= PER_MINUTE:
            return times[0] + 60 - now
        times.append(now)
        if len(self._times) > ADDRESSES:
            del self._times[next(iter(self._times))]
        return 0.0


@dataclass(slots=True)
class _Guesses:
    wrong: int = 0  # in a row
    until: float = 0.0  # no try before


@dataclass(slots=True)
class _Guessed:
    """`places`: where the right password came from last; strangers do not lock those out."""

    places: deque[str] = field(default_factory=lambda: deque(maxlen=PLACES))
    by_place: dict[str, _Guesses] = field(default_factory=dict)  # "" = everywhere else together


class Delays:
    """After five wrong passwords of one user each further one costs 1, 2, 4 … 60 s: never a lock for good."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._users: dict[str, _Guessed] = {}

    def wait_s(self, user: str, address: str) -> float:
        """Seconds until one more may be made."""
        guessed = self._users.get(user)
        if guessed is None:
            return 0.0
        known = guessed.by_place.get(self._place(guessed, address))
        return max(0.0, known.until - self._now()) if known else 0.0

    def wrong(self, user: str, address: str) -> None:
        """A user who does not exist is delayed as one who does."""
        guessed = self._users.setdefault(user, _Guessed())
        guesses = guessed.by_place.setdefault(self._place(guessed, address), _Guesses())
        guesses.wrong += 1
        if guesses.wrong >= FREE:
            guesses.until = self._now() + min(LONGEST_S, 2.0 ** min(guesses.wrong - FREE, 6))
        if len(self._users) > ADDRESSES:
            del self._users[next(iter(self._users))]

    def right(self, user: str, address: str) -> None:
        """The next wrong one is the first again."""
        guessed = self._users.setdefault(user, _Guessed())
        guessed.by_place.pop(self._place(guessed, address), None)
        if address not in guessed.places:
            guessed.places.append(address)
            guessed.by_place = {at: g for at, g in guessed.by_place.items() if at == "" or at in guessed.places}

    @staticmethod
    def _place(guessed: _Guessed, address: str) -> str:
        return address if address in guessed.places else ""
