"""OPC UA clients that subscribe. usage: python -m benchmarks.load.scada PORT CLIENTS TAGS PUBLISH_MS

Runs until its standard input ends, then says what it did.
"""

import asyncio
import json
import logging
import sys
import time

from asyncua import Client

from protocols import tags


class Counting:
    """Counts notifications."""

    count = 0

    def datachange_notification(self, *_: object) -> None:
        Counting.count += 1


def nodes(count: int) -> list[str]:
    """Of results and status, which change with every part."""
    named = [tag.node for tag in tags.ALL if tag.node and tag.node.startswith(("Result.", "Status."))]
    return [f"ns=2;s={name}" for name in sorted(named)[:count]]


async def main(port: int, clients: int, count: int, publish_ms: float) -> None:
    connected, watched = [], nodes(count)
    for _ in range(clients):
        client = Client(f"opc.tcp://127.0.0.1:{port}/")
        await client.connect()
        subscription = await client.create_subscription(publish_ms, Counting())
        await subscription.subscribe_data_change([client.get_node(node) for node in watched])
        connected.append(client)
    print("ready", len(connected), flush=True)
    before, began = Counting.count, time.perf_counter()
    await asyncio.to_thread(sys.stdin.read)
    per_s = (Counting.count - before) / (time.perf_counter() - began)
    print(json.dumps({"clients": clients, "tags": len(watched), "notifications_per_s": round(per_s)}), flush=True)
    for client in connected:
        await client.disconnect()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    own_port, how_many, how_many_tags, period_ms = map(int, sys.argv[1:])
    asyncio.run(main(own_port, how_many, how_many_tags, period_ms))
