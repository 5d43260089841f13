"""How much an OPC UA client may take: bytes, connections, subscriptions; and the dates of the certificate."""

import asyncio
import socket
import struct
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from asyncua import Client, ua
from asyncua.ua.ua_binary import uatcp_to_binary
from cryptography import x509

from protocols.opcua.certificate import ensure_certificate, validity
from protocols.opcua.connections import MAX_MESSAGE
from protocols.opcua.sessions import PENDING_S
from protocols.opcua.subscribing import MAX_PUBLISHING_MS
from tests.cable import STATION, Cable, inside
from tests.protocols.modbus.test_half_open import cable
from tests.protocols.opcua.test_opcua import Served, served
from tests.types_cache import cached_types

__all__ = ["cable", "served"]  # the fixtures


class Nothing:
    def datachange_notification(self, *args: object) -> None: ...

    def status_change_notification(self, *args: object) -> None: ...


async def test_an_unfinished_message_before_the_login_is_ended_at_128_kb(served: Served) -> None:
    client = Client(served.url, timeout=60, watchdog_intervall=60)
    await client.connect_socket()
    try:
        await client.send_hello()
        await client.open_secure_channel()
        protocol = client.uaclient.protocol
        token = protocol._connection.security_token
        gone = asyncio.get_running_loop().create_future()
        protocol.connection_lost = lambda _: gone.done() or gone.set_result(None)
        sent = 0
        async with asyncio.timeout(60):
            while not gone.done() and sent < 10 * MAX_MESSAGE:
                body = bytes(32_000)
                sequence = protocol._connection._sequence_number = protocol._connection._sequence_number + 1
                head = struct.pack("<IIIII", 24 + len(body), token.ChannelId, token.TokenId, sequence, 2)
                protocol.transport.write(b"MSGC" + head + body)
                sent += len(body)
                await asyncio.sleep(0.01)
        assert gone.done(), f"{sent} bytes were taken"
        assert sent < MAX_MESSAGE
    finally:
        client.disconnect_socket()
    await (await served.client()).disconnect()


async def test_a_silent_connection_is_ended_in_its_time_and_leaves_its_place(served: Served) -> None:
    assert PENDING_S == 5
    served.server._internal.max_pending_activation_seconds = 0.2
    silent = [await asyncio.open_connection("127.0.0.1", served.listener.getsockname()[1]) for _ in range(64)]
    reader, writer = await asyncio.open_connection("127.0.0.1", served.listener.getsockname()[1])
    async with asyncio.timeout(60):
        assert await reader.read(1) == b"", "one more than there is room for"
        for each, _ in silent:
            assert await each.read(1) == b""
    for _, each in [*silent, (reader, writer)]:
        each.close()
    await (await served.client()).disconnect()


def still_open(client: socket.socket) -> bool:
    """Whether the server has left it alone for a while."""
    client.settimeout(0.5)
    try:
        return client.recv(1) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False


@pytest.mark.faults
async def test_the_17th_connection_of_one_address_is_refused(tmp_path: Path, cable: Cable) -> None:
    made = Served(tmp_path)
    await made.server.build(cached_types())
    elsewhere = inside(cable.station_end, lambda: socket.create_server((STATION, 0)))
    at = elsewhere.getsockname()
    await made.server.start(elsewhere, made.identity)
    clients = [
        await asyncio.to_thread(inside, cable.plc_end, lambda: socket.create_connection(at, timeout=60))
        for _ in range(17)
    ]
    try:
        found = [await asyncio.to_thread(still_open, client) for client in (*clients[:1], *clients[-2:])]
        assert found == [True, True, False]
    finally:
        for client in clients:
            client.close()
        await made.server.stop()
        made.listener.close()


async def test_loopback_may_have_more_than_16_connections(served: Served) -> None:
    clients = [await served.client() for _ in range(17)]
    assert len(served.server._sockets.clients) == 17
    for client in clients:
        await client.disconnect()


async def test_50_subscriptions_and_1000_items_a_session_which_end_with_it(served: Served) -> None:
    client = await served.client()
    made = [await client.create_subscription(1000, Nothing()) for _ in range(50)]
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await client.create_subscription(1000, Nothing())
    assert refused.value.code == ua.StatusCodes.BadTooManySubscriptions
    nodes = [client.get_node("ns=2;s=Result.Seq")] * 1000
    await made[0].subscribe_data_change(nodes)
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await made[1].subscribe_data_change(nodes[:1])
    assert refused.value.code == ua.StatusCodes.BadTooManyMonitoredItems
    assert len(served.server._internal.subscription_service.subscriptions) == 50
    await client.uaclient.close_session(False)  # "keep them": nobody could reach them again
    assert served.server._internal.subscription_service.subscriptions == {}
    with suppress(Exception):  # the session is gone already
        await client.disconnect()


@pytest.mark.parametrize("asked", [float("nan"), float("inf"), 1e300], ids=str)
async def test_a_time_out_and_an_interval_that_are_no_number_are_bounded(served: Served, asked: float) -> None:
    client = Client(served.url, timeout=60, watchdog_intervall=60)
    client.session_timeout = asked
    await client.connect()
    try:
        (session,) = (c.processor.session for c in served.server._sockets.clients)
        assert session.session_timeout == served.server._internal.max_session_timeout_ms / 1000
        await client.create_subscription(ua.CreateSubscriptionParameters(asked), Nothing())
        (made,) = served.server._internal.subscription_service.subscriptions.values()
        assert made.data.RevisedPublishingInterval == MAX_PUBLISHING_MS
    finally:
        await client.disconnect()


async def test_a_chunk_that_comes_byte_by_byte_is_taken(served: Served) -> None:
    hello = uatcp_to_binary(ua.MessageType.Hello, ua.Hello(EndpointUrl=served.url))
    reader, writer = await asyncio.open_connection("127.0.0.1", served.listener.getsockname()[1])
    for byte in hello:
        writer.write(bytes((byte,)))
        await asyncio.sleep(0)
    async with asyncio.timeout(60):
        head = await reader.readexactly(8)
        assert head[:4] == b"ACKF"
        await reader.readexactly(int.from_bytes(head[4:], "little") - 8)
        writer.write(b"nonsense")
        assert (await reader.read(-1))[:4] == b"ERRF"
    writer.close()


async def test_what_is_malformed_is_told_once_a_minute(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for sent in (b"GET / HTTP/1.1\r\n", b"MSGF\x08\0\0\0", b"OPNF\x0c\0\0\0\1\0\0\0", b"HELF\xff\xff\xff\xff") * 5:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.listener.getsockname()[1])
        writer.write(sent)
        async with asyncio.timeout(60):
            answer = await reader.read(-1)
        assert answer[:4] == b"ERRF"
        writer.close()
    told = [r for r in caplog.records if r.levelname != "INFO" or "malformed" in r.message]
    assert len(told) == 1, [r.message for r in told]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        pytest.param(-365 * 30, "valid from 2020-01-01", id="not yet"),
        pytest.param(-61, "", id="valid"),
        pytest.param(-59, "expires on ", id="within 60 days"),
        pytest.param(1, "expired on ", id="expired"),
    ],
)
def test_the_certificate_warns_60_days_before(tmp_path: Path, days: int, said: str) -> None:
    certificate, *_ = ensure_certificate(tmp_path, "Station 1", [])
    ends = x509.load_der_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    found = validity(certificate, int((ends + timedelta(days=days)).timestamp() * 1e6))
    assert said in found
    assert bool(said) == bool(found)
    assert days < -61 or not said or f"{ends:%Y-%m-%d}" in found
