"""What a PLC programmer relies on when he gives commands."""

from collections.abc import Callable

import pytest

from protocols.errors import RetainedError
from protocols.handshake import CommandError, Reject
from protocols.image import ProcessImage
from tests.protocols.handshake.bench import (
    COMPLETED,
    CONFIG_CHANGED,
    EXECUTING,
    FAIL,
    FAILED,
    PASS,
    READY,
    VALID,
    Bench,
)
from tests.protocols.handshake.rig import UTC_US, Found, Line, MemoryJournal, handshake, pump

MakeBench = Callable[..., Bench]
DONE, RUNS, BROKEN = 2, 1, 3


def answer(bench: Bench) -> tuple[int, int, int]:
    """CommandSeqAck, CommandStatus, CommandErrorCode."""
    return bench.read(7), bench.read(8), bench.read(9)


def test_a_job_load_executes_until_the_station_says_so(bench: Bench) -> None:
    bench.write({1: 1, 2: 2, 3: 5})
    assert answer(bench) == (5, RUNS, 0)
    assert bench.status(EXECUTING)
    assert not bench.status(READY)
    assert bench.line.calls == [("load_job", 2)]
    bench.write({4: 1})
    assert bench.read(6) == Reject.JOB_LOADING
    bench.load_ends()
    assert answer(bench) == (5, DONE, 0)
    assert bench.read(10) == 2
    assert bench.status(COMPLETED)
    assert bench.status(READY)


@pytest.mark.parametrize("error", [CommandError.LOAD_FAILED, CommandError.TIMEOUT])
def test_a_failed_load_leaves_the_job(bench: Bench, error: CommandError) -> None:
    bench.write({1: 1, 2: 2, 3: 5})
    bench.load_ends(error)
    assert answer(bench) == (5, BROKEN, error)
    assert bench.status(FAILED)
    assert bench.read(10) == 1


@pytest.mark.parametrize("code", [1, 6])
def test_a_command_that_does_not_end_fails_after_its_time(bench: Bench, code: int) -> None:
    bench.write({1: code, 2: 2, 3: 5})
    bench.wait(9.75)
    assert answer(bench) == (5, RUNS, 0)
    bench.wait(0.25)
    assert answer(bench) == (5, BROKEN, CommandError.TIMEOUT)
    bench.handshake.command_done(job=2)
    assert answer(bench) == (5, BROKEN, CommandError.TIMEOUT)


def test_a_load_that_nobody_waits_for_does_not_end_the_next_one(bench: Bench) -> None:
    bench.write({1: 1, 2: 1, 3: 5})
    bench.wait(10)
    bench.write({2: 2, 3: 6})
    bench.handshake.command_done(job=1)
    assert answer(bench) == (6, RUNS, 0)
    bench.handshake.command_done(job=2)
    bench.commit()
    assert answer(bench) == (6, DONE, 0)


@pytest.mark.parametrize(
    ("code", "arg", "error"),
    [
        (0, 0, CommandError.UNKNOWN),
        (4, 0, CommandError.UNKNOWN),
        (5, 0, CommandError.UNKNOWN),
        (11, 0, CommandError.UNKNOWN),
        (1, 3, CommandError.NO_SUCH_JOB),
        (8, 1, CommandError.WRONG_STATE),
        (9, 0, CommandError.BAD_ARGUMENT),
        (9, 8, CommandError.BAD_ARGUMENT),
        (10, 0, CommandError.BAD_ARGUMENT),
        (10, 4, CommandError.BAD_ARGUMENT),
        (2, 0, CommandError.NONE),
        (3, 0, CommandError.NONE),
        (7, 0, CommandError.NONE),
        (10, 3, CommandError.NONE),
    ],
)
def test_the_answer_stands_in_the_same_turn(bench: Bench, code: int, arg: int, error: CommandError) -> None:
    bench.write({1: code, 2: arg, 3: 5})
    assert answer(bench) == (5, BROKEN if error else DONE, error)


def test_a_repeated_command_is_not_executed_again(bench: Bench) -> None:
    bench.write({1: 6, 3: 5})
    bench.load_ends()
    bench.write({1: 6, 3: 5})
    bench.write({3: 0})
    bench.write({3: 5})
    assert bench.line.calls == [("self_test",)]
    assert answer(bench) == (5, DONE, 0)


def test_the_first_number_of_a_client_is_a_baseline_and_is_answered(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.write({1: 6, 3: 5})
    assert answer(bench) == (5, BROKEN, CommandError.WRONG_STATE)
    assert bench.line.calls == []


def test_a_command_by_bit_leaves_command_seq_ack(bench: Bench) -> None:
    bench.write({1: 2, 3: 5})
    bench.write({0: 0x11, 1: 99})
    assert answer(bench) == (5, BROKEN, CommandError.UNKNOWN)
    assert bench.status(FAILED)
    bench.write({0: 1})
    assert not bench.status(FAILED), "latched until ExecuteCommand falls"


def test_a_bit_and_a_number_in_one_write_are_one_command(bench: Bench) -> None:
    bench.write({0: 0x11, 1: 6, 3: 9})
    assert bench.line.calls == [("self_test",)]
    assert answer(bench) == (9, RUNS, 0)


def test_a_command_that_comes_meanwhile_fails_when_the_other_has_ended(bench: Bench) -> None:
    bench.write({1: 1, 2: 2, 3: 5})
    bench.write({1: 2, 3: 6})
    assert answer(bench) == (5, RUNS, 0)
    bench.load_ends()
    assert answer(bench) == (6, BROKEN, CommandError.WRONG_STATE)
    assert bench.read(10) == 2


def test_a_command_cut_off_by_a_restart_is_not_executed_again(bench: Bench) -> None:
    bench.write({1: 1, 2: 2, 3: 5})
    bench.restart()
    assert answer(bench) == (5, BROKEN, CommandError.INTERRUPTED)
    bench.write({1: 1, 2: 2, 3: 5})
    assert answer(bench) == (5, BROKEN, CommandError.INTERRUPTED)
    assert bench.line.calls == []
    assert bench.status(READY)


def test_those_that_waited_behind_it_fail_too(bench: Bench) -> None:
    bench.write({1: 1, 2: 2, 3: 5})
    bench.write({3: 6})
    bench.restart()
    assert answer(bench) == (6, BROKEN, CommandError.WRONG_STATE)


def test_a_command_that_was_done_before_a_kill_stays_done(bench: Bench) -> None:
    bench.write({1: 1, 2: 2, 3: 5})
    bench.load_ends()
    bench.restart()
    assert answer(bench) == (5, DONE, 0)


def test_reset_counters(bench: Bench) -> None:
    bench.write({4: 1})
    bench.judge()
    bench.write({4: 2})
    bench.write({4: 3})
    bench.write({1: 2, 3: 5})
    assert not any(bench.image.input[32:52])
    assert ("counters_reset",) in bench.line.calls
    bench.judge()
    assert bench.read(20, 2) == 1


def test_clear_queue(make_bench: MakeBench) -> None:
    bench = make_bench().start(5)
    bench.write({4: 1})
    bench.judge()
    bench.write({1: 3, 3: 5})
    assert (bench.read(13), bench.status(VALID), bench.read(14)) == (0, False, 1)


def test_clear_queue_has_no_effect_unbuffered(bench: Bench) -> None:
    bench.write({4: 1})
    bench.judge()
    bench.write({1: 3, 3: 5})
    assert bench.status(VALID)


def test_plc_time_is_handed_to_the_station(bench: Bench) -> None:
    bench.write({8: 0x0006, 9: 0x0A24, 10: 0x181E, 11: 0x4000, 1: 7, 3: 5})
    assert bench.line.calls == [("plc_time", 0x00060A24181E4000)]


def test_a_forced_judgement_goes_to_the_next_accepted_trigger(bench: Bench) -> None:
    bench.write({4: 1})
    bench.write({1: 10, 2: PASS, 3: 1})
    bench.judge(FAIL)
    assert (bench.read(102) & 0b100, bench.read(102) >> 5 & 1) == (4, 0)
    bench.write({4: 2})
    bench.judge(FAIL)
    assert (bench.read(102) & 0b10, bench.read(102) >> 5 & 1) == (2, 1)
    assert (bench.read(20, 2), bench.read(22, 2), bench.read(24, 2)) == (1, 0, 1), "and is not counted"
    bench.write({4: 3})
    bench.judge(FAIL)
    assert bench.read(102) & 0b100


def test_a_forced_judgement_waits_for_the_next_one_if_the_disk_says_no(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({1: 10, 2: PASS, 3: 1})
    bench.commit()
    bench.write({4: 1})
    bench.commit(ok=False)
    bench.write({4: 2})
    bench.commit()
    assert bench.line.started[0].forced == PASS


def test_a_forced_judgement_is_forgotten_by_a_restart(bench: Bench) -> None:
    bench.write({1: 10, 2: PASS, 3: 1})
    bench.restart()
    bench.write({4: 1})
    assert bench.line.started[-1].forced == 0


def test_an_interrupted_forced_part_stays_error(bench: Bench) -> None:
    bench.write({1: 10, 2: PASS, 3: 1})
    bench.write({4: 1})
    bench.restart()
    assert bench.read(102) == 0b10_1001
    assert bench.read(44, 2) == 0


def test_config_changed_stands_until_clear_error(bench: Bench) -> None:
    bench.handshake.config_changed()
    assert bench.status(CONFIG_CHANGED)
    bench.write({0: 0x41})
    assert not bench.status(CONFIG_CHANGED)


def test_the_engineer_resets_the_counters(bench: Bench) -> None:
    bench.write({4: 1})
    done = bench.handshake.reset_counters()
    assert bench.read(16, 2) == 0
    assert not done.done(), "the disk comes first"
    bench.commit()
    assert done.done()
    bench.restart()
    assert bench.read(16, 2) == 0


@pytest.mark.parametrize("data", [b"", b"{}", b'{"version": 2}', b"not json"])
def test_a_retained_state_that_cannot_be_read_says_so(bench: Bench, data: bytes) -> None:
    fresh = handshake(ProcessImage(), Line(), MemoryJournal(bench.loop), bench.clock)
    with pytest.raises(RetainedError, match="retained state cannot be read"):
        fresh.restore(Found(data, (), (), False))


def test_a_waiting_number_is_answered_although_a_bit_came_after_it(bench: Bench) -> None:
    bench.write({1: 1, 2: 2, 3: 5})
    bench.write({3: 6})
    bench.write({0: 0x11})
    bench.load_ends()
    assert answer(bench) == (6, BROKEN, CommandError.WRONG_STATE)


@pytest.mark.parametrize(
    ("registers", "error"), [({1: 2}, 0), ({1: 10, 2: 1}, 0), ({1: 77}, CommandError.UNKNOWN)], ids=str
)
def test_the_end_of_a_command_is_seen_when_it_is_on_the_disk(
    make_bench: MakeBench, registers: dict[int, int], error: int
) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write(registers | {3: 5})
    assert answer(bench) == (5, RUNS, 0)
    assert bench.status(EXECUTING)
    assert not bench.status(COMPLETED) | bench.status(FAILED)
    bench.commit()
    assert answer(bench) == (5, BROKEN if error else DONE, error)
    assert not bench.status(EXECUTING)


def test_a_loaded_job_is_seen_as_done_when_it_is_on_the_disk(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start()
    bench.write({1: 1, 2: 2, 3: 5})
    bench.commit()
    bench.load_ends()
    assert answer(bench) == (5, RUNS, 0)
    bench.commit()
    assert answer(bench) == (5, DONE, 0)
    bench.restart()
    assert answer(bench) == (5, DONE, 0)


@pytest.mark.parametrize("how", ["the disk says no", "the disk says nothing"])
def test_a_disk_that_takes_nothing_hides_the_end_of_a_command_no_longer_than_the_limit(
    make_bench: MakeBench, how: str
) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({1: 2, 3: 5})
    if how == "the disk says no":
        bench.journal.commit(ok=False)
        pump(bench.loop)
    else:
        bench.wait(0.5)
        assert answer(bench) == (5, RUNS, 0)
        bench.wait(0.5)
    assert answer(bench) == (5, DONE, 0)


def test_the_job_that_others_choose_survives_once_it_is_answered(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    done = bench.handshake.select_job(2)
    assert not done.done()
    bench.commit()
    assert done.done()
    again = handshake(ProcessImage(), Line(), MemoryJournal(bench.loop), bench.clock)
    again.restore(Found(bench.journal.retained, (), (), power_up=True))
    assert again.conditions.job == 2


@pytest.mark.parametrize(("power_up", "kept"), [(False, True), (True, False)])
def test_the_time_of_the_plc_outlives_the_process_but_not_the_power(bench: Bench, power_up: bool, kept: bool) -> None:
    bench.write({8: 0x0006, 9: 0x0A24, 10: 0x181E, 11: 0x4000, 1: 7, 3: 5})
    now_us = UTC_US + int(bench.clock.now * 1e6)
    clock = bench.handshake.plc_clock
    assert clock == (0x00060A24181E4000 - now_us, now_us)
    bench.restart(power_up)
    assert bench.handshake.plc_clock == (clock if kept else None)
