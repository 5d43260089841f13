"""The open Socket.IO and live connections: how many there may be, and their end at a stop."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from aiohttp import web

from service.api.problem import Problem
from service.auth.origin import client_of, is_loopback
from service.settings import HttpSettings

PARTING_S = 0.05  # for the closing words to leave


class Peers(Protocol):
    """Connections that somebody else counts: how many, and whose."""

    def __len__(self) -> int: ...

    def addresses(self) -> Iterable[str]: ...

    async def farewell(self, *, spread: bool) -> None: ...


class Sockets:
    """Counts long-lived connections; `close` ends those that would hold a stop up."""

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._held: Counter[str] = Counter()
        self._transports: dict[asyncio.Transport, web.Request] = {}  # strong: uvloop's TLS transport takes no weak ref
        self.peers: Peers | None = None

    def __len__(self) -> int:
        return self._held.total() + (len(self.peers) if self.peers else 0)

    def admit(self, request: web.Request) -> None:
        """Let one more connection in.

        Raises:
            Problem: 503 there are too many, 429 this address has too many.
        """
        settings, address = self._settings, client_of(request)
        if len(self) >= settings.max_sockets:
            raise Problem(503, f"{settings.max_sockets} sockets are open, no more are taken ([http] max_sockets)")
        if not is_loopback(address) and self._of(address) >= settings.max_sockets_per_address:
            most = settings.max_sockets_per_address
            raise Problem(429, f"this address has {most} sockets open ([http] max_sockets_per_address)")

    @contextmanager
    def holding(self, request: web.Request) -> Iterator[None]:
        """One more live connection, as long as it lasts."""
        address = client_of(request)
        self._held[address] += 1
        try:
            yield
        finally:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]

    @contextmanager
    def ending(self, request: web.Request) -> Iterator[None]:
        """The stop ends this connection while its handler runs, which else would wait for its peer."""
        transport = request.transport
        if transport is None:  # it has gone already
            yield
            return
        self._transports[transport] = request
        try:
            yield
        finally:
            self._transports.pop(transport, None)

    def end(self, unwanted: Callable[[web.Request], bool]) -> None:
        """Cut the connections of these requests; whoever may comes again."""
        for transport, request in list(self._transports.items()):
            if unwanted(request):
                transport.abort()

    async def close(self, *, spread: bool) -> None:
        """End all connections; their handlers end with them. `spread`: over a while, as they will come back."""
        if self.peers is not None:
            await self.peers.farewell(spread=spread)
        if self._transports:
            await asyncio.sleep(PARTING_S)
        for transport in list(self._transports):
            transport.close()
        if self._transports:
            await asyncio.sleep(PARTING_S)
        for transport in list(self._transports):
            transport.abort()  # under TLS, closing would wait for what the peer says to it

    def _of(self, address: str) -> int:
        others = self.peers.addresses() if self.peers else ()
        return self._held[address] + sum(1 for other in others if other == address)


SOCKETS = web.AppKey("sockets", Sockets)
