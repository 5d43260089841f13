"""GET at a fixed rate over keep-alive connections. usage: python -m benchmarks.load.http PORT RATE SECONDS"""

import asyncio
import json
import sys
import time

CONNECTIONS = 50
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


async def connection(port: int, start: float, period: float, seconds: float, late: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    due = start
    while due < start + seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().split(b"content-length:")[1].split(b"\r")[0])
        await reader.readexactly(size)
        if b" 200 " not in head[:15]:
            raise RuntimeError(head[:60])
        late.append(time.perf_counter() - due)
        due += period
    writer.close()


async def main(port: int, rate: float, seconds: float) -> None:
    start, period, took = time.perf_counter(), CONNECTIONS / rate, [0.0]
    runs = (connection(port, start + i / rate, period, seconds, took) for i in range(CONNECTIONS))
    await asyncio.gather(*runs)
    took.sort()
    per_s = len(took) / (time.perf_counter() - start)
    print(json.dumps({"per_s": round(per_s), "p99_ms": round(1000 * took[int(len(took) * 0.99)], 2)}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
