"""The door of the server: lets connections in, counts them, and tells the handshake who comes and goes."""

import logging
from typing import Protocol

from ..seldom import Seldom
from .access import Limits, WriteControl, plain_address
from .clients import Client, ClientCounters, Clients

log = logging.getLogger(__name__)


class Presence(Protocol):
    """What wants to know which clients are there."""

    def connected(self, client: str) -> None:
        """The first connection of this address is open."""
        ...

    def disconnected(self, client: str) -> None:
        """Its last one is closed."""
        ...

    def request_seen(self, client: str) -> None:
        """The controlling client is alive."""
        ...


class Gate:
    """Who is inside; `refused` counts the connections that were not let in."""

    def __init__(self, limits: Limits, control: WriteControl, clients: Clients, presence: Presence) -> None:
        self._limits, self._control, self._presence = limits, control, presence
        self._clients = clients
        self._seldom = Seldom()
        self.refused = 0
        self.closed = False

    def enter(self, host: str, *, known: bool = False) -> Client | None:
        """Count a new connection of `host` in; None where the limits do not allow it, or the server has stopped.

        `known`: it was let in by the process before this one.
        """
        if self.closed:
            return None
        address = plain_address(host)
        of_address = self._clients.of(address)
        if not known and not self._limits.admit(address, self._clients.connections, of_address):
            self._refuse(address)
            return None
        client = self._clients.opened(address)
        if client.connections == 1:
            self._control.connected(address)
            self._presence.connected(address)
        return client

    def leave(self, client: Client) -> None:
        """One of its connections is closed."""
        self._clients.closed(client)
        if client.connections == 0:
            self._control.left(client.address)
            self._presence.disconnected(client.address)

    def served(self, client: Client) -> None:
        """A valid request of `client` was answered."""
        if self._control.controls(client.address):
            self._presence.request_seen(client.address)

    def cut(self, client: Client, reason: str) -> None:
        """A connection of `client` is closed by us."""
        self._clients.failed(client, f"connection closed: {reason}")

    def counters(self, utc_offset_us: int) -> tuple[ClientCounters, ...]:
        """All clients, the longest unseen first."""
        control, clients = self._control, self._clients
        return tuple(
            c.counters(
                control.may_write(c.address), control.controls(c.address), control.allowed(c.address), utc_offset_us
            )
            for c in clients
        )

    def _refuse(self, address: str) -> None:
        self.refused += 1
        self._clients.refused(address)
        if self._seldom.due("refused"):
            log.warning(
                "Modbus connection of %s refused: %d are open, %d of them its own (max_connections, "
                "max_connections_per_address); %d refused so far",
                address,
                self._clients.connections,
                self._clients.of(address),
                self.refused,
            )
