"""A PLC's server on the socket that the master holds: opened again and again until it serves.

The master's socket stays bound, and the kernel would let clients connect to it and wait for ever. So until somebody
serves there, whoever connects is reset at once and knows.
"""

import asyncio
import logging
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

from protocols.alarms import PORT_TAKEN, Alarm

from . import generations
from .addresses import SETTING, listen
from .alarms import Alarms

log = logging.getLogger(__name__)

RETRY_S = (1.0, 2.0, 5.0, 10.0)
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close by RST
BREATH_S = 0.5  # where no connection can be taken, for want of descriptors


class KeptServer:
    """`open` once at the start, `run` besides as long as the station does."""

    def __init__(
        self, name: str, alarm: Alarm, alarms: Alarms, start: Callable[[socket.socket], Awaitable[None]]
    ) -> None:
        """`start` may be called again after it raised."""
        self.name, self._alarm, self._alarms, self._start = name, alarm, alarms, start
        self._listener = generations.sockets.get(name)
        self._own: socket.socket | None = None  # no other process holds it
        self.trouble = ""  # why it does not serve; "" = it does
        self._port_taken = False
        self._told: Alarm | None = alarm  # perhaps by the generation before

    async def open(self) -> None:
        """Try once; what goes wrong is an alarm, for the other servers have their own clients."""
        try:
            await self._start(self._socket())
        except Exception as exc:  # whatever keeps it from serving, the line runs
            self._failed(exc)
        else:
            if self.trouble:
                log.warning("%s serves", self.name)
            self.trouble = ""
        self._tell(PORT_TAKEN if self._port_taken else self._alarm)

    def close(self) -> None:
        """After the server on it."""
        if self._own:
            generations.sockets.pop(self.name, None)
            self._own.close()

    def _tell(self, alarm: Alarm) -> None:
        if self._told and (self._told is not alarm or not self.trouble):
            self._alarms.clear(self._told)
        self._told = alarm if self.trouble else None
        if self.trouble:
            self._alarms.raise_(alarm, self.trouble)

    def _socket(self) -> socket.socket:
        """The master's; one of our own where another program had the port when the master started."""
        self._port_taken = self._listener is None
        if self._listener is None:
            self._listener = self._own = listen(generations.taken[self.name])
            generations.sockets[self.name] = self._own  # whoever serves it again finds it there
        self._port_taken = False
        return self._listener

    def _failed(self, exc: Exception) -> None:
        words = f"{type(exc).__name__}: {exc}"
        if self._port_taken:
            words = f"{generations.taken[self.name]} ({SETTING[self.name]})"
        if words != self.trouble:
            log.error("%s does not serve: %s", self.name, exc, exc_info=not self._port_taken)
        self.trouble = words

    async def run(self) -> None:
        """Until it serves."""
        attempt = 0
        while self.trouble:
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S[min(attempt, len(RETRY_S) - 1)]):
                    await self._turn_away()
            await self.open()
            attempt += 1

    async def _turn_away(self) -> None:
        loop, listener = asyncio.get_running_loop(), self._listener
        if listener is None:
            await asyncio.Event().wait()  # nobody can connect
            return
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
            except OSError:
                await asyncio.sleep(BREATH_S)
                continue
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            connection.close()
