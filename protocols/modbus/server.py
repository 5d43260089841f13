"""The Modbus TCP server: sockets in, connections out, one process image behind it."""

import asyncio
import socket
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Protocol

from ..image import ProcessImage
from ..settings import ModbusSettings
from .access import Limits, WriteControl
from .clients import ClientCounters, Clients
from .connection import Connection, Shared
from .diagnostics import Diagnostics, LineCounters
from .functions import Functions, function_table
from .gate import Gate, Presence
from .identification import Identification
from .live import LiveRegisters
from .reads import Reads
from .stand import taken
from .trace import Trace
from .writes import Commands, Writes

BACKLOG = 1024  # what waits in the kernel while the loop is busy; beyond it clients believe to be connected and are not


class PlcSide(Commands, Presence, Protocol):
    """What the server needs of the handshake."""


class ModbusServer:
    """Serves the map on sockets that are already bound.

    Args:
        image: Read in wire order, never written here.
        handshake: Takes every write, and learns who comes and goes.
        station_name: UserApplicationName of the device identification.
        utc_us: UTC in microseconds.
        uptime_s: Seconds since this process generation began to serve.
        now: A monotonic clock in seconds, for write control.
        allowed: Addresses that may write beside those of the settings, as they are now.
    """

    def __init__(
        self,
        image: ProcessImage,
        handshake: PlcSide,
        settings: ModbusSettings,
        *,
        station_name: str,
        version: str,
        utc_us: Callable[[], int],
        uptime_s: Callable[[], int],
        now: Callable[[], float] = time.monotonic,
        allowed: Callable[[], Collection[str]] = tuple,
        closed: Callable[[], bool] = lambda: False,
    ) -> None:
        control = WriteControl(settings, now, allowed, closed)
        clients, line = Clients(utc_us), LineCounters()
        reads = Reads(image, LiveRegisters(image, utc_us, uptime_s), control)
        writes = Writes(image, handshake, control, reads)
        identification = Identification(image, station_name, version)
        table = function_table(reads, writes, Diagnostics(image, line), identification)
        self._functions = Functions(table, line, clients, frozenset(settings.unit_ids))
        self._gate = Gate(Limits(settings, control), control, clients, handshake)
        self._clients, self._control, self._line = clients, control, line
        self._connections: set[Connection] = set()
        watched = bool(settings.watchdog_ms) and settings.watchdog_source == "request"
        self.trace = Trace(utc_us, stand=lambda: taken(image))
        self._shared = Shared(
            self._functions, self._gate, line, self.trace, self._connections, settings.idle_timeout_s, watched
        )
        self._listeners: list[asyncio.Server] = []

    @property
    def starting(self) -> bool:
        """While it is true every known function is answered with exception 06."""
        return self._functions.starting

    @starting.setter
    def starting(self, value: bool) -> None:
        self._functions.starting = value

    @property
    def serving(self) -> bool:
        """Connections are accepted."""
        return any(listener.is_serving() for listener in self._listeners)

    @property
    def connections(self) -> int:
        """Open ones."""
        return len(self._connections)

    @property
    def refused(self) -> int:
        """Connections that were reset because of the limits."""
        return self._gate.refused

    def clients(self) -> tuple[ClientCounters, ...]:
        """The counters of each client address, the longest unseen first; 64 that have gone are remembered."""
        return self._gate.counters(self.trace.utc_offset_us)

    def end(self, address: str, reason: str) -> int:
        """Close the connections of a client; how many there were. It may come again."""
        found = [one for one in self._connections if one.address == address]
        for connection in found:
            connection.end(reason)
        return len(found)

    async def start(self, sock: socket.socket) -> None:
        """Accept connections on `sock`, bound and perhaps already listening; may be called for several sockets.

        They are closed by `hold` and `stop`: of one that others listen on too, give a duplicate.
        """
        loop = asyncio.get_running_loop()
        self._listeners.append(await loop.create_server(lambda: Connection(self._shared), sock=sock, backlog=BACKLOG))

    async def stop(self) -> None:
        """Close the listeners and every connection at once."""
        self._gate.closed = True
        self._stop_listening()
        await self._abort(tuple(self._connections))

    # to another process, and from another

    async def hold(self, limit_s: float) -> None:
        """Read, accept and answer nothing more; ends when all answers that are owed have left.

        A client that does not take its answers until `limit_s` loses its connection: they cannot be handed over.
        """
        self._stop_listening()
        for connection in self._connections:
            connection.hold()
        loop = asyncio.get_running_loop()
        end = loop.time() + limit_s
        while (busy := [one for one in self._connections if not one.at_rest]) and loop.time() < end:
            await asyncio.sleep(0.0005)
        await self._abort(busy)

    def handed(self) -> tuple[dict[str, Any], Sequence[tuple[Any, bytes]]]:
        """While it holds: what is known of clients and line, as JSON; sockets with what was read of a request."""
        told = {
            "clients": [client.told() for client in self._clients],
            "holding": self._control.holding,
            "line": asdict(self._line),
            "refused": self._gate.refused,
        }
        return told, [(connection.socket, connection.read) for connection in self._connections if connection.ours]

    async def give_away(self) -> None:
        """Another process has the connections: forget them, and close none."""
        self._gate.closed = True
        await self._abort(tuple(self._connections))  # the other one's descriptors keep them open

    async def go_on(self, sock: socket.socket | None) -> None:
        """After `hold`, where nobody took them."""
        for connection in tuple(self._connections):
            connection.go_on()
        if sock is not None:
            await self.start(sock)

    def know(self, told: Mapping[str, Any]) -> None:
        """What the process before this one has told; before its connections are adopted."""
        self._clients.know(told["clients"])
        self._control.holding = (told["holding"][0], told["holding"][1])
        for name in self._line.__slots__:
            setattr(self._line, name, told["line"].get(name, 0))
        self._gate.refused = told["refused"]

    async def adopt(self, sock: socket.socket, begun: bytes) -> None:
        """Serve a connection of the process before this one from here on."""
        sock.setblocking(False)
        loop = asyncio.get_running_loop()
        with suppress(OSError):  # its peer has gone meanwhile
            await loop.connect_accepted_socket(lambda: Connection(self._shared, begun), sock)

    def _stop_listening(self) -> None:
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()

    async def _abort(self, connections: Collection[Connection]) -> None:
        for connection in connections:
            connection.abort()
        await asyncio.gather(*(connection.gone for connection in connections))
