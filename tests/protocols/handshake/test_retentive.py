"""What a PLC reads after kill -9 where the station has retentive memory, whatever the disk has of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from protocols.handshake import Accepted, Finished, Outcome, Reject, Rules, Source, judged
from protocols.handshake.retained import from_bytes
from protocols.retentive import reconcile
from tests.protocols.handshake.bench import ERROR, FAIL, PASS, READY, TRIGGER_ACK, VALID, Bench
from tests.protocols.handshake.rig import Found

MakeBench = Callable[..., Bench]
PROCESS = Rules(durability="process")


@pytest.fixture
def power(make_bench: MakeBench) -> Bench:
    """Durability "power", with memory; nothing is committed by itself."""
    bench = make_bench(auto=False, memory=True).start()
    bench.commit()
    return bench


@pytest.fixture
def process(make_bench: MakeBench) -> Bench:
    """Durability "process"; nothing is committed by itself."""
    bench = make_bench(rules=PROCESS, auto=False, memory=True).start()
    bench.commit()
    return bench


def test_process_acknowledges_in_the_turn_of_the_write_and_the_line_starts(process: Bench) -> None:
    assert process.write({4: 41}) is None
    assert (process.read(4), process.accepted, process.status(READY)) == (41, 1, False)


def test_process_acknowledges_a_bit_and_a_sensor_at_once(process: Bench) -> None:
    process.write({0: 3})
    assert process.status(TRIGGER_ACK)
    process.judge()
    process.write({0: 0})
    taken = process.sensor(Source.HARDWARE)
    assert not isinstance(taken, Reject)
    assert taken.result() is process.line.started[-1]


def test_process_without_memory_waits_for_the_disk(make_bench: MakeBench) -> None:
    bench = make_bench(rules=PROCESS, auto=False).start()
    bench.commit()
    bench.write({4: 41})
    assert bench.read(4) == 0
    bench.commit()
    assert bench.read(4) == 41


def test_a_trigger_that_the_disk_never_saw_is_answered_after_the_kill(process: Bench) -> None:
    process.write({4: 41})
    finished = process.restart()
    assert [(f.accepted.seq, f.outcome.judgement) for f in finished] == [(41, ERROR)]
    assert (process.read(4), process.read(101), process.status(VALID)) == (41, 41, True)
    process.write({4: 41})
    assert process.accepted == 0, "its number is not new"


def test_it_is_lost_with_the_power_and_its_number_is_new(process: Bench) -> None:
    process.write({4: 41})
    assert process.restart(power_up=True) == []
    process.write({0: 1})
    process.write({4: 41})
    assert process.read(4) == 41


def test_what_was_read_before_the_commit_is_read_after_the_kill(power: Bench) -> None:
    power.write({4: 1})
    power.commit()
    power.judge(FAIL)
    power.write({4: 2})
    power.write({4: 3})  # rejected: busy
    power.write({0: 0x21, 16: 2, 17: 0x4142, 13: 77})
    before = bytes(power.image.input[: 2 * 36]), power.image.input[4000:], bytes(power.image.holding)
    power.restart()
    after = bytes(power.image.input[: 2 * 36]), power.image.input[4000:], bytes(power.image.holding)
    assert after[1:] == before[1:]
    assert after[0][8:14] == before[0][8:14], "TriggerSeqAck, TriggerSeqRejected, TriggerRejectCode"
    assert after[0][32:52] == before[0][32:52], "counters"


@pytest.mark.parametrize("committed", [False, True])
def test_power_acknowledges_what_was_committed_and_forgets_the_rest(power: Bench, committed: bool) -> None:
    power.write({4: 41})
    if committed:
        power.journal.commit(tell=False)
    finished = power.restart()
    assert [f.accepted.seq for f in finished] == [41] * committed
    assert power.read(4) == 41 * committed


def test_a_result_whose_row_alone_was_written_is_offered(power: Bench) -> None:
    power.write({4: 1})
    power.commit()
    accepted = power.line.started[-1]
    power.rows.append(Finished(1, accepted, judged(accepted, Outcome(PASS))))
    assert power.restart() == []
    assert (power.read(14), power.read(2064 + 1), power.read(2064 + 2) & 0xF) == (1, 1, 0b0011)


def test_a_result_that_the_disk_did_not_take_stays_in_the_ring_and_is_stored(process: Bench) -> None:
    process.write({4: 1})
    process.judge(Outcome(PASS, stored=False))
    ring = process.image.input[4000:]
    process.rows.clear()
    assert process.restart() == []
    assert process.image.input[4000:] == ring
    assert [(f.accepted.seq, f.outcome.stored) for f in process.found.unsaved] == [(1, False)]


def test_a_row_that_came_too_late_and_says_something_else_follows_what_was_offered(process: Bench) -> None:
    process.write({4: 1})
    process.judge(Outcome(ERROR, stored=False))
    process.rows[0] = replace(process.rows[0], outcome=Outcome(PASS))
    process.restart()
    assert [(f.accepted.seq, f.outcome.judgement) for f in process.found.restated] == [(1, ERROR)]
    assert process.found.unsaved == []


def test_an_acceptance_that_was_rejected_and_is_on_the_disk_all_the_same_is_no_part(power: Bench) -> None:
    power.write({4: 1})
    lost = power.journal.waiting[0].accepted
    assert lost
    power.wait(1)  # too late
    assert (power.read(5), power.read(6)) == (1, Reject.STORAGE)
    power.journal.accepted[lost.number] = lost
    assert power.restart() == []
    assert power.found.rejected == [lost]
    assert (power.read(4), power.read(5)) == (0, 1)


def test_the_number_of_a_rejected_trigger_is_not_taken_for_the_next_ones(power: Bench) -> None:
    power.write({4: 1})
    lost = power.journal.waiting[0].accepted
    assert lost
    power.wait(1)
    power.write({4: 2})
    power.journal.accepted[lost.number] = lost
    assert power.restart() == []
    assert power.found.rejected == [lost]
    power.write({4: 2})
    power.commit()
    assert power.read(4) == 2


def test_memory_older_than_the_database_is_not_used(power: Bench, caplog: pytest.LogCaptureFixture) -> None:
    assert power.memory
    old = power.memory.read()
    power.write({4: 1})
    power.commit()
    power.judge()
    newer = Found(power.handshake.retained(), power.rows, (), power_up=False)
    found = reconcile(old, newer)
    assert not found.from_memory
    assert (found.retained, found.results) == (newer.retained, newer.results)
    assert "older than the database" in caplog.text


def test_memory_that_an_older_release_ran_beside_is_not_used(power: Bench) -> None:
    assert power.memory
    parts = tuple(Finished(seq, Accepted(seq, Source.TIMER, 1, 0), Outcome(PASS)) for seq in range(1, 4))
    without_generation = power.handshake.retained().replace(b'"generation"', b'"unknown"')
    found = reconcile(power.memory.read(), Found(without_generation, parts, (), power_up=False))
    assert not found.from_memory


def test_a_timer_of_a_process_that_has_ended_changes_nothing(power: Bench) -> None:
    assert power.memory
    power.memory.close()
    before = bytes(power.buffer or b"")
    power.write({4: 1})
    power.commit()
    power.judge()
    assert bytes(power.buffer or b"") == before


@pytest.mark.parametrize("retained", [None, b"no json"])
def test_a_database_that_was_lost_or_cannot_be_read_is_no_loss_to_the_plc(power: Bench, retained: bytes | None) -> None:
    power.write({4: 1})
    power.commit()
    power.judge()
    assert power.memory
    found = reconcile(power.memory.read(), Found(retained, (), (), power_up=True, last_number=65, last_seq=65))
    assert (found.last_number, found.last_seq) == (1, 1), "no number is left out"
    assert (found.from_memory, found.power_up) == (True, False)
    assert [f.accepted.seq for f in found.results] == [1]


def test_memory_that_cannot_be_understood_is_not_used(power: Bench, caplog: pytest.LogCaptureFixture) -> None:
    assert power.memory
    whole = power.memory.read()
    assert whole
    found = reconcile(replace(whole, retained=b"{}"), Found(None, (), (), power_up=True))
    assert (found.from_memory, found.power_up) == (False, True)
    assert "retentive memory is not used" in caplog.text


def test_an_error_of_a_start_that_did_not_live_to_store_it_is_stored_by_the_next(process: Bench) -> None:
    process.write({4: 1})
    first = process.restart()
    process.rows.clear()  # the row did not reach the disk
    assert process.restart() == [], "it was answered"
    assert [f.accepted.number for f in process.found.unsaved] == [f.accepted.number for f in first]


def test_what_retention_dropped_is_not_stored_again(process: Bench) -> None:
    process.write({4: 1})
    process.judge(Outcome(PASS, stored=False))
    process.write({4: 2})
    process.judge()
    process.rows.pop(0)
    process.restart()
    assert process.found.unsaved == []


def test_a_trigger_answered_long_ago_is_not_answered_again(process: Bench) -> None:
    process.write({4: 1})
    process.judge()
    ghost = Accepted(1, Source.MODBUS, 1, 0, seq=1)
    process.rows.clear()
    process.journal.accepted = {1: ghost}
    assert process.restart() == []


def test_the_state_costs_nothing_where_nothing_changed(power: Bench) -> None:
    before = bytes(power.buffer or b"")
    generation = from_bytes(power.handshake.retained()).generation
    power.wait(0.5)
    power.write({6: 0})
    assert from_bytes(power.handshake.retained()).generation == generation
    assert bytes(power.buffer or b"") == before
