"""What reaches the handshake, in which order, and when the answer goes out."""

import asyncio
import logging
import struct

import pytest

from protocols import tags
from protocols.tag import HR
from tests.protocols.modbus.station import Connect, Station, Until
from tests.protocols.modbus.wire import Wire, adu, read, read_write, words, write_registers


def mask(address: int, and_mask: int, or_mask: int) -> bytes:
    return struct.pack(">BHHH", 22, address, and_mask, or_mask)


async def test_function_23_writes_first_and_reads_in_the_same_turn(wire: Wire) -> None:
    assert words(await wire.ask(read_write(1004, 1, 4, 41))) == (41,), "TriggerSeqAck shows it in the reply"
    assert words(await wire.ask(read_write(12, 2, 12, 7, 8))) == (7, 8)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(read_write(199, 2, 4, 41), id="read address"),
        pytest.param(read_write(0, 1, 199, 0, 0), id="write address"),
        pytest.param(read_write(0, 1, 4, 41, 0, 0, 1), id="value"),
        pytest.param(read_write(0, 0, 4, 41), id="read count"),
    ],
)
async def test_function_23_refused_for_any_reason_writes_nothing(station: Station, wire: Wire, request_: bytes) -> None:
    assert (await wire.ask(request_))[0] == 0x97
    assert station.image.get(tags.TRIGGER_SEQ) == 0


async def test_mask_write_leaves_the_masked_bits(station: Station, wire: Wire) -> None:
    station.image.put(HR(2), b"\x00\x12")
    assert await wire.ask(mask(2, 0x00F2, 0x0025)) == mask(2, 0x00F2, 0x0025)
    assert station.image.get(tags.COMMAND_ARG) == 0x17, "the specification's own example"


async def test_mask_write_of_control_word_names_only_the_bits_it_writes(station: Station, wire: Wire) -> None:
    await wire.ask(mask(0, 0xFFFD, 0xFFFF))
    await wire.ask(mask(0, 0xFFFE, 0))
    await wire.ask(mask(0, 0xFFFF, 0xFFFF))
    assert station.commands.log[1:] == ["127.0.0.1 bits {1: 1}", "127.0.0.1 bits {0: 0}", "127.0.0.1 bits {}"]
    assert station.image.get(tags.CONTROL_WORD) == 2


async def test_coils_name_only_the_bits_they_write(station: Station, wire: Wire) -> None:
    await wire.ask(struct.pack(">BHH", 5, 3, 0xFF00))
    await wire.ask(struct.pack(">BHHBB", 15, 1, 3, 1, 0b11111101))
    assert station.commands.log[1:] == ["127.0.0.1 bits {3: 1}", "127.0.0.1 bits {1: 1, 2: 0, 3: 1}"]
    assert await wire.ask(read(1, 0, 8)) == b"\1\1\x0a"


async def test_one_write_is_one_turn(station: Station, wire: Wire) -> None:
    await wire.ask(write_registers(4, 41, 0, 9))
    assert station.commands.log[1:] == ["127.0.0.1 {4: 41, 5: 0, 6: 9}"]


async def test_an_answer_waits_for_the_commit_and_the_connection_behind_it(
    station: Station, connect: Connect, until: Until
) -> None:
    commits = station.commands.commits = []
    plc, other = await connect(), await connect("127.0.0.2")
    await plc.send(
        adu(read(4, 28, 1), 1) + adu(read_write(1004, 1, 4, 41), 2) + adu(read(4, 4, 1), 3) + adu(read(3, 4, 1), 4)
    )
    assert (await plc.frame())[7:] == b"\4\2\x12\x34", "what came before the write does not wait"
    await until(lambda: len(commits) == 1)
    assert words(await other.ask(read(4, 4, 1))) == (41,), "other connections go on, and see the write"
    station.image.set(tags.TRIGGER_SEQ_ACK, 40)
    more = asyncio.create_task(plc.frame())
    await other.ask(read(4, 4, 1))
    assert not more.done()
    commits[0].set_result(None)
    assert await more == adu(b"\x17\2\0\x29", 2), "read in the turn of the write, not in that of the commit"
    assert (await plc.frame())[7:] == b"\4\2\0\x28"
    assert (await plc.frame())[7:] == b"\3\2\0\x29"


async def test_writes_waiting_on_one_connection_are_taken_one_by_one(
    station: Station, wire: Wire, until: Until
) -> None:
    commits = station.commands.commits = []
    await wire.send(b"".join(adu(struct.pack(">BHH", 6, 4, i), i) for i in range(1, 4)))
    for i in range(1, 4):
        await until(lambda: len(commits) == i)  # noqa: B023 - awaited before i changes
        assert station.image.get(tags.TRIGGER_SEQ) == i
        commits[-1].set_result(None)
        assert (await wire.frame())[:2] == struct.pack(">H", i)


async def test_a_client_that_leaves_while_its_write_is_committed_harms_nobody(
    station: Station, wire: Wire, connect: Connect, until: Until
) -> None:
    commits = station.commands.commits = []
    await wire.send(adu(struct.pack(">BHH", 6, 4, 9)))
    await until(lambda: len(commits) == 1)
    await wire.close()
    commits[0].set_result(None)
    await until(lambda: station.server.clients()[0].connections == 0)
    station.commands.commits = None
    async with await connect() as again:
        assert words(await again.ask(read(3, 4, 1))) == (9,)


async def test_stop_while_a_commit_is_open_ends(station: Station, wire: Wire, until: Until) -> None:
    commits = station.commands.commits = []
    await wire.send(adu(struct.pack(">BHH", 6, 4, 9)))
    await until(lambda: len(commits) == 1)
    await station.server.stop()
    assert await wire.closed_by_server() == b""
    commits[0].set_result(None)
    await asyncio.sleep(0)


async def test_a_failing_commit_is_exception_04(
    station: Station, wire: Wire, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    commits = station.commands.commits = []
    await wire.send(adu(struct.pack(">BHH", 6, 4, 9)))
    await until(lambda: len(commits) == 1)
    commits[0].set_exception(OSError("disk on fire"))
    assert (await wire.frame())[7:] == b"\x86\4"
    assert "disk on fire" in caplog.text
    station.commands.commits = None
    assert await wire.ask(struct.pack(">BHH", 6, 4, 10)) == struct.pack(">BHH", 6, 4, 10)


@pytest.mark.parametrize("defect", [RuntimeError("boom"), KeyError("boom")], ids=["error", "missing key"])
async def test_a_defect_is_exception_04_with_one_traceback(
    station: Station, wire: Wire, caplog: pytest.LogCaptureFixture, defect: Exception
) -> None:
    station.commands.defect = defect
    for _ in range(50):
        assert await wire.ask(struct.pack(">BHH", 6, 4, 9)) == b"\x86\4"
    assert await wire.ask(write_registers(4, 9)) == b"\x90\4"
    failures = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert len(failures) == 2, "once for function 6, once for 16"
    assert all(r.exc_info for r in failures)
    assert "06 00 04 00 09" in failures[0].getMessage()
    station.commands.defect = None
    assert (await wire.ask(struct.pack(">BHH", 6, 4, 9)))[0] == 6
