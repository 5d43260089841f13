"""Every address against every reading and writing function."""

import struct

import pytest

from protocols import tags
from protocols.image import ProcessImage
from protocols.tag import HR, IR
from tests.protocols.modbus.station import Serve, Station
from tests.protocols.modbus.wire import Wire, adu, read, words, write_registers

INPUTS = [(0, 63), (100, 368), (400, 655), (900, 931), (2000, 3023)]
HOLDINGS = [(0, 199), *((1000 + low, 1000 + high) for low, high in INPUTS)]


def exists(areas: list[tuple[int, int]], address: int, count: int) -> bool:
    return any(low <= address and address + count - 1 <= high for low, high in areas)


async def sweep(wire: Wire, pdus: list[bytes]) -> list[bytes]:
    await wire.send(b"".join(adu(pdu, i & 0xFFFF) for i, pdu in enumerate(pdus)))
    return [(await wire.frame())[7:] for _ in pdus]


@pytest.mark.parametrize(("function", "areas"), [(3, HOLDINGS), (4, INPUTS)], ids=["holding", "input"])
async def test_every_address_is_readable_exactly_where_the_map_has_it(
    wire: Wire, function: int, areas: list[tuple[int, int]]
) -> None:
    addresses = [*range(10_050), 20_000, 32_767, 65_534, 65_535]
    for chunk in (addresses[i : i + 500] for i in range(0, len(addresses), 500)):
        answers = await sweep(wire, [read(function, address, 1) for address in chunk])
        for address, answer in zip(chunk, answers, strict=True):
            assert (answer[0] == function) == exists(areas, address, 1), address
            assert answer[0] == function or answer == bytes((function | 0x80, 2))


@pytest.mark.parametrize(("function", "areas"), [(3, HOLDINGS), (4, INPUTS)], ids=["holding", "input"])
@pytest.mark.parametrize("count", [1, 2, 32, 125])
async def test_a_block_that_only_partly_fits_is_refused(
    wire: Wire, function: int, areas: list[tuple[int, int]], count: int
) -> None:
    borders = sorted(
        {a + d for low, high in areas for a in (low, high, high - count + 1) for d in (-1, 0, 1) if a + d >= 0}
    )
    answers = await sweep(wire, [read(function, address, count) for address in borders])
    for address, answer in zip(borders, answers, strict=True):
        assert (answer[0] == function) == exists(areas, address, count), address


async def test_registers_stand_where_the_image_has_them(station: Station, wire: Wire) -> None:
    for register in range(3024):
        station.image.put(IR(register), struct.pack(">H", register ^ 0x5A5A))
    for register in range(200):
        station.image.put(HR(register), struct.pack(">H", register ^ 0xA5A5))
    for low, high in ((100, 199), (2000, 2063), (2960, 3023), (900, 931)):
        expected = tuple(register ^ 0x5A5A for register in range(low, high + 1))
        assert words(await wire.ask(read(4, low, high - low + 1))) == expected
        assert words(await wire.ask(read(3, 1000 + low, high - low + 1))) == expected
    assert words(await wire.ask(read(3, 75, 125))) == tuple(register ^ 0xA5A5 for register in range(75, 200))


async def test_a_write_reaches_the_command_image_only(station: Station, wire: Wire) -> None:
    addresses = [*range(200, 4100), 9_999, 10_000, 65_535]
    before = station.dump()
    for chunk in (addresses[i : i + 500] for i in range(0, len(addresses), 500)):
        for pdus in (
            [struct.pack(">BHH", 6, a, 1) for a in chunk],
            [struct.pack(">BHHH", 22, a, 0, 1) for a in chunk],
        ):
            assert {answer[1] for answer in await sweep(wire, pdus)} == {2}
    assert await wire.ask(write_registers(198, 0, 0, 0)) == b"\x90\2"
    assert station.dump() == before
    assert station.commands.log == ["127.0.0.1 connected"]


async def test_function_16_writes_all_of_the_command_image(station: Station, wire: Wire) -> None:
    values = [0x10 if a == 16 else 0 if a in {7, *range(49, 64), *range(161, 200)} else a for a in range(200)]
    assert (await wire.ask(write_registers(0, *values[:123])))[0] == 16
    assert (await wire.ask(write_registers(123, *values[123:])))[0] == 16
    assert station.image.words(HR(0), 200) == tuple(values)
    assert words(await wire.ask(read(3, 0, 125))) == tuple(values[:125])


@pytest.mark.parametrize("order", ["ABCD", "CDAB", "BADC", "DCBA"])
async def test_discrete_inputs_are_the_tools_bits_in_any_word_order(serve: Serve, order: str) -> None:
    from protocols.codec import Orders

    station = await serve(ProcessImage(Orders(word=order)))  # type: ignore[arg-type]
    station.image.set(tags.TOOL_PASS_BITS, 0x0102)
    async with await Wire.connect(station.port) as wire:
        assert await wire.ask(read(2, 32, 16)) == b"\2\2\2\1"
