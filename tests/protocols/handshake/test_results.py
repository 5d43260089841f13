"""What a PLC programmer relies on when he waits for results and takes them."""

from collections.abc import Callable

import pytest

from protocols.handshake import Accepted, Finished, Outcome, Source, judged
from tests.protocols.handshake.bench import (
    FAIL,
    JOB_PASS,
    OVERRUN,
    PASS,
    READY,
    TOGGLE,
    VALID,
    Bench,
)

MakeBench = Callable[..., Bench]


def part(bench: Bench, seq: int, outcome: Outcome | int = PASS) -> None:
    bench.write({4: seq})
    bench.judge(outcome)


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
    part(bench, 1, Outcome(PASS, passed=0x1FFFF, executed=0x3FFFF))
    assert (bench.read(120, 2), bench.read(122, 2), bench.read(915)) == (0x1FFFF, 0x3FFFF, 0xFFFF)
    bench.write({4: 2})
    assert (bench.read(102), bench.read(912), bench.read(330), bench.read(914)) == (0, 0, 65535, 65535)
    assert (bench.read(120, 2), bench.read(915), bench.status(JOB_PASS)) == (0, 0, False)
    assert bench.read(122, 2) == 0, "executed without passed would read as: every tool failed"
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
