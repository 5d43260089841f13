"""Socket.IO clients over WebSocket that listen. usage: python -m benchmarks.load.browsers PORT CLIENTS

Runs until its standard input ends, then says what it did.
"""

import asyncio
import base64
import json
import os
import sys
import time

PONG, CONNECT = b"3", b"40"


class Browser(asyncio.Protocol):
    """One client; counts the events that arrive."""

    ready = events = lost = 0

    def __init__(self, port: int) -> None:
        self._port, self._data, self._upgraded = port, b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://127.0.0.1:{self._port}\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._upgraded:
            head, found, rest = self._data.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head[:40]:
                raise RuntimeError(head[:80])
            self._upgraded, self._data = True, rest
        while (frame := self._next()) is not None:
            self._handle(frame)

    def _next(self) -> bytes | None:
        """The payload of the next whole frame; servers do not mask."""
        data = self._data
        if len(data) < 2:
            return None
        size, start = data[1] & 127, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(data) < start:
                return None
            size = int.from_bytes(data[2:start], "big")
        if len(data) < start + size:
            return None
        self._data = data[start + size :]
        return data[start : start + size]

    def _handle(self, payload: bytes) -> None:
        if payload[:1] == b"2":
            self._send(PONG)
        elif payload[:1] == b"0":
            self._send(CONNECT)
        elif payload[:2] == b"40":
            Browser.ready += 1
        elif payload[:2] == b"42":
            Browser.events += 1

    def _send(self, payload: bytes) -> None:
        self._transport.write(bytes((0x81, 0x80 | len(payload), 0, 0, 0, 0)) + payload)

    def connection_lost(self, exc: Exception | None) -> None:
        Browser.lost += 1


async def main(port: int, clients: int) -> None:
    loop = asyncio.get_running_loop()
    for number in range(clients):
        await loop.create_connection(lambda: Browser(port), "127.0.0.1", port)
        if number % 20 == 19:
            await asyncio.sleep(0.01)
    end = time.monotonic() + 30
    while Browser.ready < clients and time.monotonic() < end:
        await asyncio.sleep(0.02)
    print("ready", Browser.ready, flush=True)
    before, began = Browser.events, time.perf_counter()
    await asyncio.to_thread(sys.stdin.read)
    per_s = (Browser.events - before) / (time.perf_counter() - began)
    print(json.dumps({"clients": Browser.ready, "lost": Browser.lost, "events_per_s": round(per_s)}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
