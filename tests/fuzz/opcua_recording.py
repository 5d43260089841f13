"""What a real client says: its chunks are recorded on their way to the station, so that they can be bent."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from asyncua import Client, ua

from tests.patience import PATIENCE_S

HEADER = 8  # message type, chunk type, size
CHANNEL, TOKEN, SEQUENCE, REQUEST = 8, 12, 16, 20  # offsets in a MSG or CLO chunk


@dataclass(frozen=True, slots=True)
class Recording:
    """One session without encryption, chunk by chunk; `auth` is its session's token as it stands in each request."""

    hello: bytes
    open: bytes
    create: bytes
    activate: bytes
    requests: tuple[bytes, ...]  # reads, browses, subscriptions, …
    close: bytes
    auth: bytes


def chunks(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole chunks in a stream, and the rest."""
    found = []
    while len(data) >= HEADER and len(data) >= (size := int.from_bytes(data[4:8], "little")):
        found.append(data[:size])
        data = data[size:]
    return found, data


class _Nothing:
    def datachange_notification(self, *_: object) -> None: ...

    def event_notification(self, *_: object) -> None: ...

    def status_change_notification(self, *_: object) -> None: ...


async def record(port: int) -> Recording:
    """A client of asyncua goes through a relay that listens in."""
    heard: list[bytes] = []
    over = asyncio.Event()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, outside = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pass_on(reader, outside, heard.append), _pass_on(inside, writer, lambda _: None))
        over.set()

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    client = Client(
        f"opc.tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}/", timeout=PATIENCE_S, watchdog_intervall=PATIENCE_S
    )
    async with server:
        await client.connect()
        auth = client.uaclient.protocol.authentication_token
        await _work(client)
        await client.disconnect()
        await asyncio.wait_for(over.wait(), PATIENCE_S)
    found, rest = chunks(b"".join(heard))
    assert not rest
    hello, opening, *middle, closing = found
    kinds = [chunk[:3] for chunk in (hello, opening, closing)]
    assert kinds == [b"HEL", b"OPN", b"CLO"], [chunk[:3] for chunk in found]
    create, activate, *requests = [chunk for chunk in middle if chunk[:3] == b"MSG"]
    token = auth.Identifier
    assert isinstance(token, bytes)
    assert token in activate
    return Recording(hello, opening, create, activate, tuple(requests), closing, token)


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Callable[[bytes], object]
) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            heard(data)
            writer.write(data)
            await writer.drain()
    writer.close()


async def _work(client: Client) -> None:
    """A little of every service."""
    seq = client.get_node("ns=2;s=Result.Seq")
    server = client.nodes.server
    steps: list[Callable[[], Awaitable[object]]] = [
        seq.read_value,
        lambda: client.read_values([seq, client.nodes.server_state]),
        client.nodes.objects.get_children,
        lambda: client.nodes.root.get_child(["0:Objects", "0:Server"]),
        client.get_endpoints,
        client.find_servers,
        lambda: client.register_nodes([seq]),
        lambda: seq.write_value(ua.Variant(1, ua.VariantType.UInt16)),  # refused: nobody may
        lambda: server.call_method("0:GetMonitoredItems", ua.Variant(1, ua.VariantType.UInt32)),
        lambda: seq.read_raw_history(numvalues=2),
        lambda: server.read_event_history(numvalues=2),
    ]
    for step in steps:
        with contextlib.suppress(ua.UaError, ValueError):  # what is asked counts, not what is answered
            await step()
    subscription = await client.create_subscription(500, _Nothing())
    item = await subscription.subscribe_data_change([seq])
    with contextlib.suppress(ua.UaError):
        await subscription.subscribe_events(server)
    with contextlib.suppress(ua.UaError):
        await subscription.set_publishing_mode(False)
    with contextlib.suppress(ua.UaError):
        await subscription.unsubscribe(item)
    await subscription.delete()
