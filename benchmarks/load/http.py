"""REST requests at a fixed rate over keep-alive connections. usage: python -m benchmarks.load.http PORT RATE

Runs until its standard input ends and what was asked is answered, then says what it did. A request that finds no free
connection is late and not left out. As every HTTP client does, it closes where an answer says so, and asks once more
where a connection that had served before ended without a byte of the answer.
"""

import json
import select
import socket
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass
from itertools import cycle

CONNECTIONS = 50
PATHS = ("/api/v1/station", "/api/v1/counters")
SOON_S = 0.05
PATIENCE_S = 20.0  # for the last answers


@dataclass(slots=True)
class Request:
    """One GET."""

    data: bytes
    due: float
    repeated: bool = False


class Connection:
    """One request at a time; connects when it is asked to."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._answer = b""
        self._answers = 0  # over this connection

    def fileno(self) -> int:
        assert self._socket
        return self._socket.fileno()

    @property
    def open(self) -> bool:
        return self._socket is not None

    @property
    def may_repeat(self) -> bool:
        """It served before, and ended before its first byte: the server never saw the request, or was leaving."""
        return self._answers > 0 and not self._answer

    def connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers = 0

    def close(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None

    def ask(self, data: bytes) -> None:
        assert self._socket
        self._answer = b""
        self._socket.sendall(data)

    def answered(self) -> int:
        """Read what is there. The status of the answer that this completes, or 0.

        Raises:
            OSError: The connection has ended.
        """
        assert self._socket
        if not (more := self._socket.recv(65536)):
            raise ConnectionResetError("closed without an answer")
        self._answer += more
        head, found, body = self._answer.partition(b"\r\n\r\n")
        head = head.lower()
        if not found or len(body) < int(head.partition(b"content-length:")[2].split(b"\r")[0]):
            return 0
        self._answers += 1
        if b"\r\nconnection: close" in head:
            self.close()
        return int(head[9:12])


class Load:
    """Asks in turn for `PATHS`, and counts."""

    def __init__(self, port: int, rate: float) -> None:
        self._rate = rate
        self._poll = select.epoll()
        self._idle = [Connection(port) for _ in range(CONNECTIONS)]
        self._open: dict[int, Connection] = {}
        self._asked: dict[int, Request] = {}
        self._again: deque[Request] = deque()
        self.took: list[float] = []  # seconds from when each was due to its answer
        self.failed: Counter[str] = Counter()
        self.repeated = self.told_to_close = 0

    def run(self) -> None:
        paths = cycle([f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() for path in PATHS])
        self._poll.register(sys.stdin, select.EPOLLIN)
        due, end = time.perf_counter(), 0.0
        while not end or ((self._asked or self._again) and time.perf_counter() < end):
            while self._idle and (self._again or (not end and due <= time.perf_counter())):
                if self._again:
                    self._ask(self._again.popleft())
                else:
                    self._ask(Request(next(paths), due))
                    due += 1 / self._rate
            wait = max(0.0, due - time.perf_counter()) if self._idle and not end else SOON_S
            for fd, _ in self._poll.poll(min(wait, SOON_S)):
                if fd == sys.stdin.fileno():
                    end = time.perf_counter() + PATIENCE_S
                    self._poll.unregister(fd)
                elif request := self._asked.pop(fd, None):
                    self._hear(self._open[fd], request)
                else:  # the server ends a connection that it owes nothing
                    self._open[fd].close()
        self.failed.update({"no answer": len(self._asked) + len(self._again)} if self._asked or self._again else {})

    def _ask(self, request: Request) -> None:
        connection = self._idle.pop()
        try:
            if not connection.open:
                connection.connect()
                self._poll.register(connection, select.EPOLLIN)
                self._open[connection.fileno()] = connection
            connection.ask(request.data)
            self._asked[connection.fileno()] = request
        except OSError as exc:
            self._lost(connection, request, exc)

    def _hear(self, connection: Connection, request: Request) -> None:
        fd = connection.fileno()
        try:
            status = connection.answered()
        except OSError as exc:
            self._lost(connection, request, exc)
            return
        if not status:
            self._asked[fd] = request
            return
        self.told_to_close += not connection.open
        self._idle.append(connection)
        if status == 200:
            self.took.append(time.perf_counter() - request.due)
        else:
            self.failed[f"status {status}"] += 1

    def _lost(self, connection: Connection, request: Request, exc: OSError) -> None:
        if connection.may_repeat and not request.repeated:
            self.repeated += 1
            request.repeated = True
            self._again.append(request)
        else:
            self.failed[repr(exc)] += 1
        connection.close()
        self._idle.append(connection)


def main(port: int, rate: float) -> None:
    began, load = time.perf_counter(), Load(port, rate)
    load.run()
    took = sorted(load.took) or [0.0]
    per_s = len(took) / (time.perf_counter() - began)
    said = {
        "per_s": round(per_s),
        "p99_ms": round(1000 * took[int(len(took) * 0.99)], 2),
        "max_ms": round(1000 * took[-1]),
        "answered": len(load.took),
        "failed": dict(load.failed),
        "repeated": load.repeated,
        "told_to_close": load.told_to_close,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
