"""Who may write, and how many may connect."""

import errno
import socket
import struct
from typing import Literal

import pytest
from pydantic import ValidationError

from protocols.modbus.access import WriteControl, is_loopback, plain_address
from protocols.settings import ModbusSettings
from tests.protocols.modbus.station import UTC_US, Connect, Serve, Station, Until
from tests.protocols.modbus.wire import Wire, read, read_write, words, write_registers

WRITE = struct.pack(">BHH", 6, 12, 1)
WRITES = [
    pytest.param(struct.pack(">BHH", 5, 0, 0xFF00), id="FC5"),
    pytest.param(WRITE, id="FC6"),
    pytest.param(struct.pack(">BHHBB", 15, 0, 1, 1, 1), id="FC15"),
    pytest.param(write_registers(12, 1), id="FC16"),
    pytest.param(struct.pack(">BHHH", 22, 12, 0, 1), id="FC22"),
    pytest.param(read_write(0, 1, 12, 1), id="FC23"),
    pytest.param(struct.pack(">BHH", 5, 99, 0x1234), id="FC5, wrong in all else"),
    pytest.param(write_registers(9999, 1), id="FC16, wrong address"),
    pytest.param(read_write(0, 0, 12, 1), id="FC23, wrong count"),
]


async def test_the_first_writer_keeps_control_until_it_has_been_away_long_enough(
    station: Station, connect: Connect, until: Until
) -> None:
    plc, spare, other = await connect("127.0.0.2"), await connect("127.0.0.2"), await connect("127.0.0.3")
    assert await plc.ask(WRITE) == WRITE
    assert await other.ask(WRITE) == b"\x86\1"
    assert await spare.ask(WRITE) == WRITE, "control belongs to the address"
    await plc.close()
    await until(lambda: station.server.clients()[0].connections == 1)
    station.now[0] = 1000
    assert await other.ask(WRITE) == b"\x86\1", "one of its connections is still open"
    await spare.close()
    await until(lambda: "127.0.0.2 gone" in station.commands.log)
    station.now[0] = 1009.999
    assert await other.ask(WRITE) == b"\x86\1"
    station.now[0] = 1010
    assert await other.ask(WRITE) == WRITE
    async with await connect("127.0.0.2") as again:
        assert await again.ask(WRITE) == b"\x86\1"


async def test_a_writer_that_reconnects_in_time_keeps_control(station: Station, connect: Connect, until: Until) -> None:
    other = await connect("127.0.0.3")
    async with await connect("127.0.0.2") as plc:
        assert await plc.ask(WRITE) == WRITE
    await until(lambda: "127.0.0.2 gone" in station.commands.log)
    station.now[0] = 9
    again = await connect("127.0.0.2")
    assert words(await again.ask(read(4, 52, 1))) == (1,)
    station.now[0] = 100
    assert await other.ask(WRITE) == b"\x86\1"


@pytest.mark.parametrize("request_", WRITES)
async def test_without_control_every_writing_function_is_exception_01(
    station: Station, connect: Connect, request_: bytes
) -> None:
    plc, other = await connect("127.0.0.2"), await connect("127.0.0.3")
    await plc.ask(WRITE)
    before, log = station.dump(), list(station.commands.log)
    assert await other.ask(request_) == bytes((request_[0] | 0x80, 1))
    assert station.dump() == before
    assert station.commands.log == log
    assert (await other.ask(read(3, 12, 1)))[0] == 3, "reads are unaffected"


async def test_a_refused_write_claims_nothing(connect: Connect) -> None:
    scanner, plc = await connect("127.0.0.3"), await connect("127.0.0.2")
    assert await scanner.ask(struct.pack(">BHH", 6, 500, 1)) == b"\x86\2"
    assert await scanner.ask(struct.pack(">BHH", 6, 7, 1)) == b"\x86\3"
    assert words(await scanner.ask(read(4, 52, 1))) == (0,)
    assert await plc.ask(WRITE) == WRITE


async def test_only_listed_addresses_write(serve: Serve, connect: Connect) -> None:
    station = await serve(write_control="listed", writers=("127.0.0.2", "127.0.0.4"))
    for source, allowed in (("127.0.0.2", True), ("127.0.0.3", False), ("127.0.0.4", True)):
        wire = await connect(source, station.port)
        assert await wire.ask(WRITE) == (WRITE if allowed else b"\x86\1")
        assert words(await wire.ask(read(4, 52, 1))) == (allowed,)


async def test_everyone_writes(serve: Serve, connect: Connect) -> None:
    station = await serve(write_control="everyone")
    for source in ("127.0.0.2", "127.0.0.3"):
        wire = await connect(source, station.port)
        assert await wire.ask(WRITE) == WRITE
        assert words(await wire.ask(read(4, 52, 1))) == (1,)
    assert [line for line in station.commands.log if "{" in line] == ["127.0.0.2 {12: 1}", "127.0.0.3 {12: 1}"]


async def refused_at_once(port: int, source: str) -> None:
    wire = await Wire.connect(port, source)
    assert await wire.closed_by_server() == b"reset"
    await wire.close()


async def test_one_connection_over_the_limit_is_reset_and_a_free_slot_works_at_once(
    serve: Serve, connect: Connect, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    station = await serve(max_connections=3)
    wires = [await connect(port=station.port) for _ in range(3)]
    for wire in wires:
        await wire.ask(WRITE)
    for _ in range(20):
        await refused_at_once(station.port, "127.0.0.1")
    assert station.server.refused == 20
    assert len([r for r in caplog.records if "refused" in r.getMessage()]) == 1
    assert [await wire.ask(WRITE) for wire in wires] == [WRITE] * 3
    await wires[0].close()
    await until(lambda: station.server.clients()[0].connections == 2)
    async with await connect(port=station.port) as wire:
        assert await wire.ask(WRITE) == WRITE


async def test_32_connections_by_default(station: Station, connect: Connect) -> None:
    wires = [await connect() for _ in range(32)]
    assert [(await wire.ask(WRITE))[0] for wire in wires] == [6] * 32
    await refused_at_once(station.port, "127.0.0.1")


async def test_four_connections_are_kept_for_listed_writers(serve: Serve, connect: Connect) -> None:
    listed = "127.0.0.2"
    station = await serve(max_connections=8, write_control="listed", writers=(listed,))
    strangers = [await connect("127.0.0.3", station.port) for _ in range(4)]
    for wire in strangers:
        await wire.ask(read(4, 0, 1))
    await refused_at_once(station.port, "127.0.0.3")
    plcs = [await connect(listed, station.port) for _ in range(4)]
    assert [await wire.ask(WRITE) for wire in plcs] == [WRITE] * 4
    await refused_at_once(station.port, listed)


async def test_a_flood_of_silent_connections_leaves_those_who_were_there_alone(
    station: Station, wire: Wire, until: Until
) -> None:
    await wire.ask(WRITE)
    flood = []
    for _ in range(300):
        sock = socket.socket()
        sock.setblocking(False)
        code = sock.connect_ex(("127.0.0.1", station.port))
        assert code in (0, errno.EINPROGRESS)
        flood.append(sock)
        if len(flood) % 50 == 0:
            assert await wire.ask(WRITE) == WRITE
    await until(lambda: station.server.refused == 300 - 31)
    for sock in flood:
        sock.close()
    await until(lambda: station.server.clients()[0].connections == 1)
    assert await wire.ask(WRITE) == WRITE


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7"])
def test_16_connections_of_one_address_and_any_number_from_loopback(address: str) -> None:
    from protocols.modbus.access import Limits

    settings = ModbusSettings()
    limits = Limits(settings, WriteControl(settings))
    assert limits.admit(address, 15, 15)
    assert not limits.admit(address, 16, 16)
    assert limits.admit("127.0.0.1", 31, 31)
    assert limits.admit("::1", 16, 16)
    assert not limits.admit("::1", 32, 0)


@pytest.mark.parametrize(
    ("host", "plain", "loopback"),
    [
        ("::ffff:127.0.0.3", "127.0.0.3", True),
        ("::ffff:192.0.2.1", "192.0.2.1", False),
        ("2001:0db8::0001", "2001:db8::1", False),
        ("fe80::1%eth0", "fe80::1%eth0", False),
        ("127.0.0.9", "127.0.0.9", True),
    ],
)
def test_one_spelling_per_address(host: str, plain: str, loopback: bool) -> None:
    assert plain_address(host) == plain
    assert is_loopback(plain) == loopback


def test_a_writer_that_is_no_address_is_told_so() -> None:
    with pytest.raises(ValidationError, match="'plc1' is no IP address"):
        ModbusSettings(writers=("plc1",))


async def test_the_handshake_learns_who_comes_goes_and_lives(serve: Serve, connect: Connect, until: Until) -> None:
    station = await serve(watchdog_ms=500, watchdog_source="request")
    one = await connect("127.0.0.2", station.port)
    await one.ask(read(4, 0, 1))
    assert station.commands.seen == [], "it does not control"
    two = await connect("127.0.0.2", station.port)
    await two.ask(WRITE)
    other = await connect("127.0.0.3", station.port)
    await other.ask(read(4, 0, 1))
    assert station.commands.seen == ["127.0.0.2"]
    await one.ask(read(4, 0, 0))
    assert station.commands.seen == ["127.0.0.2"], "an exception is no sign of life"
    await one.ask(read(4, 0, 1))
    assert station.commands.seen == ["127.0.0.2"] * 2
    await one.close()
    await two.close()
    await until(lambda: "127.0.0.2 gone" in station.commands.log)
    assert station.commands.log.count("127.0.0.2 connected") == 1
    assert station.commands.log.count("127.0.0.2 gone") == 1


async def test_signs_of_life_are_told_only_where_the_watchdog_wants_them(station: Station, wire: Wire) -> None:
    await wire.ask(WRITE)
    assert station.commands.seen == []


async def test_a_client_that_never_gets_in_is_seen_with_its_refusals(
    serve: Serve, connect: Connect, until: Until
) -> None:
    station = await serve(max_connections=1)
    plc = await connect("127.0.0.2", station.port)
    await plc.ask(WRITE)
    await refused_at_once(station.port, "127.0.0.3")
    await refused_at_once(station.port, "127.0.0.3")
    first, second = station.server.clients()
    assert (first.address, first.refused, first.controls, first.may_write) == ("127.0.0.2", 0, True, True)
    assert (second.address, second.refused, second.controls, second.may_write) == ("127.0.0.3", 2, False, False)
    assert (second.connections, second.requests) == (0, 0)


async def test_refused_addresses_do_not_pile_up(station: Station) -> None:
    for i in range(1000):
        station.server._gate._clients.refused(f"10.0.{i // 250}.{i % 250}")
    assert len(station.server.clients()) == 64


async def test_who_may_write_is_not_yet_who_controls(station: Station, connect: Connect) -> None:
    plc = await connect("127.0.0.2")
    await plc.ask(read(4, 0, 1))
    (client,) = station.server.clients()
    assert (client.may_write, client.controls) == (True, False)
    assert UTC_US - 60_000_000 < client.last_request_us < UTC_US + 1000


async def test_a_refused_write_is_told_in_words(station: Station, connect: Connect) -> None:
    plc, other = await connect("127.0.0.2"), await connect("127.0.0.3")
    await plc.ask(WRITE)
    await other.ask(WRITE)
    assert "this client has no write control" in station.server.clients()[1].last_error
    await other.ask(b"\x55")
    assert "not known" in station.server.clients()[1].last_error


@pytest.mark.parametrize("mode", ["first", "listed"])
def test_who_is_let_in_writes_at_once_and_takes_control_from_nobody(mode: str) -> None:
    allowed: set[str] = set()
    control = WriteControl(ModbusSettings(write_control=mode, writers=("10.0.0.5",)), allowed=lambda: allowed)
    control.claim("10.0.0.5")
    assert not control.may_write("10.0.0.77")
    allowed.add("10.0.0.77")
    assert control.may_write("10.0.0.77")
    assert control.listed("10.0.0.77"), "connections are kept for it"
    control.claim("10.0.0.77")
    assert control.controls("10.0.0.5"), "the PLC goes on"
    allowed.clear()
    assert not control.may_write("10.0.0.77")


async def test_refused_writes_are_counted_and_connections_can_be_ended(
    station: Station, connect: Connect, until: Until
) -> None:
    plc, other = await connect("127.0.0.2"), await connect("127.0.0.3")
    await plc.ask(WRITE)
    await other.ask(WRITE)
    await other.ask(b"\x41")  # an unknown function is no refused write
    told = {one.address: one for one in station.server.clients()}
    assert (told["127.0.0.3"].refused_writes, told["127.0.0.3"].refused_write_at_us > 0) == (1, True)
    assert told["127.0.0.2"].refused_writes == 0
    assert station.server.end("127.0.0.3", "ended by a person") == 1
    await until(lambda: station.server.connections == 1)
    (gone,) = [one for one in station.server.clients() if one.address == "127.0.0.3"]
    assert gone.last_error == "connection closed: ended by a person"
    assert station.server.end("127.0.0.9", "nobody") == 0


@pytest.mark.parametrize("mode", ["first", "listed", "everyone"])
def test_before_the_station_is_set_up_this_machine_alone_writes(mode: Literal["first", "listed", "everyone"]) -> None:
    closed = [True]
    settings = ModbusSettings(write_control=mode, writers=("10.0.0.5", "127.0.0.1"))
    control = WriteControl(settings, closed=lambda: closed[0])
    assert control.may_write("127.0.0.1")
    assert not control.may_write("10.0.0.5")
    closed.clear()
    closed.append(False)
    assert control.may_write("10.0.0.5")
