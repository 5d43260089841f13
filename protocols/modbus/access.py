"""Who may connect, and who may write."""

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from ..settings import ModbusSettings

RESERVED_FOR_LISTED = 4  # slots that strangers cannot take from a listed PLC


def plain_address(host: str) -> str:
    """One spelling per peer: an IPv4 address that came through an IPv6 socket is written as IPv4."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def is_loopback(host: str) -> bool:
    """Whether `host`, a plain address, is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class WriteControl:
    """Write control belongs to a client address, over all its connections.

    Args:
        now: A monotonic clock in seconds.
    """

    def __init__(self, settings: ModbusSettings, now: Callable[[], float] = time.monotonic) -> None:
        self._mode, self._hold_s, self._now = settings.write_control, settings.write_hold_s, now
        self._listed = frozenset(plain_address(writer) for writer in settings.writers)
        self._holder: str | None = None
        self._left_at: float | None = None  # when the holder's last connection closed

    def listed(self, address: str) -> bool:
        """Whether the settings name `address` as a writer and that counts."""
        return self._mode == "listed" and address in self._listed

    def controls(self, address: str) -> bool:
        """Whether `address` has write control now."""
        if self._mode == "first":
            return self._held_by() == address
        return self._mode == "everyone" or address in self._listed

    def may_write(self, address: str) -> bool:
        """Whether a write of `address` would be taken now."""
        return self.controls(address) or (self._mode == "first" and self._held_by() is None)

    def claim(self, address: str) -> None:
        """`address` has written."""
        if self._mode == "first":
            self._holder, self._left_at = address, None

    def connected(self, address: str) -> None:
        """The first connection of `address` is open."""
        if self._held_by() == address:
            self._left_at = None

    def left(self, address: str) -> None:
        """The last connection of `address` is closed: it keeps control for a while."""
        if self._holder == address:
            self._left_at = self._now()

    @property
    def holding(self) -> tuple[str | None, float | None]:
        """Who has it, and when its last connection closed, for the process that follows on the same clock."""
        return self._holder, self._left_at

    @holding.setter
    def holding(self, before: tuple[str | None, float | None]) -> None:
        self._holder, self._left_at = before

    def _held_by(self) -> str | None:
        if self._left_at is not None and self._now() - self._left_at >= self._hold_s:
            self._holder = self._left_at = None
        return self._holder


class Limits:
    """How many connections there may be."""

    def __init__(self, settings: ModbusSettings, control: WriteControl) -> None:
        self._settings, self._control = settings, control
        reserved = RESERVED_FOR_LISTED if settings.write_control == "listed" and settings.writers else 0
        self._open_to_all = settings.max_connections - min(reserved, settings.max_connections // 2)

    def admit(self, address: str, in_all: int, of_address: int) -> bool:
        """Whether one more connection fits beside `in_all`, of which `of_address` are of this address."""
        slots = self._settings.max_connections if self._control.listed(address) else self._open_to_all
        if in_all >= slots:
            return False
        return of_address < self._settings.max_connections_per_address or is_loopback(address)
