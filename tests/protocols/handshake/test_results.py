"""What a PLC programmer relies on when he reads results."""

import math
import struct
from collections.abc import Callable

import pytest

from protocols.codec import Orders
from protocols.handshake import Accepted, Finished, Outcome, Rules, Source, judged
from protocols.tag import IR
from tests.protocols.handshake.bench import (
    CONFIG_CHANGED,
    ERROR,
    EXPOSED,
    FAIL,
    JOB_PASS,
    OVERRUN,
    PASS,
    READY,
    TOGGLE,
    TRIGGER_ACK,
    USER_DATA_ACK,
    VALID,
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


def test_unbuffered_results_valid_falls_by_number_edge_or_the_next_trigger(bench: Bench) -> None:
    part(bench, 1)
    bench.write({5: 2})
    assert bench.status(VALID), "another number takes nothing"
    bench.write({5: 1})
    assert not bench.status(VALID)
    assert bench.read(102) & 1, "an acknowledge leaves the result"
    part(bench, 2)
    bench.write({0: 9})
    assert not bench.status(VALID)
    part(bench, 3)
    assert bench.status(VALID), "the level of ResultsAck holds nothing back"
    bench.write({4: 4})
    assert not bench.status(VALID)


def test_a_trigger_clears_the_judgement_and_all_its_copies(bench: Bench) -> None:
    part(bench, 1, Outcome(PASS, passed=0xFFFF))
    bench.write({4: 2})
    assert (bench.read(102), bench.read(912), bench.read(330), bench.read(914)) == (0, 0, 65535, 65535)
    assert (bench.read(120, 2), bench.read(915), bench.status(JOB_PASS)) == (0, 0, False)
    assert (bench.read(100), bench.read(101), bench.read(910), bench.read(931)) == (1, 1, 1, 1), "headers stay"


def test_the_result_of_a_part_before_a_rejection_is_found_in_the_ring_alone(bench: Bench) -> None:
    bench.write({4: 1})
    bench.write({4: 2})
    assert bench.read(5) == 2
    bench.judge()
    assert not bench.status(VALID)
    assert (bench.read(14), bench.read(2064 + 1), bench.read(20, 2)) == (1, 1, 1)
    part(bench, 3)
    assert bench.status(VALID)
    assert bench.read(101) == 3


def test_inspection_completed_toggles(bench: Bench) -> None:
    seen = []
    for seq in (1, 2, 3):
        part(bench, seq)
        seen.append(bench.status(TOGGLE))
    assert seen == [True, False, True]


def test_buffered_results_wait_and_are_taken_one_by_one(make_bench: MakeBench) -> None:
    bench = make_bench().start(5)
    for seq in (1, 2, 3):
        part(bench, seq)
    assert (bench.read(13), bench.read(100), bench.read(14)) == (3, 1, 3)
    bench.write({5: 1})
    assert (bench.read(13), bench.read(100), bench.status(VALID)) == (2, 2, True)
    bench.write({0: 13})
    assert (bench.read(100), bench.status(VALID)) == (3, False)
    bench.write({0: 5})
    assert bench.status(VALID)
    bench.write({0: 13, 5: 3})
    assert (bench.read(13), bench.status(VALID)) == (0, False)


def test_an_edge_and_a_number_in_one_write_take_one_result(make_bench: MakeBench) -> None:
    bench = make_bench().start(5)
    for seq in (1, 2, 3):
        part(bench, seq)
    bench.write({0: 13, 5: 1, 4: 4})
    assert (bench.read(13), bench.read(100), bench.read(4)) == (2, 2, 4)


def test_an_acknowledge_written_again_takes_nothing(make_bench: MakeBench) -> None:
    bench = make_bench().start(5)
    for seq in (1, 2):
        part(bench, seq)
    bench.write({5: 1})
    bench.write({5: 1})
    assert bench.read(100) == 2


def test_a_full_queue_rejects_the_plc_and_drops_the_oldest_for_a_sensor(make_bench: MakeBench) -> None:
    bench = make_bench().start(5)
    for seq in range(1, 17):
        part(bench, seq)
    assert not bench.status(READY)
    bench.write({4: 99})
    assert bench.read(6) == 4
    bench.sensor()
    bench.judge()
    assert (bench.read(13), bench.read(100), bench.read(46, 2), bench.status(OVERRUN)) == (16, 2, 1, True)
    assert bench.read(102) >> 6 & 1
    assert not bench.read(2000 + 64 * 2 + 2) >> 6 & 1, "the ring lost nothing"
    bench.write({5: 2})
    assert not bench.read(102) >> 6 & 1
    bench.write({0: 0x45})
    assert not bench.status(OVERRUN)


def test_a_change_of_mode_empties_the_queue_and_clears_results_valid(make_bench: MakeBench) -> None:
    bench = make_bench().start(5)
    part(bench, 1)
    bench.write({0: 1})
    assert (bench.read(13), bench.status(VALID), bench.read(100)) == (0, False, 1)
    part(bench, 2)
    bench.write({0: 5})
    bench.write({0: 1})
    assert not bench.status(VALID), "and does not bring it back"


def test_result_seq_wraps_into_the_same_slots(bench: Bench) -> None:
    bench.handshake._state.results.newest = 65519
    for seq in (1, 2, 3):
        part(bench, seq)
    assert bench.read(14) == 2
    slots = [bench.read(2000 + 64 * slot) for slot in (0, 1, 2)]
    assert slots == [65520, 1, 2]
    bench.restart()
    assert [bench.read(2000 + 64 * slot) for slot in (0, 1, 2)] == slots
    assert bench.handshake.next_seq == 3


def test_only_the_next_result_is_taken(bench: Bench) -> None:
    bench.write({4: 1})
    accepted = bench.line.started[0]
    wrong_seq = Finished(2, accepted, Outcome(PASS))
    wrong_part = Finished(1, Accepted(7, Source.MODBUS, 1, 0), Outcome(PASS))
    for finished in (wrong_seq, wrong_part):
        with pytest.raises(ValueError, match="not the next result"):
            bench.handshake.offer(finished)
    assert bench.read(14) == 0


def test_a_forced_judgement_stands_is_flagged_and_not_counted() -> None:
    accepted = Accepted(1, Source.MODBUS, 1, 0, forced=FAIL)
    outcome = judged(accepted, Outcome(PASS))
    assert (outcome.judgement, outcome.reject_class) == (FAIL, 1)
    assert judged(accepted, outcome) is outcome


# restarts


def test_the_ring_and_the_queue_read_the_same_after_kill_9(make_bench: MakeBench) -> None:
    bench = make_bench().start(5)
    for seq in range(1, 20):
        part(bench, seq, FULL)
        if seq > 16 or seq < 9:
            bench.write({5: bench.read(100)})
    ring, block = bench.image.input[4000:], bench.image.input[200:738]
    bench.restart()
    assert bench.image.input[4000:] == ring
    assert bench.image.input[200:738] == block


def test_results_newer_than_the_retained_state_are_there_after_kill_9(make_bench: MakeBench) -> None:
    bench = make_bench().start(5)
    bench.write({4: 1})
    bench.judge()  # its row alone is committed, nothing was kept since
    before = bytes(bench.image.input)
    bench.restart()
    assert bytes(bench.image.input) == before


def test_an_interrupted_part_is_an_error_with_results_valid(bench: Bench) -> None:
    bench.write({4: 41})
    finished = bench.restart()
    assert [(f.seq, f.accepted.seq, f.outcome.judgement, f.outcome.error_code) for f in finished] == [
        (1, 41, ERROR, 703)
    ]
    assert (bench.read(101), bench.read(126), bench.read(930)) == (41, 703, 703)
    assert bench.status(VALID)
    assert bench.status(READY)
    assert bench.restart() == [], "once"


def test_after_a_restart_no_old_result_is_valid(bench: Bench) -> None:
    part(bench, 1)
    bench.restart()
    assert not bench.status(VALID)
    assert (bench.read(100), bench.read(102), bench.read(330)) == (1, 0, 65535)


def test_after_power_up_an_interrupted_part_stands_in_the_ring_alone(bench: Bench) -> None:
    bench.write({4: 41})
    assert len(bench.restart(power_up=True)) == 1
    assert not bench.status(VALID)
    assert (bench.read(14), bench.read(2064 + 1), bench.read(2064 + 2) & 8) == (1, 41, 8)


def test_a_hidden_part_stays_hidden_over_a_crash(bench: Bench) -> None:
    bench.write({4: 1})
    bench.write({4: 2})
    bench.restart()
    assert not bench.status(VALID)
    assert bench.read(14) == 1


def test_a_current_result_long_past_survives_as_it_was(bench: Bench) -> None:
    part(bench, 1, FULL)
    bench.write({0: 0})
    bench.handshake.disconnected("plc")
    bench.wait(11)
    bench.write({0: 1})
    bench.write({4: 2})
    bench.judge(FULL)
    bench.write({0: 1})
    bench.handshake.disconnected("plc")
    bench.wait(11)
    for _ in range(70):
        assert not isinstance(bench.sensor(Source.WEB), int)
        bench.judge()
    block = bench.image.input[200:738]
    assert (bench.read(100), bench.read(14)) == (2, 72)
    bench.restart()
    assert bench.image.input[200:738] == block


def test_counters_and_latches_survive_kill_9(bench: Bench) -> None:
    part(bench, 1, PASS)
    part(bench, 2, FAIL)
    part(bench, 3, ERROR)
    bench.handshake.config_changed()
    bench.write({0: 3, 16: 2, 17: 0x4142})
    bench.write({0: 0x23})
    bench.judge()
    latches = [bench.status(bit) for bit in (TRIGGER_ACK, TOGGLE, USER_DATA_ACK, EXPOSED, CONFIG_CHANGED)]
    numbers = bench.image.words(IR(2), 62)
    bench.restart()
    assert latches == [True, False, True, True, True]
    assert latches == [bench.status(bit) for bit in (TRIGGER_ACK, TOGGLE, USER_DATA_ACK, EXPOSED, CONFIG_CHANGED)]
    assert bench.image.words(IR(2), 62) == numbers
    assert [bench.read(register, 2) for register in (16, 20, 22, 24, 44)] == [4, 4, 2, 1, 1]
    bench.write({4: 9})
    assert bench.line.started[-1].part_id == b"AB", "the latched part id too"


def test_the_retained_state_is_small(bench: Bench) -> None:
    bench.write(dict.fromkeys(range(64, 128), 0xFFFF))
    for seq in range(1, 9):
        part(bench, seq)
    assert len(bench.handshake.retained()) < 4096
