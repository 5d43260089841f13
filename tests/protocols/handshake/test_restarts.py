"""What a PLC reads after a kill, a restart and a power cut."""

from collections.abc import Callable

from protocols import tags
from protocols.handshake import Outcome, Source
from protocols.image import ProcessImage
from protocols.tag import IR
from tests.protocols.handshake.bench import (
    CONFIG_CHANGED,
    ERROR,
    EXPOSED,
    FAIL,
    PASS,
    READY,
    TOGGLE,
    TRIGGER_ACK,
    USER_DATA_ACK,
    VALID,
    Bench,
)
from tests.protocols.handshake.rig import Found, Line, MemoryJournal, handshake

MakeBench = Callable[..., Bench]

FULL = Outcome(FAIL, 4, 12, passed=5, executed=7, values=(1.5,) * 32, decoded=b"SN 0815", tool_count=3)


def part(bench: Bench, seq: int, outcome: Outcome | int = PASS) -> None:
    bench.write({4: seq})
    bench.judge(outcome)


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


def test_an_interrupted_part_lets_the_part_move_whatever_numbers_were_used(bench: Bench) -> None:
    bench.write({4: 41})
    found = Found(bench.journal.retained, (), bench.line.started, power_up=False, last_number=9, last_seq=0)
    fresh = ProcessImage()
    again = handshake(fresh, Line(), MemoryJournal(bench.loop), bench.clock)
    again.restore(found)
    assert fresh.get(tags.EXPOSURE_COMPLETE)
