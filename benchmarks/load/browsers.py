"""Socket.IO clients over WebSocket that listen. usage: python -m benchmarks.load.browsers PORT CLIENTS

Each comes back as the JavaScript client does: after 0.5 to 1.5 s, then twice that, at most 5 s. Runs until its standard
input ends and everybody is connected, then says what it did.
"""

import asyncio
import base64
import json
import os
import random
import sys
import time

PONG, CONNECT = b"3", b"40"
FIRST_DELAY_S, MOST_DELAY_S, JITTER = 1.0, 5.0, 0.5  # socket.io-client's own
PATIENCE_S = 30.0


class Told:
    """Of all clients."""

    events = lost = refused = 0
    ready = 0  # now
    first_lost = last_back = 0.0  # monotonic seconds
    slowest_s = 0.0  # from an end to being connected again


class Connection(asyncio.Protocol):
    """One WebSocket of a client."""

    def __init__(self, browser: "Browser") -> None:
        self._browser, self._data, self._upgraded, self._ready = browser, b"", False, False
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key, port = base64.b64encode(os.urandom(16)).decode(), self._browser.port
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._upgraded:
            head, found, rest = self._data.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head[:40]:
                self._transport.abort()
                return
            self._upgraded, self._data = True, rest
        while (frame := self._next()) is not None:
            self._handle(*frame)

    def _next(self) -> tuple[int, bytes] | None:
        """Opcode and payload of the next whole frame; servers do not mask."""
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
        return data[0] & 15, data[start : start + size]

    def _handle(self, opcode: int, payload: bytes) -> None:
        if opcode == 8 or payload[:1] == b"1":  # the WebSocket's end, or Engine.IO's
            self._transport.close()
        elif payload[:1] == b"2":
            self._send(PONG)
        elif payload[:1] == b"0":
            self._send(CONNECT)
        elif payload[:2] == b"40":
            self._ready = True
            self._browser.connected()
        elif payload[:2] == b"42":
            Told.events += 1

    def _send(self, payload: bytes) -> None:
        self._transport.write(bytes((0x81, 0x80 | len(payload), 0, 0, 0, 0)) + payload)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(self._ready)


class Browser:
    """One client, over all its connections."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._delay_s = FIRST_DELAY_S
        self._lost_at = 0.0

    async def run(self) -> None:
        while True:
            try:
                loop = asyncio.get_running_loop()
                _, connection = await loop.create_connection(lambda: Connection(self), "127.0.0.1", self.port)
                if await connection.ended:
                    self._lost()
                else:
                    Told.refused += 1
            except OSError:
                Told.refused += 1
            await asyncio.sleep(self._delay_s * random.uniform(1 - JITTER, 1 + JITTER))
            self._delay_s = min(2 * self._delay_s, MOST_DELAY_S)

    def connected(self) -> None:
        Told.ready += 1
        self._delay_s = FIRST_DELAY_S
        if self._lost_at:
            Told.last_back = time.monotonic()
            Told.slowest_s = max(Told.slowest_s, Told.last_back - self._lost_at)

    def _lost(self) -> None:
        self._lost_at = time.monotonic()
        Told.ready -= 1
        Told.lost += 1
        Told.first_lost = Told.first_lost or self._lost_at


async def main(port: int, clients: int) -> None:
    async with asyncio.TaskGroup() as tasks:
        running = []
        for number in range(clients):
            running.append(tasks.create_task(Browser(port).run()))
            if number % 20 == 19:
                await asyncio.sleep(0.01)
        await _all_ready(clients)
        print("ready", Told.ready, flush=True)
        before, began = Told.events, time.perf_counter()
        await asyncio.to_thread(sys.stdin.read)
        per_s = (Told.events - before) / (time.perf_counter() - began)
        lost = Told.lost  # not those of a station that goes now
        await _all_ready(clients)
        said = {
            "clients": Told.ready,
            "lost": lost,
            "refused": Told.refused,
            "slowest_back_s": round(Told.slowest_s, 2),
            "all_back_s": round(max(0.0, Told.last_back - Told.first_lost), 2),
            "events_per_s": round(per_s),
        }
        print(json.dumps(said), flush=True)
        for task in running:
            task.cancel()


async def _all_ready(clients: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while Told.ready < clients and time.monotonic() < end:
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
