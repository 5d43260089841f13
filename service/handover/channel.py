"""Messages between two generations, with open sockets in them."""

import array
import asyncio
import os
import signal
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

import orjson

PROTOCOL = 1  # one more with each change that the other side must know of
_LARGEST = 160 * 1024  # bytes of a message; the kernel takes 200 KB
_MOST_SOCKETS = 32  # in one message, each with the 2 KB that may have been read of it
_KILLED_S = 2.0  # until a process that was killed is gone
_CREDENTIALS = struct.Struct("3i")  # SO_PEERCRED: pid, uid, gid

Message = dict[str, Any]


class Gone(Exception):
    """The other side has closed the channel, or its process has ended."""


def door() -> socket.socket:
    """A listening socket without a file; its name is chosen by the kernel, and told by `name_of`."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
    listener.bind("")
    listener.listen(4)
    return listener


def name_of(listener: socket.socket) -> str:
    """For `Channel.to`."""
    return bytes(listener.getsockname()[1:]).decode("ascii")


class Channel:
    """One end of a connection between processes of the same user."""

    def __init__(self, sock: socket.socket) -> None:
        """

        Raises:
            PermissionError: The other end is another user's.
            ProcessLookupError: It has ended.
        """
        self._sock = sock
        self.peer, user, _ = _CREDENTIALS.unpack(
            sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        )
        if user != os.geteuid():
            sock.close()
            raise PermissionError(f"process {self.peer} belongs to user {user}")
        self._process = os.pidfd_open(self.peer)

    @classmethod
    def to(cls, name: str) -> Self:
        """

        Raises:
            OSError: Nobody listens there, or another user.
        """
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
        try:
            sock.connect(b"\0" + name.encode("ascii"))
            return cls(sock)
        except OSError:
            sock.close()
            raise

    async def send(self, message: Message, sockets: Sequence[Any] = ()) -> None:
        """`sockets` have `fileno()`; both sides hold them then. At most `_MOST_SOCKETS`.

        Raises:
            Gone
        """
        data = [orjson.dumps(message)]
        rights = array.array("i", [sock.fileno() for sock in sockets])
        more = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)] if rights else []
        while True:
            try:
                self._sock.sendmsg(data, more)
                return
            except BlockingIOError:
                await _ready(self._sock, writing=True)
            except OSError as exc:
                raise Gone(str(exc)) from exc

    async def receive(self, limit_s: float) -> tuple[Message, list[socket.socket]]:
        """The next message, with the sockets in it.

        Raises:
            Gone
            TimeoutError: Nothing came within `limit_s`.
        """
        async with asyncio.timeout(limit_s):
            while True:
                try:
                    data, descriptors, _, _ = socket.recv_fds(self._sock, _LARGEST, _MOST_SOCKETS)
                    break
                except BlockingIOError:
                    await _ready(self._sock, writing=False)
                except OSError as exc:
                    raise Gone(str(exc)) from exc
        sockets = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        if not data:
            raise Gone("it has closed the channel")
        return orjson.loads(data), sockets

    async def ended(self, limit_s: float) -> bool:
        """Whether the other process ends in time."""
        try:
            async with asyncio.timeout(limit_s):
                await _ready(self._process, writing=False)
        except TimeoutError:
            return False
        return True

    async def kill(self) -> None:
        """End the other process, which has the same user and does not answer; return when it is gone."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        await self.ended(_KILLED_S)

    def close(self) -> None:
        """The other side hears of it."""
        self._sock.close()
        os.close(self._process)


async def _ready(file: Any, *, writing: bool) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    add, remove = (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)
    add(file, lambda: None if ready.done() else ready.set_result(None))
    try:
        await ready
    finally:
        remove(file)


def batches(connections: Sequence[tuple[Any, bytes]]) -> list[Sequence[tuple[Any, bytes]]]:
    """Of connections, each with the bytes that were read of it, so many as one message takes."""
    return [connections[at : at + _MOST_SOCKETS] for at in range(0, len(connections), _MOST_SOCKETS)]
