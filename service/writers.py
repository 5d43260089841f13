"""Modbus clients that an administrator let write, beside those that the settings name."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from .remembered import Remembered

KEY = "modbus_writers"  # of what is remembered
MOST = 64  # addresses

Note = Callable[[str, str, str], object]


class TooManyWriters(Exception):
    """There are as many as a station keeps."""


@dataclass(frozen=True, slots=True)
class AllowedWriter:
    """An address, and who let it write."""

    address: str
    who: str
    since_us: int  # UTC
    note: str


class AllowedWriters:
    """Kept with what is remembered, hence in every backup; a change counts at once.

    Args:
        kept: What outlives the process; another process may have written it.
        note: Writes into the journal: kind, words, who.
        utc_us: UTC in microseconds.
    """

    def __init__(self, kept: Remembered, note: Note, utc_us: Callable[[], int]) -> None:
        self._kept, self._note, self._utc_us = kept, note, utc_us

    def addresses(self) -> Collection[str]:
        """Each as `plain_address` writes it."""
        found: dict[str, Any] = self._kept.get(KEY, {})
        return found

    def listing(self) -> Sequence[AllowedWriter]:
        """In the order in which they came."""
        return [AllowedWriter(address, **told) for address, told in self._kept.get(KEY, {}).items()]

    def allow(self, address: str, note: str, who: str) -> None:
        """Again replaces the note.

        Raises:
            TooManyWriters: It would be one more than `MOST`.
        """
        before = self._kept.get(KEY, {})
        if address not in before and len(before) >= MOST:
            raise TooManyWriters(f"{address} would be address {MOST + 1}: at most {MOST} are kept")
        told = {"who": who, "since_us": self._utc_us(), "note": note}
        self._kept.set(KEY, before | {address: told})
        self._note("modbus", f"{address} may write{f': {note}' if note else ''}", who)

    def withdraw(self, address: str, who: str) -> bool:
        """Whether it was allowed."""
        before = self._kept.get(KEY, {})
        if address not in before:
            return False
        self._kept.set(KEY, {one: told for one, told in before.items() if one != address})
        self._note("modbus", f"{address} may not write any more", who)
        return True
