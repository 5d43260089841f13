"""The raw list: each request as bytes, each answer as bytes."""

import struct

import pytest

from protocols import tags
from tests.protocols.modbus.station import Connect, Serve, Station
from tests.protocols.modbus.wire import Wire, adu, read, read_write, words, write_registers


def refused(function: int, code: int) -> bytes:
    return bytes((function | 0x80, code))


def bits(function: int, address: int, value: int) -> bytes:
    return struct.pack(">BHH", function, address, value)


def coils(address: int, count: int, size: int, data: bytes) -> bytes:
    return struct.pack(">BHHB", 15, address, count, size) + data


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        pytest.param(read(1, 0, 16), b"\1\2\5\0", id="FC1 all coils"),
        pytest.param(read(1, 2, 3), b"\1\1\1", id="FC1 inside"),
        pytest.param(read(2, 0, 16), b"\2\2\x81\x08", id="FC2 StatusWord"),
        pytest.param(read(2, 32, 32), b"\2\4\7\0\0\x80", id="FC2 tool pass bits"),
        pytest.param(read(2, 64, 32), b"\2\4\x0f\0\0\x80", id="FC2 tool executed bits"),
        pytest.param(read(2, 96, 32), b"\2\4\0\0\0\0", id="FC2 user-defined outputs read 0"),
        pytest.param(read(3, 0, 2), b"\3\4\0\5\0\0", id="FC3"),
        pytest.param(read(3, 1028, 2), b"\3\4\x12\x34\x56\x78", id="FC3 mirror"),
        pytest.param(read(4, 28, 2), b"\4\4\x12\x34\x56\x78", id="FC4"),
        pytest.param(read(3, 0, 0), refused(3, 3), id="FC3 count 0"),
        pytest.param(read(3, 0, 126), refused(3, 3), id="FC3 count 126"),
        pytest.param(read(4, 0, 0), refused(4, 3), id="FC4 count 0"),
        pytest.param(read(4, 0, 126), refused(4, 3), id="FC4 count 126"),
        pytest.param(read(1, 0, 0), refused(1, 3), id="FC1 count 0"),
        pytest.param(read(1, 0, 2001), refused(1, 3), id="FC1 2001 bits"),
        pytest.param(read(1, 0, 2000), refused(1, 2), id="FC1 2000 bits are allowed but do not exist"),
        pytest.param(read(2, 0, 0), refused(2, 3), id="FC2 count 0"),
        pytest.param(read(2, 0, 2001), refused(2, 3), id="FC2 2001 bits"),
        pytest.param(read(1, 15, 1), b"\1\1\0", id="FC1 last coil"),
        pytest.param(read(1, 15, 2), refused(1, 2), id="FC1 one beyond"),
        pytest.param(read(1, 16, 1), refused(1, 2), id="FC1 beyond"),
        pytest.param(read(2, 127, 1), b"\2\1\0", id="FC2 last input"),
        pytest.param(read(2, 127, 2), refused(2, 2), id="FC2 one beyond"),
        pytest.param(read(3, 199, 1), b"\3\2\0\0", id="FC3 last of the command image"),
        pytest.param(read(3, 199, 2), refused(3, 2), id="FC3 one beyond"),
        pytest.param(read(3, 65535, 1), refused(3, 2), id="FC3 far beyond"),
        pytest.param(read(3, 65535, 125), refused(3, 2), id="FC3 over the end of the address space"),
        pytest.param(read(4, 65535, 1), refused(4, 2), id="FC4 far beyond"),
        pytest.param(bits(5, 0, 0xFF00), bits(5, 0, 0xFF00), id="FC5 on"),
        pytest.param(bits(5, 0, 0x0000), bits(5, 0, 0x0000), id="FC5 off"),
        pytest.param(bits(5, 0, 0x1234), refused(5, 3), id="FC5 0x1234 is no coil value"),
        pytest.param(bits(5, 0, 0x0001), refused(5, 3), id="FC5 1 is no coil value"),
        pytest.param(bits(5, 16, 0xFF00), refused(5, 2), id="FC5 no such coil"),
        pytest.param(bits(5, 16, 0x1234), refused(5, 2), id="FC5 address before value"),
        pytest.param(bits(5, 8, 0xFF00), refused(5, 3), id="FC5 reserved bit"),
        pytest.param(bits(5, 8, 0x0000), bits(5, 8, 0x0000), id="FC5 reserved bit to 0"),
        pytest.param(bits(6, 4, 9), bits(6, 4, 9), id="FC6"),
        pytest.param(bits(6, 200, 9), refused(6, 2), id="FC6 no such register"),
        pytest.param(bits(6, 1000, 9), refused(6, 2), id="FC6 the mirror is read-only"),
        pytest.param(bits(6, 16, 64), bits(6, 16, 64), id="FC6 longest part id"),
        pytest.param(bits(6, 16, 65), refused(6, 3), id="FC6 part id of 65 bytes"),
        pytest.param(bits(6, 0, 0x0100), refused(6, 3), id="FC6 reserved bit of ControlWord"),
        pytest.param(bits(6, 7, 1), refused(6, 3), id="FC6 reserved register"),
        pytest.param(b"\6\0\4\0", refused(6, 3), id="FC6 too short"),
        pytest.param(b"\6\0\4\0\1\0", refused(6, 3), id="FC6 too long"),
        pytest.param(coils(0, 8, 1, b"\1"), b"\x0f\0\0\0\x08", id="FC15"),
        pytest.param(coils(0, 16, 1, b"\1"), refused(15, 3), id="FC15 byte count does not match"),
        pytest.param(coils(0, 8, 2, b"\1"), refused(15, 3), id="FC15 byte missing"),
        pytest.param(coils(0, 0, 0, b""), refused(15, 3), id="FC15 count 0"),
        pytest.param(coils(0, 1969, 247, b"\0" * 247), refused(15, 3), id="FC15 1969 coils"),
        pytest.param(coils(0, 1968, 246, b"\0" * 246), refused(15, 2), id="FC15 1968 coils do not exist"),
        pytest.param(coils(15, 2, 1, b"\0"), refused(15, 2), id="FC15 one beyond"),
        pytest.param(write_registers(12, 1, 2), b"\x10\0\x0c\0\2", id="FC16"),
        pytest.param(struct.pack(">BHHB", 16, 0, 0, 0), refused(16, 3), id="FC16 count 0"),
        pytest.param(struct.pack(">BHHBH", 16, 0, 2, 2, 0), refused(16, 3), id="FC16 byte count does not match"),
        pytest.param(struct.pack(">BHHBH", 16, 0, 1, 4, 0), refused(16, 3), id="FC16 bytes missing"),
        pytest.param(write_registers(64, *range(64), *(0,) * 59), b"\x10\0\x40\0\x7b", id="FC16 123 registers"),
        pytest.param(struct.pack(">BHHB", 16, 64, 124, 248) + b"\0" * 246, refused(16, 3), id="FC16 124 registers"),
        pytest.param(write_registers(199, 0, 0), refused(16, 2), id="FC16 one beyond"),
        pytest.param(write_registers(199, 1, 0), refused(16, 2), id="FC16 address before value"),
        pytest.param(write_registers(4, 1, 0, 0, 1), refused(16, 3), id="FC16 one reserved register among others"),
        pytest.param(b"\x10\0\0\0", refused(16, 3), id="FC16 truncated"),
        pytest.param(struct.pack(">BHHH", 22, 2, 0xF0F0, 3), struct.pack(">BHHH", 22, 2, 0xF0F0, 3), id="FC22"),
        pytest.param(struct.pack(">BHHH", 22, 200, 0, 3), refused(22, 2), id="FC22 no such register"),
        pytest.param(struct.pack(">BHHH", 22, 7, 0, 3), refused(22, 3), id="FC22 reserved register"),
        pytest.param(struct.pack(">BHHH", 22, 0, 0, 0x0100), refused(22, 3), id="FC22 reserved bit"),
        pytest.param(struct.pack(">BHH", 22, 2, 0), refused(22, 3), id="FC22 truncated"),
        pytest.param(read_write(1028, 2, 4, 41), b"\x17\4\x12\x34\x56\x78", id="FC23"),
        pytest.param(read_write(0, 0, 4, 41), refused(23, 3), id="FC23 read count 0"),
        pytest.param(read_write(0, 126, 4, 41), refused(23, 3), id="FC23 read count 126"),
        pytest.param(read_write(0, 1, 64, *(0,) * 121), b"\x17\2\0\5", id="FC23 writes 121 registers"),
        pytest.param(read_write(0, 1, 64, *(0,) * 122)[:251], refused(23, 3), id="FC23 122 registers"),
        pytest.param(read_write(0, 1, 4), refused(23, 3), id="FC23 write count 0"),
        pytest.param(read_write(0, 1, 4, 41)[:-1], refused(23, 3), id="FC23 byte missing"),
        pytest.param(read_write(200, 1, 4, 41), refused(23, 2), id="FC23 bad read address"),
        pytest.param(read_write(0, 1, 200, 41), refused(23, 2), id="FC23 bad write address"),
        pytest.param(read_write(0, 1, 1000, 41), refused(23, 2), id="FC23 write into the mirror"),
        pytest.param(read_write(0, 1, 7, 41), refused(23, 3), id="FC23 reserved register"),
        pytest.param(b"\7", b"\7\x81", id="FC7 low byte of StatusWord"),
        pytest.param(b"\7\0", refused(7, 3), id="FC7 too long"),
        pytest.param(b"\x08\0\0\xab\xcd", b"\x08\0\0\xab\xcd", id="FC8/0 echo"),
        pytest.param(b"\x08\0\0\1\2\3\4", b"\x08\0\0\1\2\3\4", id="FC8/0 echo of two words"),
        pytest.param(b"\x08\0\0\1\2\3", refused(8, 3), id="FC8/0 odd length"),
        pytest.param(b"\x08\0\x0b\0\0", b"\x08\0\x0b\0\1", id="FC8/11 this is the first message"),
        pytest.param(b"\x08\0\x0a\0\0", b"\x08\0\x0a\0\0", id="FC8/10"),
        pytest.param(b"\x08\0\x0c\0\0", b"\x08\0\x0c\0\0", id="FC8/12"),
        pytest.param(b"\x08\0\x0d\0\0", b"\x08\0\x0d\0\0", id="FC8/13"),
        pytest.param(b"\x08\0\x0e\0\0", b"\x08\0\x0e\0\1", id="FC8/14"),
        pytest.param(b"\x08\0\x0f\0\0", b"\x08\0\x0f\0\0", id="FC8/15"),
        pytest.param(b"\x08\0\x12\0\0", b"\x08\0\x12\0\0", id="FC8/18"),
        pytest.param(b"\x08\0\x0b\0\1", refused(8, 3), id="FC8/11 with data"),
        pytest.param(b"\x08\0\x63\0\0", refused(8, 1), id="FC8/99"),
        pytest.param(b"\x08\0", refused(8, 3), id="FC8 truncated"),
        pytest.param(b"\x11", b"\x11\x12vision-inspection\xff", id="FC17 runs"),
        pytest.param(b"\x14\0", refused(20, 1), id="FC20"),
        pytest.param(b"\x15\0", refused(21, 1), id="FC21"),
        pytest.param(b"\x18\0\0", refused(24, 1), id="FC24"),
        pytest.param(b"\x55", b"\xd5\1", id="FC 0x55"),
        pytest.param(b"\x64\0", b"\xe4\1", id="FC 0x64"),
        pytest.param(b"\0", b"\x80\1", id="FC 0"),
        pytest.param(b"\x83\0\0\0\1", b"\x83\1", id="FC 0x83"),
        pytest.param(b"\3\0", refused(3, 3), id="truncated FC3"),
        pytest.param(b"\3", refused(3, 3), id="FC3 alone"),
        pytest.param(b"\3\0\0\0\1\0", refused(3, 3), id="FC3 too long"),
        pytest.param(b"\x2b\x0d\1\0", b"\xab\1", id="FC43/13"),
        pytest.param(b"\x2b\x0e\5\0", b"\xab\3", id="FC43/14 code 5"),
        pytest.param(b"\x2b\x0e\0\0", b"\xab\3", id="FC43/14 code 0"),
        pytest.param(b"\x2b\x0e\4\x50", b"\xab\2", id="FC43/14 object 0x50"),
        pytest.param(b"\x2b\x0e\1", b"\xab\3", id="FC43/14 truncated"),
        pytest.param(b"\x2b", b"\xab\3", id="FC43 alone"),
    ],
)
async def test_request(station: Station, wire: Wire, request_: bytes, answer: bytes) -> None:
    station.image.set(tags.CONTROL_WORD, 5)
    station.image.set(tags.STATUS_WORD, 0x0881)
    station.image.set(tags.TOOL_PASS_BITS, 0x80000007)
    station.image.set(tags.TOOL_EXECUTED_BITS, 0x8000000F)
    before, log = station.dump(), len(station.commands.log)
    assert await wire.ask(request_) == answer
    if answer[0] & 0x80:
        assert station.dump() == before, "a refused request changed something"
        assert len(station.commands.log) == log
    assert words(await wire.ask(read(3, 1028, 1))) == (0x1234,), "the connection is usable afterwards"


@pytest.mark.parametrize("unit", [0, 1, 17, 255])
async def test_every_unit_id_is_answered_and_echoed(wire: Wire, unit: int) -> None:
    assert words(await wire.ask(read(4, 28, 2), unit)) == (0x1234, 0x5678)


async def test_other_unit_ids_are_refused_where_a_setting_says_so(serve: Serve, connect: Connect) -> None:
    station = await serve(unit_ids=(1, 17))
    wire = await connect(port=station.port)
    assert words(await wire.ask(read(4, 28, 1), 17)) == (0x1234,)
    assert await wire.ask(read(4, 28, 1), 2) == b"\x84\x0b"
    assert await wire.ask(b"\x55", 255) == b"\xd5\x0b"
    assert await wire.ask(struct.pack(">BHH", 6, 4, 1), 0) == b"\x86\x0b"
    assert station.commands.log == ["127.0.0.1 connected"]


async def test_while_the_station_starts_known_functions_are_answered_with_06(station: Station, wire: Wire) -> None:
    station.server.starting = True
    assert await wire.ask(read(3, 0, 1)) == b"\x83\x06"
    assert await wire.ask(struct.pack(">BHH", 6, 4, 1)) == b"\x86\x06"
    assert await wire.ask(b"\x55") == b"\xd5\x01"
    station.server.starting = False
    assert words(await wire.ask(read(3, 0, 1))) == (0,)


async def test_three_thousand_round_trips(wire: Wire) -> None:
    for i in range(3000):
        await wire.send(adu(read(3, 1028, 2), i))
        assert (await wire.frame())[:2] == struct.pack(">H", i)
