"""Registers that are made when they are read."""

import struct

import pytest

from protocols.codec import Orders
from protocols.image import ProcessImage
from tests.protocols.modbus.station import UTC_US, Connect, Serve, Station
from tests.protocols.modbus.wire import Wire, read, read_write, words

UPTIME = struct.unpack(">2H", struct.pack(">I", 86_400))
CAMERA_TIME = struct.unpack(">4H", struct.pack(">Q", UTC_US))
UTC_SECONDS = struct.unpack(">2H", struct.pack(">I", UTC_US // 1_000_000))
STRETCH = {36: UPTIME, 48: CAMERA_TIME, 53: (123,), 54: UTC_SECONDS}


@pytest.mark.parametrize(("function", "base"), [(4, 0), (3, 1000)], ids=["input", "mirror"])
@pytest.mark.parametrize("at", STRETCH)
async def test_clocks_are_made_at_read_time(wire: Wire, function: int, base: int, at: int) -> None:
    assert words(await wire.ask(read(function, base + at, len(STRETCH[at])))) == STRETCH[at]
    block = words(await wire.ask(read(function, base, 64)))
    assert block[at : at + len(STRETCH[at])] == STRETCH[at]


@pytest.mark.parametrize("start", range(30, 58))
async def test_every_part_of_the_stretch_agrees_with_the_whole(wire: Wire, start: int) -> None:
    whole = words(await wire.ask(read(4, 0, 64)))
    for count in (1, 2, 3, 60 - start):
        assert words(await wire.ask(read(4, start, count))) == whole[start : start + count]


async def test_clocks_follow_the_word_order(serve: Serve) -> None:
    station = await serve(ProcessImage(Orders(word="CDAB")))
    async with await Wire.connect(station.port) as wire:
        assert words(await wire.ask(read(4, 36, 2))) == UPTIME[::-1]
        assert words(await wire.ask(read(4, 48, 4))) == CAMERA_TIME[::-1]


async def test_reading_changes_nothing(station: Station, wire: Wire) -> None:
    before = station.dump()
    await wire.ask(read(4, 0, 64))
    assert station.dump() == before


async def test_each_connection_sees_whether_its_client_has_write_control(connect: Connect) -> None:
    plc, second, scada = await connect("127.0.0.2"), await connect("127.0.0.2"), await connect("127.0.0.3")
    assert words(await plc.ask(read(4, 52, 1))) == (0,)
    assert words(await plc.ask(read_write(1052, 1, 4, 1))) == (1,), "shown by the write that claims it"
    assert words(await plc.ask(read(4, 52, 1))) == (1,)
    assert words(await second.ask(read(3, 1052, 1))) == (1,)
    assert words(await scada.ask(read(4, 0, 64)))[52] == 0
