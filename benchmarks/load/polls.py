"""HMIs that poll the status block. usage: python -m benchmarks.load.polls PORT CONNECTIONS PERIOD_MS

Each connection asks once a period, spread over it, and not before its last answer is there. As urgent as the station's
loop, where it may be. Runs until its standard input ends.
"""

import heapq
import json
import select
import socket
import struct
import sys
import time

from service import priority

REGISTERS = 16
REQUEST = struct.pack(">HHHBBHH", 1, 0, 6, 1, 4, 0, REGISTERS)
ANSWER_BYTES = 9 + 2 * REGISTERS


def connect(port: int, count: int) -> dict[int, socket.socket]:
    """By file descriptor."""
    sockets = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(count)]
    for sock in sockets:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return {sock.fileno(): sock for sock in sockets}


def poll(sockets: dict[int, socket.socket], period_s: float) -> list[float]:
    """Seconds from each request to its answer."""
    began = time.perf_counter()
    due = [(began + i * period_s / len(sockets), fd) for i, fd in enumerate(sockets)]
    sent: dict[int, float] = {}
    took: list[float] = []
    waiting = select.epoll()
    for fd in (*sockets, sys.stdin.fileno()):
        waiting.register(fd, select.EPOLLIN)
    while True:
        for fd, _ in waiting.poll(max(0.0, due[0][0] - time.perf_counter()) if due else -1):
            if fd == sys.stdin.fileno():
                return took
            if len(sockets[fd].recv(512)) != ANSWER_BYTES:
                raise SystemExit("an answer was cut or refused: the figures would mean nothing")
            now = time.perf_counter()
            took.append(now - sent[fd])
            heapq.heappush(due, (max(sent[fd] + period_s, now), fd))
        while due and due[0][0] <= time.perf_counter():
            _, fd = heapq.heappop(due)
            sent[fd] = time.perf_counter()
            sockets[fd].send(REQUEST)


def main() -> None:
    port, connections, period_ms = (int(argument) for argument in sys.argv[1:])
    sockets = connect(port, connections)
    print("ready", flush=True)
    priority.lead()
    took = sorted(poll(sockets, period_ms / 1000)) or [0.0]
    p50, p99 = (round(1000 * took[int(len(took) * share)], 3) for share in (0.5, 0.99))
    print(json.dumps({"polls": len(took), "p50_ms": p50, "p99_ms": p99, "max_ms": round(1000 * took[-1], 3)}))


if __name__ == "__main__":
    main()
