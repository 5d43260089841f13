"""The trace of requests: raw sockets in, exchanges out."""

import struct
import time

import pytest

from protocols.modbus import Trace, Wanted
from protocols.modbus.blocks import Block, read_block, written_block, written_values
from tests.protocols.modbus.station import UTC_US, Connect, Station, Until
from tests.protocols.modbus.wire import Wire, adu, read, read_write, write_registers


async def test_an_exchange_tells_who_asked_what_and_what_came_back(station: Station, connect: Connect) -> None:
    plc, scada = await connect("127.0.0.2"), await connect("127.0.0.3")
    await plc.ask(write_registers(12, 7, 8), unit=17)
    await scada.ask(read(4, 64, 1))
    first, second = station.server.trace.since(0).exchanges
    assert (first.number, first.client, first.transaction, first.unit, first.function) == (1, "127.0.0.2", 1, 17, 16)
    assert (first.request, first.answer, first.exception) == (write_registers(12, 7, 8), b"\x10\0\x0c\0\2", 0)
    assert (second.number, second.client, second.function, second.exception) == (2, "127.0.0.3", 4, 2)
    assert UTC_US - 60_000_000 < first.utc_us < second.utc_us < UTC_US + 1000, "a little before now"
    assert second.utc_us - first.utc_us == second.monotonic_ns // 1000 - first.monotonic_ns // 1000
    assert 0 < first.duration_ns < second.monotonic_ns
    assert first.monotonic_ns + first.duration_ns <= second.monotonic_ns


async def test_pipelined_requests_are_traced_each_by_its_own(station: Station, wire: Wire) -> None:
    await wire.send(b"".join(adu(read(4, i, 1), i) for i in range(64)))
    assert len([await wire.frame() for _ in range(64)]) == 64
    found = station.server.trace.since(0).exchanges
    assert [exchange.transaction for exchange in found] == list(range(64))
    times = [exchange.monotonic_ns for exchange in found]
    assert times == sorted(times)


async def test_an_answer_that_waited_for_the_disk_shows_how_long(station: Station, wire: Wire, until: Until) -> None:
    commits = station.commands.commits = []
    await wire.send(adu(struct.pack(">BHH", 6, 4, 9), 5))
    await until(lambda: len(commits) == 1)
    assert station.server.trace.since(0).exchanges == [], "it is not answered yet"
    before = time.monotonic_ns()
    commits[0].set_result(None)
    await wire.frame()
    (exchange,) = station.server.trace.since(0).exchanges
    assert (exchange.transaction, exchange.answer) == (5, struct.pack(">BHH", 6, 4, 9))
    assert exchange.monotonic_ns < before < exchange.monotonic_ns + exchange.duration_ns


async def test_a_failed_commit_is_traced_with_its_exception(station: Station, wire: Wire, until: Until) -> None:
    commits = station.commands.commits = []
    await wire.send(adu(struct.pack(">BHH", 6, 4, 9)))
    await until(lambda: len(commits) == 1)
    commits[0].set_exception(OSError("disk on fire"))
    await wire.frame()
    (exchange,) = station.server.trace.since(0).exchanges
    assert exchange.exception == 4


@pytest.mark.parametrize(("step_us", "moved_us"), [(27, 0), (-900, 0), (1500, 1500), (-3_600_000_000, -3_600_000_000)])
def test_what_is_looked_at_twice_keeps_its_time_unless_the_clock_was_set(step_us: int, moved_us: int) -> None:
    utc_us = UTC_US
    trace = Trace(lambda: utc_us, lambda: 5_000_000)
    keep(trace)
    before = trace.since(0).exchanges[0].utc_us
    utc_us += step_us
    assert trace.since(0).exchanges[0].utc_us - before == moved_us
    assert trace.recording().exchanges(1)[0].exchange.utc_us - before == moved_us


def filled(count: int) -> Trace:
    trace = Trace(lambda: UTC_US)
    for _ in range(count):
        keep(trace)
    return trace


def keep(trace: Trace) -> None:
    trace.keep((next(trace.numbers), 1, 2, "10.0.0.5", 1, 1, read(4, 0, 1), b"\4\2\0\0"))


def test_the_last_thousand_are_kept_and_a_late_reader_learns_what_it_missed() -> None:
    trace = filled(1000)
    assert (len(trace.since(0).exchanges), trace.since(0).lost, trace.since(0).next) == (1000, 0, 1000)
    keep(trace)
    excerpt = trace.since(0)
    assert (len(excerpt.exchanges), excerpt.lost, excerpt.exchanges[0].number) == (1000, 1, 2)
    assert (trace.since(1).lost, trace.since(1).exchanges[0].number) == (0, 2)


def test_a_cursor_walks_through_without_gap_or_repetition() -> None:
    trace, numbers, cursor = filled(1250), [], 0
    while True:
        excerpt = trace.since(cursor, limit=100)
        if not excerpt.exchanges:
            break
        numbers += [exchange.number for exchange in excerpt.exchanges]
        cursor = excerpt.next
    assert numbers == list(range(251, 1251))
    assert cursor == 1250
    keep(trace)
    assert [exchange.number for exchange in trace.since(cursor).exchanges] == [1251]


def test_the_cursor_passes_what_the_filter_leaves_out() -> None:
    trace = filled(10)
    excerpt = trace.since(0, Wanted(client="10.0.0.6"))
    assert (excerpt.exchanges, excerpt.next) == ([], 10)


def test_a_cursor_from_before_a_restart_starts_again() -> None:
    """The station counts from 1 again: what a reader kept from before is beyond the end."""
    excerpt = filled(3).since(500)
    assert ([exchange.number for exchange in excerpt.exchanges], excerpt.next) == ([1, 2, 3], 3)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        pytest.param(Wanted(), True, id="everything"),
        pytest.param(Wanted(client="10.0.0.5"), True, id="client"),
        pytest.param(Wanted(client="10.0.0.50"), False, id="another client"),
        pytest.param(Wanted(function=23), True, id="function"),
        pytest.param(Wanted(function=3), False, id="another function"),
        pytest.param(Wanted(address=1000), True, id="first read"),
        pytest.param(Wanted(address=1063), True, id="last read"),
        pytest.param(Wanted(address=1064), False, id="one beyond"),
        pytest.param(Wanted(address=4), True, id="first written"),
        pytest.param(Wanted(address=5), True, id="last written"),
        pytest.param(Wanted(address=6), False, id="not written"),
        pytest.param(Wanted(client="10.0.0.5", function=23, address=7), False, id="all must hold"),
    ],
)
def test_filters(wanted: Wanted, fits: bool) -> None:
    assert wanted.fits("10.0.0.5", read_write(1000, 64, 4, 41, 0)) == fits


@pytest.mark.parametrize(
    ("pdu", "read_", "written", "values"),
    [
        pytest.param(read(1, 3, 5), Block(3, 5), None, (), id="FC1"),
        pytest.param(read(4, 0, 126), Block(0, 126), None, (), id="FC4 too many"),
        pytest.param(struct.pack(">BHH", 5, 1, 0xFF00), None, Block(1, 1), (1,), id="FC5 on"),
        pytest.param(struct.pack(">BHH", 5, 1, 0), None, Block(1, 1), (0,), id="FC5 off"),
        pytest.param(struct.pack(">BHH", 5, 1, 0x1234), None, Block(1, 1), (0x1234,), id="FC5 neither"),
        pytest.param(struct.pack(">BHH", 6, 4, 41), None, Block(4, 1), (41,), id="FC6"),
        pytest.param(struct.pack(">BHHBB", 15, 1, 3, 1, 5), None, Block(1, 3), (1, 0, 1), id="FC15"),
        pytest.param(write_registers(4, 41, 0), None, Block(4, 2), (41, 0), id="FC16"),
        pytest.param(struct.pack(">BHHBH", 16, 4, 2, 4, 41), None, Block(4, 2), (41,), id="FC16 cut off"),
        pytest.param(struct.pack(">BHHH", 22, 2, 0xF0, 3), None, Block(2, 1), (0xF0, 3), id="FC22"),
        pytest.param(read_write(1000, 64, 4, 41, 9), Block(1000, 64), Block(4, 2), (41, 9), id="FC23"),
        pytest.param(read_write(1000, 64, 4, 41)[:6], Block(1000, 64), None, (), id="FC23 cut off"),
        pytest.param(b"\x08\0\0\xab\xcd", None, None, (), id="FC8 has no block"),
        pytest.param(b"\x2b\x0e\1\0", None, None, (), id="FC43"),
        pytest.param(b"\3", None, None, (), id="FC3 alone"),
    ],
)
def test_what_a_request_names(pdu: bytes, read_: Block | None, written: Block | None, values: tuple[int, ...]) -> None:
    assert (read_block(pdu), written_block(pdu), written_values(pdu)) == (read_, written, values)
