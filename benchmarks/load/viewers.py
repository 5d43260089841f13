"""Viewers of the live stream that draw nothing. usage: python -m benchmarks.load.viewers PORT CLIENTS

Each acknowledges a frame as it comes. Runs until its standard input ends, then says what it saw.
"""

import asyncio
import json
import sys

import aiohttp

WIDTH_PX = 1280


class Viewer:
    """One of them: frames it got, and whether one was older than the one of its kind before.

    A judged part comes when it is judged, among live frames that are newer.
    """

    def __init__(self) -> None:
        self.frames = self.disordered = 0
        self.first = asyncio.Event()
        self._newest_ms: dict[str, float] = {}

    async def watch(self, session: aiohttp.ClientSession, port: int) -> None:
        async with session.ws_connect(f"http://127.0.0.1:{port}/api/v1/live?width={WIDTH_PX}") as socket:
            async for word in socket:
                size = int.from_bytes(word.data[:4], "big")
                header = json.loads(word.data[4 : 4 + size])
                if header["kind"] == "heartbeat":
                    continue
                self.frames += 1
                kind, acquired_ms = header["kind"], header["acquired_ms"]
                self.disordered += acquired_ms < self._newest_ms.get(kind, 0)
                self._newest_ms[kind] = acquired_ms
                self.first.set()
                await socket.send_str(str(header["frame_id"]))


async def main(port: int, clients: int) -> None:
    viewers = [Viewer() for _ in range(clients)]
    origin = {"Origin": f"http://127.0.0.1:{port}"}
    async with aiohttp.ClientSession(headers=origin, connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks = [asyncio.ensure_future(viewer.watch(session, port)) for viewer in viewers]
        await asyncio.gather(*(viewer.first.wait() for viewer in viewers))
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        ended = sum(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    said = {
        "viewers": clients,
        "ended": ended,
        "fewest_frames": min(viewer.frames for viewer in viewers),
        "disordered": sum(viewer.disordered for viewer in viewers),
    }
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
