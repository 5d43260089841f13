"""REST requests at a fixed rate over keep-alive connections. usage: python -m benchmarks.load.http PORT RATE

Runs until its standard input ends, then says what it did. A request that finds no free connection is late and not
left out.
"""

import json
import select
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle

CONNECTIONS = 50
PATHS = ("/api/v1/station", "/api/v1/counters")
SOON_S = 0.05


def requests() -> Iterator[bytes]:
    return cycle([f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() for path in PATHS])


class Connection:
    """One request at a time."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket, self.due, self._answer = sock, 0.0, b""

    def ask(self, request: bytes, due: float) -> None:
        self.due, self._answer = due, b""
        self.socket.sendall(request)

    def answered(self) -> bool:
        """Read what is there; whether that completes the answer. Raises RuntimeError where it is not a 200."""
        self._answer += self.socket.recv(65536)
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found:
            return False
        if b" 200 " not in head[:15]:
            raise RuntimeError(head[:60])
        return len(body) >= int(head.lower().partition(b"content-length:")[2].split(b"\r")[0])


def run(port: int, rate: float) -> list[float]:
    """Seconds from when each request was due to its answer."""
    took: list[float] = []
    next_request = requests()
    with ExitStack() as stack, select.epoll() as poll:
        idle = [
            Connection(stack.enter_context(socket.create_connection(("127.0.0.1", port)))) for _ in range(CONNECTIONS)
        ]
        by_fd = {connection.socket.fileno(): connection for connection in idle}
        for fd in (sys.stdin.fileno(), *by_fd):
            poll.register(fd, select.EPOLLIN)
        due = time.perf_counter()
        while True:
            while idle and due <= time.perf_counter():
                idle.pop().ask(next(next_request), due)
                due += 1 / rate
            wait = max(0.0, due - time.perf_counter()) if idle else SOON_S
            for fd, _ in poll.poll(min(wait, SOON_S)):
                if fd not in by_fd:
                    return took
                if by_fd[fd].answered():
                    took.append(time.perf_counter() - by_fd[fd].due)
                    idle.append(by_fd[fd])


def main(port: int, rate: float) -> None:
    began = time.perf_counter()
    took = sorted(run(port, rate)) or [0.0]
    per_s, p99_ms = len(took) / (time.perf_counter() - began), 1000 * took[int(len(took) * 0.99)]
    print(json.dumps({"per_s": round(per_s), "p99_ms": round(p99_ms, 2)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
