"""Who may connect, and who may write."""

import time
from collections.abc import Callable, Collection
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
        allowed: Addresses that an administrator let write beside those of the settings, as they are now.
        closed: The station is not set up yet: this machine alone writes.
    """

    def __init__(
        self,
        settings: ModbusSettings,
        now: Callable[[], float] = time.monotonic,
        allowed: Callable[[], Collection[str]] = tuple,
        closed: Callable[[], bool] = lambda: False,
    ) -> None:
        self._mode, self._hold_s, self._now = settings.write_control, settings.write_hold_s, now
        self._allowed, self._closed = allowed, closed
        self._listed = frozenset(plain_address(writer) for writer in settings.writers)
        self._holder: str | None = None
        self._left_at: float | None = None  # when the holder's last connection closed

    def listed(self, address: str) -> bool:
        """Whether the settings name `address` as a writer and that counts, or an administrator let it write."""
        return (self._mode == "listed" and address in self._listed) or self.allowed(address)

    def allowed(self, address: str) -> bool:
        """Whether an administrator let `address` write beside those of the settings."""
        return address in self._allowed()

    @property
    def lists(self) -> bool:
        """There are addresses that connections are kept for."""
        return (self._mode == "listed" and bool(self._listed)) or bool(self._allowed())

    def controls(self, address: str) -> bool:
        """Whether `address` has write control now."""
        if self._mode == "first" and self._held_by() == address:
            return True
        return self._mode == "everyone" or self.listed(address)

    def may_write(self, address: str) -> bool:
        """Whether a write of `address` would be taken now."""
        if self._closed() and not is_loopback(address):
            return False
        return self.controls(address) or (self._mode == "first" and self._held_by() is None)

    def claim(self, address: str) -> None:
        """`address` has written. One that was let in beside the first takes nothing from it."""
        if self._mode == "first" and (self._holder == address or not self.allowed(address)):
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

    def admit(self, address: str, in_all: int, of_address: int) -> bool:
        """Whether one more connection fits beside `in_all`, of which `of_address` are of this address."""
        slots = self._settings.max_connections
        if self._control.lists and not self._control.listed(address):
            slots -= min(RESERVED_FOR_LISTED, slots // 2)
        if in_all >= slots:
            return False
        return of_address < self._settings.max_connections_per_address or is_loopback(address)
