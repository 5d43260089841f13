"""Socket.IO fan-out that leaves the loop to the PLC: encode once, write in slices, drop who does not read."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import socketio
from aiohttp import web
from engineio import packet as engine_packet

log = logging.getLogger(__name__)
SLICE = 25  # clients between two pauses
PAUSE_S = 0.001  # a thread that a part waits for gets the interpreter only when the loop sleeps
MOST_QUEUED = 100  # messages
MOST_UNSENT = 64 * 1024  # bytes in front of a socket that takes no more


class Json:
    """orjson in the shape that Socket.IO wants. Process-wide: its packets keep it in their class."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        return orjson.loads(text)


@dataclass(frozen=True, slots=True)
class Message:
    """An event in the forms it travels in."""

    packet: engine_packet.Packet
    frame: bytes  # of a WebSocket, whole: the same for every client

    @classmethod
    def of(cls, event: str, data: bytes) -> "Message":
        """`event` with `data`, which is JSON already."""
        packet = engine_packet.Packet(engine_packet.MESSAGE, f'2["{event}",{data.decode()}]')
        return cls(packet, text_frame(packet.encode().encode()))


def text_frame(data: bytes) -> bytes:
    """An unmasked WebSocket text frame (RFC 6455, 5.2)."""
    size = len(data)
    if size < 126:
        return bytes((0x81, size)) + data
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + data
    return b"\x81\x7f" + size.to_bytes(8, "big") + data


class EventQueue(asyncio.Queue[Any]):
    """A client's queue that knows when its writer has nothing left in hand."""

    transport: asyncio.Transport | None = None  # of its WebSocket
    idle = False

    async def get(self) -> Any:
        self.idle = self.empty()
        try:
            return await super().get()
        finally:
            self.idle = False

    @property
    def direct(self) -> asyncio.Transport | None:
        """The transport, where a message written to it now overtakes nothing."""
        return self.transport if self.idle and self.empty() else None

    @property
    def slow(self) -> bool:
        """The client does not read."""
        unsent = self.transport.get_write_buffer_size() if self.transport else 0
        return self.qsize() > MOST_QUEUED or unsent > MOST_UNSENT


class PlainWebSocket:
    """Engine.IO's WebSocket without permessage-deflate, which costs 100 kB a client and a fifth more time."""

    def __init__(self, handler: Any, server: Any) -> None:
        self._handler, self._server = handler, server
        self._socket = web.WebSocketResponse(compress=False, max_msg_size=server.max_http_buffer_size)

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        request: web.Request = environ["aiohttp.request"]
        await self._socket.prepare(request)
        queue = self._handler.__self__.queue  # of the Engine.IO socket whose method the handler is
        queue.transport = request.transport  # whatever its class: uvloop has its own
        self.environ = environ
        await self._handler(self)
        return self._socket

    async def close(self) -> None:
        await self._socket.close()

    async def send(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            await self._socket.send_bytes(message)
        else:
            await self._socket.send_str(message)

    async def wait(self) -> str | bytes:
        """The next message. Raises OSError when there will be none."""
        data = (await self._socket.receive()).data
        if not isinstance(data, bytes | str):
            raise OSError("closed")
        return data


class PacedManager(socketio.AsyncManager):  # type: ignore[misc]
    """The clients of one server."""

    async def broadcast(self, messages: Sequence[Message]) -> None:
        """Give `messages`, in order, to every client."""
        frames = b"".join(message.frame for message in messages)
        sockets = self.server.eio.sockets
        for number, (_, eio_sid) in enumerate(list(self.get_participants("/", None)), 1):
            client = sockets.get(eio_sid)
            if client is not None and not client.closed:
                await self._give(client, messages, frames)
            if number % SLICE == 0:
                await asyncio.sleep(PAUSE_S)

    async def _give(self, client: Any, messages: Sequence[Message], frames: bytes) -> None:
        queue: EventQueue = client.queue
        if queue.slow:
            await drop(client)
        elif client.upgraded and (transport := queue.direct):
            transport.write(frames)
        else:
            for message in messages:
                queue.put_nowait(message.packet)


async def drop(client: Any) -> None:
    """End a client that does not read; what waits for it is thrown away."""
    log.info("a viewer does not read its events and is dropped")
    await client.close(wait=False, abort=True)
    if client.queue.transport is not None:
        client.queue.transport.abort()
