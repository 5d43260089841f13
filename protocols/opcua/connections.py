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
KINDS = (b"HEL", b"OPN", b"MSG", b"CLO", b"ERR")


class _Connection(OPCUAProtocol):
    per_address = 16
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
        if self.processor is not None:  # not refused
            self.processor = Processor(self.iserver, self.transport, self.limits)
            self.processor.set_policies(self.policies)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        rest = self._buffer
        if rest and not any(rest[:3] == kind[: len(rest)] for kind in KINDS):
            self._end(ua.StatusCodes.BadTcpMessageTypeInvalid)
        elif len(rest) >= 8 and int.from_bytes(rest[4:8], "little") > MAX_CHUNK:
            self._end(ua.StatusCodes.BadTcpMessageTooLarge)

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
            log.info("OPC UA: malformed message from %s: %s", self.peer_name, exc)
            self._end(ua.StatusCodes.BadTcpMessageTypeInvalid)
            return False

    @property
    def _logged_in(self) -> bool:
        session = self.processor.session if self.processor else None
        return session is not None and bool(session.is_activated())

    def _end(self, code: int) -> None:
        self._buffer = b""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(uatcp_to_binary(ua.MessageType.Error, ua.ErrorMessage(ua.StatusCode(code), "")))
            self.transport.close()


class SocketServer(BinaryServer):
    """asyncua's socket server on a socket that is already listening."""

    def __init__(self, internal: InternalServer, listener: socket.socket, per_address: int) -> None:
        super().__init__(internal, *listener.getsockname()[:2], LIMITS)
        self._listener, self._per_address = listener, per_address

    @property
    def serving(self) -> bool:
        """Connections are accepted."""
        return self._server is not None and bool(self._server.is_serving())

    def _make_protocol(self) -> OPCUAProtocol:
        made = _Connection(self.iserver, self._policies, self.clients, self.closing_tasks, self.limits)
        made.per_address = self._per_address
        return made

    async def start(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(self._make_protocol, sock=self._listener)
        self.cleanup_task = asyncio.create_task(self._close_task_loop())
