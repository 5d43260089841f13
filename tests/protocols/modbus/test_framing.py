"""How the byte stream is cut into requests, and when the connection is closed."""

import asyncio
import socket
import struct

import pytest

from protocols.modbus import connection
from tests.protocols.modbus.station import Connect, Serve, Station, Until
from tests.protocols.modbus.wire import Wire, adu, read, words

READ = read(4, 28, 2)
ANSWER = b"\4\4\x12\x34\x56\x78"


def transactions(*answers: bytes) -> list[int]:
    return [struct.unpack_from(">H", answer)[0] for answer in answers]


async def test_16_requests_in_one_segment_get_16_answers_in_order(wire: Wire) -> None:
    await wire.send(b"".join(adu(READ, i) for i in range(1, 17)))
    answers = [await wire.frame() for _ in range(16)]
    assert transactions(*answers) == list(range(1, 17))
    assert {answer[7:] for answer in answers} == {ANSWER}


async def test_pipelined_requests_of_many_kinds_are_answered_each_by_its_own(wire: Wire) -> None:
    requests = [READ, struct.pack(">BHH", 6, 4, 7), b"\x55", read(3, 4, 1), read(3, 0, 0)]
    await wire.send(b"".join(adu(pdu, i, unit=i) for i, pdu in enumerate(requests)))
    answers = [await wire.frame() for _ in requests]
    assert transactions(*answers) == [0, 1, 2, 3, 4]
    assert [a[6] for a in answers] == [0, 1, 2, 3, 4]
    assert [a[7:] for a in answers] == [ANSWER, requests[1], b"\xd5\1", b"\3\2\0\7", b"\x83\3"]


async def test_more_requests_at_once_than_the_buffer_holds_are_all_answered(wire: Wire) -> None:
    count = 5 * connection.BUFFER // len(adu(READ))
    await wire.send(b"".join(adu(READ, i) for i in range(count)))
    assert transactions(*[await wire.frame() for _ in range(count)]) == list(range(count))


async def test_two_writes_back_to_back_both_count(station: Station, wire: Wire) -> None:
    await wire.send(adu(struct.pack(">BHH", 6, 4, 7), 1) + adu(struct.pack(">BHH", 6, 4, 8), 2))
    assert transactions(await wire.frame(), await wire.frame()) == [1, 2]
    assert station.commands.log[1:] == ["127.0.0.1 {4: 7}", "127.0.0.1 {4: 8}"]


async def test_a_frame_byte_by_byte_is_answered(wire: Wire) -> None:
    for byte in adu(READ, 7):
        await wire.send(bytes((byte,)))
        await asyncio.sleep(0.001)  # a segment each
    assert (await wire.frame())[7:] == ANSWER


@pytest.mark.parametrize("cut", range(1, 24))
async def test_two_frames_cut_anywhere_are_both_answered(wire: Wire, cut: int) -> None:
    both = adu(READ, 1) + adu(READ, 2)
    await wire.send(both[:cut])
    await asyncio.sleep(0.001)
    await wire.send(both[cut:])
    assert transactions(await wire.frame(), await wire.frame()) == [1, 2]


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(adu(READ, protocol=5), id="protocol id 5"),
        pytest.param(adu(READ, protocol=0x0100), id="protocol id 256"),
        pytest.param(adu(READ, length=0), id="length 0"),
        pytest.param(adu(READ, length=1), id="length 1"),
        pytest.param(adu(READ, length=255), id="length 255"),
        pytest.param(adu(READ, length=300), id="length 300"),
        pytest.param(adu(READ, length=65535), id="length 65535"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="HTTP"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01", id="TLS"),
        pytest.param(b"\xff" * 3000, id="noise"),
    ],
)
async def test_bad_framing_closes_that_connection_after_what_came_before_it(connect: Connect, nonsense: bytes) -> None:
    healthy, bad = await connect(), await connect()
    await bad.send(adu(READ, 1) + adu(READ, 2) + nonsense)
    rest = await bad.closed_by_server()
    assert rest == adu(ANSWER, 1) + adu(ANSWER, 2) or rest == b"reset"
    assert await healthy.ask(READ) == ANSWER


async def test_the_longest_frame_is_answered(wire: Wire) -> None:
    longest = adu(b"\x08\0\0" + b"\xaa" * 250, 3)
    assert longest[4:6] == b"\0\xfe"
    await wire.send(longest + longest)
    assert await wire.frame() == longest
    assert await wire.frame() == longest


async def test_a_started_frame_that_is_not_completed_closes(
    monkeypatch: pytest.MonkeyPatch, station: Station, connect: Connect
) -> None:
    monkeypatch.setattr(connection, "FRAME_LIMIT_S", 0.05)
    slow, patient = await connect(), await connect()
    await slow.send(adu(READ, 1) + adu(READ, 2)[:5])
    assert await slow.closed_by_server() == adu(ANSWER, 1)
    assert await patient.ask(READ) == ANSWER, "an idle connection is no slow one"
    assert "not complete in 0.05 s" in station.server.clients()[0].last_error


async def test_each_frame_has_its_own_time(monkeypatch: pytest.MonkeyPatch, wire: Wire) -> None:
    monkeypatch.setattr(connection, "FRAME_LIMIT_S", 0.5)
    request = adu(READ)
    await wire.send(request[:5])
    for _ in range(10):
        await asyncio.sleep(0.1)
        await wire.send(request[5:] + request[:5])
        assert (await wire.frame())[7:] == ANSWER


async def test_a_client_that_never_reads_is_closed_and_costs_little_memory(
    monkeypatch: pytest.MonkeyPatch, station: Station, connect: Connect, until: Until
) -> None:
    monkeypatch.setattr(connection, "UNREAD_LIMIT_S", 0.2)
    healthy = await connect()
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(deaf, ("127.0.0.1", station.port))
    requests = b"".join(adu(read(4, 100, 125), i) for i in range(200))
    held = [0]

    async def flood() -> None:
        while True:
            await loop.sock_sendall(deaf, requests)
            assert words(await healthy.ask(read(4, 28, 1))) == (0x1234,)
            held.extend(c._transport.get_write_buffer_size() for c in station.server._connections)

    with pytest.raises(OSError, match=r"reset|pipe"):
        await asyncio.wait_for(flood(), 60)
    assert 0 < max(held) <= 64 * 1024
    deaf.close()
    await until(lambda: station.server.clients()[0].connections == 1)
    assert await healthy.ask(b"\x08\0\x12\0\0") == b"\x08\0\x12\0\1"
    assert "does not take its answers" in station.server.clients()[0].last_error


async def test_a_client_that_reads_late_loses_nothing(wire: Wire) -> None:
    count = 3000
    request = b"".join(adu(read(4, 100, 125), i) for i in range(count))
    sending = asyncio.create_task(wire.send(request))
    await asyncio.sleep(0.1)
    assert transactions(*[await wire.frame() for _ in range(count)]) == list(range(count))
    await sending


async def test_silence_closes_where_a_setting_says_so(serve: Serve, connect: Connect, until: Until) -> None:
    station = await serve(idle_timeout_s=0.3)
    silent, busy = await connect(port=station.port), await connect(port=station.port)
    closed = asyncio.create_task(silent.closed_by_server())
    while not closed.done():
        assert await busy.ask(READ) == ANSWER
        await asyncio.sleep(0.05)
    assert await closed == b""
    assert await busy.ask(READ) == ANSWER
    assert "silent for 0.3 s" in station.server.clients()[0].last_error


async def test_a_half_closed_connection_gets_its_answers(wire: Wire) -> None:
    await wire.send(adu(READ, 1) + adu(READ, 2))
    wire.writer.write_eof()
    assert await wire.closed_by_server() == adu(ANSWER, 1) + adu(ANSWER, 2)


async def test_a_peer_that_is_gone_is_noticed_by_the_kernel(station: Station, wire: Wire) -> None:
    await wire.ask(READ)
    (served,) = station.server._connections
    sock = served._transport.get_extra_info("socket")
    get = {name: sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in (
        "TCP_NODELAY", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")}  # fmt: skip
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert get == {
        "TCP_NODELAY": 1,
        "TCP_KEEPIDLE": 3,
        "TCP_KEEPINTVL": 1,
        "TCP_KEEPCNT": 3,
        "TCP_USER_TIMEOUT": 6000,
    }


async def test_stop_closes_everything_and_the_port(station: Station, connect: Connect, until: Until) -> None:
    one, two = await connect(), await connect("127.0.0.2")
    await one.ask(READ)
    await two.ask(READ)
    await station.server.stop()
    assert await one.closed_by_server() == b""
    assert await two.closed_by_server() == b""
    assert station.commands.log[-2:] == ["127.0.0.1 gone", "127.0.0.2 gone"] or station.commands.log[-2:] == [
        "127.0.0.2 gone",
        "127.0.0.1 gone",
    ]
    with pytest.raises(ConnectionRefusedError):
        await Wire.connect(station.port)
