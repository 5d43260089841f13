"""The socket that systemd gives a unit of ``Type=notify``, held by a test."""

import secrets
import socket
import struct
import time
from dataclasses import dataclass
from types import TracebackType

from tests.patience import PATIENCE_S

_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid


@dataclass(frozen=True)
class Told:
    """One message, and the process that sent it."""

    process: int
    fields: dict[str, str]


class NotifySocket:
    """An abstract address, as the service manager's may be; `told` holds all messages that were read."""

    def __init__(self) -> None:
        self.address = f"@vision-tests-{secrets.token_hex(8)}"
        self.told: list[Told] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind("\0" + self.address[1:])

    def __enter__(self) -> "NotifySocket":
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._socket.close()

    def until(self, field: str, containing: str = "", limit_s: float = PATIENCE_S) -> Told:
        """The next message with this field; raises TimeoutError."""
        end = time.monotonic() + limit_s
        while True:
            told = self._next(max(0.001, end - time.monotonic()))
            if containing in told.fields.get(field, "") and field in told.fields:
                return told

    def waiting(self) -> list[Told]:
        """All that has come already."""
        found: list[Told] = []
        try:
            while True:
                found.append(self._next(0))
        except TimeoutError:
            return found

    def _next(self, limit_s: float) -> Told:
        self._socket.settimeout(limit_s)
        try:
            data, extra, _, _ = self._socket.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
        except BlockingIOError:
            raise TimeoutError from None
        process = _CREDENTIALS.unpack(extra[0][2])[0]
        told = Told(process, dict(line.split("=", 1) for line in data.decode().splitlines()))
        self.told.append(told)
        return told
