"""OPC UA clients that subscribe. usage: python -m benchmarks.load.scada PORT CLIENTS TAGS PUBLISH_MS SECONDS"""

import asyncio
import json
import logging
import sys

from asyncua import Client

from protocols import tags


class Counting:
    """Counts notifications."""

    count = 0

    def datachange_notification(self, *_: object) -> None:
        Counting.count += 1


async def main(port: int, clients: int, count: int, publish_ms: float, seconds: float) -> None:
    nodes = [f"ns=2;s={tag.node}" for tag in tags.ALL if tag.node and tag.node.startswith(("Status.", "Result."))][
        :count
    ]
    connected = []
    for _ in range(clients):
        client = Client(f"opc.tcp://127.0.0.1:{port}/")
        await client.connect()
        subscription = await client.create_subscription(publish_ms, Counting())
        await subscription.subscribe_data_change([client.get_node(node) for node in nodes])
        connected.append(client)
    print("ready", len(connected), flush=True)
    before = Counting.count
    await asyncio.sleep(seconds)
    print(
        json.dumps({"clients": clients, "notifications_per_s": round((Counting.count - before) / seconds)}), flush=True
    )
    for client in connected:
        await client.disconnect()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(main(*(int(word) for word in sys.argv[1:4]), float(sys.argv[4]), float(sys.argv[5])))
