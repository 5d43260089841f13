"""Connections on a listening socket of ours: too large, too many or malformed ends one at once."""

import asyncio
import ipaddress
import logging
import socket
from typing import Any

from asyncua import ua
from asyncua.common.connection import TransportLimits
from asyncua.server.binary_server_asyncio import BinaryServer, OPCUAProtocol
from asyncua.server.internal_server import InternalServer
from asyncua.server.uaprocessor import UaProcessor
from asyncua.ua.ua_binary import uatcp_to_binary

from protocols.peers import watch_peer
from protocols.seldom import Seldom

from .decoding import install
from .processor import Processor
from .trust import CertificateRefused

log = logging.getLogger(__name__)

MAX_CHUNK, MAX_MESSAGE = 65535, 1024 * 1024  # bytes
MAX_BEFORE_LOGIN = 128 * 1024  # of one message; nobody needs more to log in
LIMITS = TransportLimits(
    max_recv_buffer=MAX_CHUNK,
    max_send_buffer=MAX_CHUNK,
    max_chunk_count=MAX_MESSAGE // MAX_CHUNK + 1,
    max_message_size=MAX_MESSAGE,
)
HEADER = 8  # bytes: kind, final or not, size
HEADERS = {b"HEL": 8, b"ERR": 8, b"OPN": 12, b"MSG": 12, b"CLO": 12}  # what a chunk is longer than, by kind


class _Connection(OPCUAProtocol):
    per_address = 16
    seldom: Seldom
    _rest = b""  # the beginning of a chunk
    processor: UaProcessor | None
    _unfinished = 0  # bytes of the message that is being put together

    def connection_made(self, transport: Any) -> None:
        host = transport.get_extra_info("peername")[0]
        others = sum(client.peer_name[0] == host for client in self.clients)
        if others >= self.per_address and not ipaddress.ip_address(host).is_loopback:
            log.warning("OPC UA: %s has %d connections, one more is refused", host, others)
            self.peer_name = (host, 0)
            transport.abort()
            return
        watch_peer(transport.get_extra_info("socket"))
        super().connection_made(transport)
        if self.transport is not None:  # else it was one too many
            self.processor = Processor(self.iserver, self.transport, self.limits)
            self.processor.set_policies(self.policies)

    def data_received(self, data: bytes) -> None:
        """Hand on chunk by chunk what has the form of one; asyncua would log all else, once for each that comes."""
        self._rest += data
        while self.transport is not None and not self.transport.is_closing():
            if code := _fault(self._rest):
                self._malformed(code, f"{self._rest[:12].hex(' ')} begins no chunk")
            size = int.from_bytes(self._rest[4:8], "little")
            if code or len(self._rest) < max(size, HEADER):
                return
            chunk, self._rest = self._rest[:size], self._rest[size:]
            super().data_received(chunk)

    async def _process_one_msg(self, header: Any, buf: Any) -> bool:
        self._unfinished = self._unfinished + header.body_size if header.ChunkType == b"C" else 0
        if self._unfinished > MAX_BEFORE_LOGIN and not self._logged_in:
            self._end(ua.StatusCodes.BadTcpMessageTooLarge)
            return False
        try:
            return bool(await super()._process_one_msg(header, buf))
        except CertificateRefused as exc:
            self._end(exc.code)
            return False
        except Exception as exc:  # whatever a malformed message raises in the decoder ends this connection alone
            self._malformed(ua.StatusCodes.BadTcpMessageTypeInvalid, str(exc))
            return False

    @property
    def _logged_in(self) -> bool:
        session = self.processor.session if self.processor else None
        return session is not None and bool(session.is_activated())

    def _malformed(self, code: int, why: str) -> None:
        if self.seldom.due("malformed"):
            log.info("OPC UA: malformed message from %s: %s (told once a minute)", self.peer_name, why[:200])
        self._end(code)

    def end(self) -> None:
        """A person closes it."""
        self._end(ua.StatusCodes.BadConnectionClosed)

    def _end(self, code: int) -> None:
        self._rest = b""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(uatcp_to_binary(ua.MessageType.Error, ua.ErrorMessage(ua.StatusCode(code), "")))
            self.transport.close()


def _fault(data: bytes) -> int:
    """The status code that ends a connection on which a chunk begins like this; 0 = it may become one."""
    if data and not any(data[:3] == kind[: len(data)] for kind in HEADERS):
        return int(ua.StatusCodes.BadTcpMessageTypeInvalid)
    if len(data) < HEADER:
        return 0
    size = int.from_bytes(data[4:8], "little")
    if size > MAX_CHUNK or size <= HEADERS[data[:3]]:
        return int(ua.StatusCodes.BadTcpMessageTooLarge if size > MAX_CHUNK else ua.StatusCodes.BadDecodingError)
    return 0


class SocketServer(BinaryServer):
    """asyncua's socket server on a socket that is already listening."""

    def __init__(self, internal: InternalServer, listener: socket.socket, per_address: int) -> None:
        install()
        super().__init__(internal, *listener.getsockname()[:2], LIMITS)
        self._listener, self._per_address, self._seldom = listener, per_address, Seldom()

    @property
    def serving(self) -> bool:
        """Connections are accepted."""
        return self._server is not None and bool(self._server.is_serving())

    def _make_protocol(self) -> OPCUAProtocol:
        made = _Connection(self.iserver, self._policies, self.clients, self.closing_tasks, self.limits)
        made.per_address, made.seldom = self._per_address, self._seldom
        return made

    async def start(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(self._make_protocol, sock=self._listener)
        self.cleanup_task = asyncio.create_task(self._close_task_loop())
