"""Every register of a result, in the current block, the ring and the compact block."""

import math
import struct
from collections.abc import Callable

import pytest

from protocols.codec import Orders
from protocols.handshake import Outcome, Rules
from protocols.tag import IR
from tests.protocols.handshake.bench import (
    ERROR,
    FAIL,
    JOB_PASS,
    PASS,
    Bench,
)

MakeBench = Callable[..., Bench]

FULL = Outcome(
    FAIL,
    reject_class=4,
    recipe_version=12,
    acquisition_time_us=1_700_000_000_123_456,
    trigger_to_result_us=70_000,
    acquisition_us=70_001,
    processing_us=70_002,
    waiting_us=70_003,
    tool_count=3,
    error_code=302,
    passed=0x80000005,
    executed=0x80000007,
    values=(1.5, -2.25, math.nan) + (math.nan,) * 28 + (9.5,),
    statuses=(1, 2, 3) + (0,) * 29,
    int16s=(100, -5, 40000) + (0,) * 29,
    decoded=b"SN 0815",
)


def part(bench: Bench, seq: int, outcome: Outcome | int = PASS) -> None:
    bench.write({4: seq})
    bench.judge(outcome)


def floats(bench: Bench, register: int, count: int) -> tuple[float, ...]:
    words = bench.image.words(IR(register), 2 * count)
    return struct.unpack(f">{count}f", struct.pack(f">{2 * count}H", *words))


def text(bench: Bench, register: int, length: int) -> bytes:
    words = bench.image.words(IR(register), (length + 1) // 2)
    return struct.pack(f">{len(words)}H", *words)[:length]


def test_every_register_of_the_result_block(bench: Bench) -> None:
    bench.write({12: 1, 13: 2, 14: 0xFFFF, 15: 0xFFFE, 16: 3, 17: 0x4142, 18: 0x4300, 4: 41})
    bench.judge(FULL)
    read = bench.read
    assert [read(r) for r in (100, 101, 102, 103)] == [1, 41, 0b101, 1]
    assert (read(104, 2), read(106, 2), read(108, 4)) == (1, 0x10002, FULL.acquisition_time_us)
    assert [read(r, 2) for r in (112, 114, 116, 118)] == [70_000, 70_001, 70_002, 70_003]
    assert (read(120, 2), read(122, 2)) == (0x80000005, 0x80000007)
    assert [read(r) for r in (124, 125, 126, 127)] == [3, 3, 302, 1]
    assert floats(bench, 128, 2) == (1.5, -2.25)
    assert math.isnan(floats(bench, 132, 1)[0])
    assert floats(bench, 190, 1) == (9.5,)
    assert [read(192 + i) for i in range(4)] == [1, 2, 3, 0]
    assert [read(224 + i) for i in range(3)] == [100, 0x10000 - 5, 32767]
    assert (read(256), read(257), text(bench, 258, 7)) == (7, 0, b"SN 0815")
    assert (read(330), read(331), read(332), text(bench, 333, 3)) == (4, 1, 3, b"ABC")
    assert (read(365), read(366, 2), read(368)) == (12, 0xFFFFFFFE, 1)
    assert read(42, 2) == 70_000


def test_the_ring_slot_holds_header_values_encoder_and_guard(bench: Bench) -> None:
    bench.write({15: 7, 4: 41})
    bench.judge(FULL)
    slot = 2000 + 64
    assert bench.image.words(IR(slot), 60) == bench.image.words(IR(100), 60)
    assert (bench.read(slot + 60, 2), bench.read(slot + 62), bench.read(slot + 63)) == (7, 4, 1)
    assert bench.read(14) == 1


def test_the_compact_block_says_the_same(bench: Bench) -> None:
    bench.write({4: 41})
    bench.judge(FULL)
    same = {900: 0, 901: 1, 903: 4, 904: 5, 905: 6, 906: 7, 907: 8, 908: 10, 910: 100, 911: 101, 912: 102, 913: 103}
    same |= {914: 330, 915: 121, 930: 126, 931: 100} | {916 + i: 128 + i for i in range(14)}
    assert {a: bench.read(a) for a in same} == {a: bench.read(b) for a, b in same.items()}


@pytest.mark.parametrize("word", ["ABCD", "CDAB", "BADC", "DCBA"])
def test_word_orders_hold_for_every_number_of_several_registers(make_bench: MakeBench, word: str) -> None:
    orders = Orders(word, "high-first")  # type: ignore[arg-type]
    bench, plain = make_bench(orders=orders).start(), make_bench().start()
    for station in (bench, plain):
        tag = orders.reorder(b"\x12\x34\x56\x78") if station is bench else b"\x12\x34\x56\x78"
        high, low = struct.unpack(">HH", tag)
        station.write({12: high, 13: low, 4: 1})
        station.judge(FULL)
    assert bench.line.started[0].user_tag == 0x12345678
    pairs = [104, 106, 112, 114, 116, 118, 120, 122, *range(128, 192, 2), 366, *range(916, 930, 2), 16, 20, 2064 + 28]
    for register, words in [(108, 4), *((pair, 2) for pair in pairs)]:
        data = bench.image.input[2 * register : 2 * register + 2 * words]
        assert orders.reorder(bytes(data)) == plain.image.input[2 * register : 2 * register + 2 * words], register
    for single in (100, 102, 124, 126, 127, 192, 224, 256, 330, 331, 365, 368, 910, 912, 914, 915, 931, 2064 + 63):
        assert bench.read(single) == plain.read(single)


def test_string_order_low_first(make_bench: MakeBench) -> None:
    bench = make_bench(orders=Orders("ABCD", "low-first")).start()
    bench.write({16: 3, 17: 0x4241, 18: 0x0043, 4: 1})
    assert bench.line.started[0].part_id == b"ABC"
    bench.judge(FULL)
    assert (bench.read(333), bench.read(334)) == (0x4241, 0x0043)
    assert text(bench, 258, 4) == b"NS0 "


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
@pytest.mark.parametrize(("not_measured", "shown"), [(0.0, 0.0), (-9999.0, -9999.0), (math.nan, math.nan)])
def test_what_was_not_measured_reads_as_the_setting_says(
    make_bench: MakeBench, value: float, not_measured: float, shown: float
) -> None:
    bench = make_bench(rules=Rules(not_measured=not_measured)).start()
    part(bench, 1, Outcome(ERROR, values=(value, 2.0)))
    for register in (128, 916, 2064 + 28):
        first, second = floats(bench, register, 2)
        assert first == shown or (math.isnan(first) and math.isnan(shown))
        assert second == 2.0


def test_an_unreadable_code_and_a_long_one(bench: Bench) -> None:
    part(bench, 1, Outcome(FAIL, decoded=b""))
    assert (bench.read(256), bench.read(257)) == (0, 2)
    part(bench, 2, Outcome(PASS, decoded=b"x" * 129))
    assert (bench.read(256), bench.read(257)) == (128, 1)
    part(bench, 3, Outcome(PASS))
    assert (bench.read(256), bench.read(257)) == (0, 0)


@pytest.mark.parametrize(
    ("outcome", "flags", "reject_class"),
    [
        (Outcome(PASS, 9), 0b11, 0),
        (Outcome(FAIL, 9), 0b101, 9),
        (Outcome(FAIL, 0), 0b101, 1),
        (Outcome(ERROR, 9, partial=True, timed_out=True, stored=False), 1 << 12 | 0b1001_1001, 65535),
        (Outcome(PASS, simulated=True), 0b10_0011, 0),
    ],
    ids=["pass", "fail", "fail without a class", "error", "simulated"],
)
def test_flags_and_reject_class(bench: Bench, outcome: Outcome, flags: int, reject_class: int) -> None:
    part(bench, 1, outcome)
    assert (bench.read(102), bench.read(330), bench.status(JOB_PASS)) == (
        flags,
        reject_class,
        outcome.judgement == PASS,
    )


def test_a_number_that_does_not_fit_stands_as_its_limit_and_never_stops_the_line(bench: Bench) -> None:
    part(bench, 1, Outcome(PASS, trigger_to_result_us=2**40, waiting_us=-5, tool_count=70000, recipe_version=65537))
    assert (bench.read(112, 2), bench.read(118, 2), bench.read(124), bench.read(365)) == (2**32 - 1, 0, 65535, 1)


def test_before_the_first_result_nothing_stands_there(make_bench: MakeBench) -> None:
    bench = make_bench()
    assert (bench.read(100), bench.read(102), bench.read(330), bench.read(914)) == (0, 0, 65535, 65535)
    assert not any(bench.image.input[4000:])
