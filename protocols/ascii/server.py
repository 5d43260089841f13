"""The TCP server of the text interface: connections, lines, and results for those who only listen."""

import asyncio
import logging
import socket
import struct
from typing import cast

from protocols.standstill import Standstill

from ..settings import AsciiSettings
from .commands import Commands, Fault, split
from .station import AsciiStation
from .template import Result, Template

log = logging.getLogger(__name__)

LONGEST_LINE = 256  # bytes
_WAITING_LINES = 16  # of one connection: then it is not read on
_UNREAD_BYTES = 65536  # that a client may leave unread before it is closed
_ENDS = {"crlf": b"\r\n", "cr": b"\r", "lf": b"\n"}


class AsciiServer:
    """Answers each connection's lines in their order; another connection is answered meanwhile."""

    def __init__(self, station: AsciiStation, settings: AsciiSettings, standstill: Standstill) -> None:
        """While `standstill` lasts only questions are answered."""
        self._settings = settings
        self._template = Template(settings.template)
        self._commands = Commands(station, self._template, standstill)
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()

    @property
    def clients(self) -> int:
        """Open connections."""
        return len(self._connections)

    async def start(self, listener: socket.socket) -> None:
        """Serve on a listening socket, which stays the caller's."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connect, sock=listener.dup())

    async def stop(self) -> None:
        """Close every connection."""
        if self._server is not None:
            self._server.close()
        tasks = [connection.end() for connection in list(self._connections)]
        await asyncio.gather(*tasks, return_exceptions=True)

    def publish(self, result: Result) -> None:
        """Tell a result to whom `push` has it told; at once."""
        if self._settings.push and self._connections:
            line = self._template.line(result).encode()
            for connection in list(self._connections):
                connection.tell(line)

    def _connect(self) -> "_Connection":
        return _Connection(self._commands, self._settings, self._connections)


class _Connection(asyncio.Protocol):
    """One client."""

    def __init__(self, commands: Commands, settings: AsciiSettings, others: "set[_Connection]") -> None:
        self._commands, self._settings, self._others = commands, settings, others
        self._end_of_line = _ENDS[settings.line_end]
        self._buffer = b""
        self._skipping = False  # the rest of a line that was too long
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._who = ""
        self._task: asyncio.Task[None] | None = None  # None where there was no place

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its type
        self._who = str(transport.get_extra_info("peername")[0])
        if len(self._others) >= self._settings.max_connections:
            log.warning("text interface: %s refused, %d connections are open", self._who, len(self._others))
            _reset(self._transport)
            return
        _keep_alive(transport.get_extra_info("socket"))
        self._transport.set_write_buffer_limits(high=_UNREAD_BYTES)
        self._others.add(self)
        self._task = asyncio.ensure_future(self._serve())

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            self._take(line)
        if len(self._buffer) > LONGEST_LINE:
            if not self._skipping:
                self._waiting.put_nowait(None)
            self._buffer, self._skipping = b"", True
        if self._waiting.qsize() > _WAITING_LINES:
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._others.discard(self)
        if self._task is not None:
            self._task.cancel()  # the inspection goes on, its result is kept

    def pause_writing(self) -> None:
        """It does not read what it asked for: somebody else may have its place."""
        log.warning("text interface: %s does not read its answers and is closed", self._who)
        self._transport.abort()

    def tell(self, line: bytes) -> None:
        """Write one line."""
        if not self._transport.is_closing():
            self._transport.write(line + self._end_of_line)

    def end(self) -> "asyncio.Future[None]":
        """Close; done when nothing runs any more."""
        self._transport.close()
        assert self._task is not None
        self._task.cancel()
        return self._task

    def _take(self, line: bytes) -> None:
        if self._skipping:
            self._skipping = False
        elif len(line) > LONGEST_LINE:
            self._waiting.put_nowait(None)
        elif line.strip():
            self._waiting.put_nowait(line)

    async def _serve(self) -> None:
        while True:
            line = await self._waiting.get()
            if self._waiting.qsize() <= _WAITING_LINES // 2 and not self._transport.is_closing():
                self._transport.resume_reading()
            if line is None:
                self.tell(b"E;%d;a line has up to %d bytes" % (Fault.TOO_LONG, LONGEST_LINE))
                continue
            try:
                self.tell(await self._commands.answer(line, self._who))
            except Exception:  # a defect of ours must not leave a robot waiting for its answer
                log.exception("text interface: %r failed", line)
                self.tell(split(line)[0] + b"E;%d;internal error, see log" % Fault.INTERNAL)


def _reset(transport: asyncio.Transport) -> None:
    """Close with RST: the client knows at once that it has no place."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _keep_alive(sock: socket.socket) -> None:
    """A dead peer is freed after about 6 s, as on Modbus TCP."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 3), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 3)):
        sock.setsockopt(socket.IPPROTO_TCP, option, value)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 6000)
