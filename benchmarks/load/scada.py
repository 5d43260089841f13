"""OPC UA clients that subscribe. usage: python -m benchmarks.load.scada PORT CLIENTS TAGS PUBLISH_MS [parts]

With ``parts`` the tags are those that change with every part of benchmarks.accept.scada.

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


def of_parts(count: int) -> list[str]:
    """Values, judgements and states of 32 slots and their tools, then those of the result."""
    slots = [f"Slot.{i:02}.{name}" for i in range(32) for name in ("Value", "Pass", "Status", "Last16Value")]
    tools = [f"Tool.place {i}.{name}" for i in range(1, 33) for name in ("Value", "Pass")]
    result = ("SeqBegin", "Seq", "Pass", "Code", "InspectionId", "TriggerSeq", "Time", "Json")
    return [f"ns=2;s={name}" for name in (*(f"Result.{one}" for one in result), *slots, *tools)][:count]


async def main(port: int, clients: int, publish_ms: float, watched: list[str]) -> None:
    connected = []
    for _ in range(clients):
        client = Client(f"opc.tcp://127.0.0.1:{port}/")
        await client.connect()
        subscription = await client.create_subscription(publish_ms, Counting())
        await subscription.subscribe_data_change([client.get_node(node) for node in watched], queuesize=1)
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
    own_port, how_many, how_many_tags, period_ms = map(int, sys.argv[1:5])
    chosen = of_parts if sys.argv[5:] == ["parts"] else nodes
    asyncio.run(main(own_port, how_many, period_ms, chosen(how_many_tags)))
