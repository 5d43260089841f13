"""Socket.IO clients of python-socketio, over both transports. usage: python -m benchmarks.load.consoles PORT CLIENTS

Runs until its standard input ends and everybody is connected, then says what it did.
"""

import asyncio
import json
import logging
import sys
import time

import socketio

PATIENCE_S = 30.0
TRANSPORTS = (["websocket"], ["polling", "websocket"], ["polling"])


class Console:
    """One client; it comes back by itself, as the library does."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient()
        self.client.on("disconnect", self._lost)
        self.client.on("connect", self._back)
        self.lost = 0
        self.slowest_s = self._lost_at = 0.0

    async def _lost(self, *_: object) -> None:
        self.lost += 1
        self._lost_at = time.monotonic()

    async def _back(self) -> None:
        if self._lost_at:
            self.slowest_s = max(self.slowest_s, time.monotonic() - self._lost_at)


async def main(port: int, clients: int) -> None:
    consoles = [Console() for _ in range(clients)]
    for number, console in enumerate(consoles):
        transports = TRANSPORTS[number % len(TRANSPORTS)]
        await console.client.connect(f"http://127.0.0.1:{port}", transports=transports, wait_timeout=PATIENCE_S)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    lost, end = sum(console.lost for console in consoles), time.monotonic() + PATIENCE_S
    while not all(console.client.connected for console in consoles) and time.monotonic() < end:
        await asyncio.sleep(0.02)
    said = {
        "clients": sum(console.client.connected for console in consoles),
        "lost": lost,
        "slowest_back_s": round(max(console.slowest_s for console in consoles), 2),
    }
    print(json.dumps(said), flush=True)
    for console in consoles:
        await console.client.shutdown()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
