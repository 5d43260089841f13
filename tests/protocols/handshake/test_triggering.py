"""What a PLC programmer relies on when he triggers."""

import asyncio
from collections.abc import Callable

import pytest

from protocols.handshake import Accepted, Refused, Reject, RejectedError, Rules, Source
from tests.protocols.handshake.bench import (
    BUSY,
    EXPOSED,
    FAIL,
    MISSED,
    ONLINE,
    PASS,
    READY,
    TRIGGER_ACK,
    TRIPPED,
    USER_DATA_ACK,
    VALID,
    Bench,
)

MakeBench = Callable[..., Bench]


def test_a_new_number_triggers_and_is_acknowledged(bench: Bench) -> None:
    assert bench.status(READY)
    assert bench.write({4: 41}) is None, "answered at once"
    assert bench.read(4) == 41
    assert bench.status(BUSY)
    assert not bench.status(READY)
    bench.judge(PASS)
    assert bench.status(VALID)
    assert bench.status(READY)
    assert bench.read(101) == 41


@pytest.mark.parametrize("repeat", [{4: 41}, {4: 0}, {4: 41, 6: 7}], ids=["same number", "zero", "cyclic image"])
def test_a_repeated_number_is_no_second_part(bench: Bench, repeat: dict[int, int]) -> None:
    bench.write({4: 41})
    bench.judge()
    before = bench.image.input[:128]
    bench.write(repeat)
    bench.write({4: 41})
    assert bench.accepted == 1
    assert bench.image.input[:128] == before


def test_a_repeated_number_is_no_second_part_after_kill_9(bench: Bench) -> None:
    bench.write({4: 41})
    bench.restart()
    bench.write({4: 41})
    assert bench.read(16, 2) == 1


def test_the_level_of_trigger_does_not_trigger_after_a_restart(bench: Bench) -> None:
    bench.write({0: 3})
    bench.judge()
    bench.restart()
    bench.write({0: 3})
    assert bench.read(16, 2) == 1


def test_a_number_that_was_never_answered_is_new_after_a_restart(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({4: 41})
    assert (bench.read(4), bench.read(5)) == (0, 0)
    bench.restart()
    assert (bench.read(4), bench.read(5)) == (0, 0)
    bench.write({4: 41})
    bench.commit()
    assert bench.read(4) == 41


def test_an_edge_and_a_number_in_one_write_are_one_trigger(bench: Bench) -> None:
    bench.write({0: 3, 4: 7})
    assert bench.accepted == 1
    assert bench.read(18, 2) == 0
    assert bench.status(TRIGGER_ACK)
    assert bench.read(4) == 7


def test_the_first_number_of_a_client_is_only_a_baseline(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.write({0: 1})
    bench.write({4: 9})
    assert bench.accepted == 0
    assert (bench.read(5), bench.read(6)) == (9, Reject.NOT_ENABLED)
    bench.write({4: 10})
    assert bench.accepted == 1


def test_a_client_that_writes_zero_first_triggers_with_its_first_number(bench: Bench) -> None:
    bench.write({4: 0}, client="second")
    assert bench.read(18, 2) == 0, "0 is a baseline without an answer"
    bench.write({4: 9}, client="second")
    assert bench.read(4) == 9


def test_numbers_belong_to_a_client_address(bench: Bench) -> None:
    bench.start(client="second")
    bench.write({4: 9})
    bench.judge()
    bench.write({4: 9}, client="second")
    assert bench.accepted == 2
    bench.judge()
    bench.write({4: 9})
    assert bench.accepted == 2


def test_the_write_that_raises_trigger_enable_does_not_trigger(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.write({0: 0, 4: 0})
    bench.write({0: 3, 4: 5})
    assert bench.accepted == 0
    assert bench.read(6) == Reject.NOT_ENABLED
    bench.write({4: 6})
    assert bench.accepted == 1


def test_trigger_by_bits_in_four_phases(bench: Bench) -> None:
    assert bench.write({0: 3}) is not None, "the answer waits for the disk"
    assert bench.status(TRIGGER_ACK)
    assert not bench.status(MISSED)
    bench.write({0: 1})
    assert not bench.status(TRIGGER_ACK)
    bench.write({0: 3})
    assert bench.status(MISSED)
    assert not bench.status(TRIGGER_ACK)
    assert bench.read(6) == Reject.BUSY
    assert bench.read(5) == 0, "a rejected bit leaves TriggerSeqRejected alone"


def test_trigger_ack_stays_away_when_trigger_fell_before_the_commit(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({0: 3})
    bench.write({0: 1})
    bench.commit()
    assert bench.accepted == 1
    assert not bench.status(TRIGGER_ACK)


def test_a_bit_of_a_panel_does_not_make_an_edge_for_the_plc(bench: Bench) -> None:
    bench.write({0: 3})
    bench.judge()
    bench.write_bits({1: 0}, client="panel")
    bench.write({0: 3})
    assert bench.accepted == 1


def test_an_acceptance_shows_after_its_commit_and_all_it_clears_before(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({4: 1})
    bench.commit()
    bench.judge()
    assert bench.status(VALID)
    bench.write({4: 2})
    assert (bench.read(4), bench.status(VALID), bench.status(READY)) == (1, False, False)
    assert (bench.read(102) & 0x1F, bench.read(330), bench.read(914)) == (0, 65535, 65535)
    assert bench.accepted == 1
    bench.commit()
    assert (bench.read(4), bench.accepted) == (2, 2)


@pytest.mark.parametrize("how", ["the disk says no", "the disk says nothing"])
def test_an_acceptance_that_cannot_be_committed_is_rejected(make_bench: MakeBench, how: str) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({4: 1})
    if how == "the disk says no":
        bench.commit(ok=False)
    else:
        bench.wait(0.5)
        assert bench.read(5) == 0
        bench.wait(0.5)
    assert (bench.read(4), bench.read(5), bench.read(6)) == (0, 1, Reject.STORAGE)
    assert bench.status(MISSED)
    bench.commit()
    assert bench.accepted == 0, "a commit that comes too late changes nothing"
    assert bench.journal.accepted == {}, "and is taken back"
    assert bench.restart() == []


def test_a_rejection_is_committed_before_its_write_is_answered(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start(0)
    bench.commit()
    answer = bench.write({4: 1})
    assert answer is not None
    assert not answer.done()
    bench.commit()
    assert answer.done()


def test_an_answer_waits_no_longer_than_the_commit_limit(make_bench: MakeBench) -> None:
    bench = make_bench(rules=Rules(commit_limit_s=0.5), auto=False)
    answer = bench.write({0: 1})
    assert answer is not None
    bench.wait(0.25)
    assert not answer.done()
    bench.wait(0.25)
    assert answer.done()


def test_a_write_repeated_over_a_new_connection_waits_for_the_commit_of_the_first(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start()
    bench.commit()
    bench.write({5: 7})
    answer = bench.write({5: 7})
    assert answer is not None
    assert not answer.done()
    bench.commit()
    assert answer.done()
    assert bench.write({5: 7}) is None


def test_plain_data_is_answered_at_once(bench: Bench) -> None:
    assert bench.write({6: 1, 12: 5, 16: 3, 64: 9}) is None


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ({"recipe": False, "camera": False}, Reject.NO_RECIPE),
        ({"camera": False, "storage": False}, Reject.NO_CAMERA),
        ({"storage": False, "vision": False}, Reject.STORAGE),
        ({"vision": False, "engineer_online": False}, Reject.VISION),
        ({"engineer_online": False, "loading": True}, Reject.OFFLINE),
        ({"halted": True}, Reject.OFFLINE),
        ({"loading": True}, Reject.JOB_LOADING),
    ],
)
def test_the_first_reject_code_that_holds_is_given(bench: Bench, conditions: dict[str, bool], code: Reject) -> None:
    bench.handshake.set_conditions(**conditions)
    assert not bench.status(READY)
    bench.write({4: 1})
    assert bench.read(6) == code


def test_offline_reasons(bench: Bench) -> None:
    def reason() -> tuple[int, bool]:
        return bench.read(0) >> 4 & 7, bench.status(ONLINE)

    assert reason() == (0, True)
    bench.handshake.set_conditions(engineer_online=False)
    assert reason() == (1, False)
    bench.write({0: 0x81})
    assert reason() == (2, False)
    bench.handshake.set_conditions(halted=True)
    assert reason() == (3, False)
    bench.handshake.set_conditions(camera=False)
    assert reason() == (4, False)
    bench.handshake.set_conditions(recipe=False)
    assert reason() == (6, False)


def test_too_soon_is_part_of_trigger_ready_which_rises_by_itself(make_bench: MakeBench) -> None:
    bench = make_bench(rules=Rules(min_trigger_interval_s=1.0)).start()
    bench.write({4: 1})
    bench.judge()
    assert not bench.status(READY)
    bench.write({4: 2})
    assert bench.read(6) == Reject.TOO_SOON
    bench.clock.advance(1.0)  # no tick, no write
    assert bench.status(READY)


def test_a_full_hand_over_is_busy(make_bench: MakeBench) -> None:
    bench = make_bench(rules=Rules(hand_over=2)).start(5)
    for seq in (1, 2):
        bench.write({4: seq})
        bench.handshake.acquired(bench.line.started[-1])
    assert not bench.status(READY)
    bench.write({4: 3})
    assert (bench.read(5), bench.read(6)) == (3, Reject.BUSY)


@pytest.mark.parametrize(
    ("registers", "code"),
    [
        ({0: 0x100, 4: 5}, 3),
        ({4: 5, 7: 1}, 3),
        ({4: 5, 49: 1}, 3),
        ({4: 5, 63: 1}, 3),
        ({4: 5, 161: 1}, 3),
        ({4: 5, 199: 1}, 3),
        ({4: 5, 16: 65}, 3),
        ({4: 5, 128: 65}, 3),
        ({7: 1, 200: 0}, 2),
    ],
)
def test_a_bad_write_is_refused_with_nothing_changed(bench: Bench, registers: dict[int, int], code: int) -> None:
    before, entries = (bytes(bench.image.input), bytes(bench.image.holding)), bench.journal.entries
    with pytest.raises(Refused) as refused:
        bench.write(registers)
    assert refused.value.code == code
    assert (bytes(bench.image.input), bytes(bench.image.holding), bench.journal.entries) == (*before, entries)
    bench.write({4: 5})
    assert bench.accepted == 1, "its number is still new"


@pytest.mark.parametrize(("bits", "code"), [({1: 1, 8: 1}, 3), ({15: 1}, 3), ({16: 0}, 2)])
def test_reserved_bits_are_refused(bench: Bench, bits: dict[int, int], code: int) -> None:
    with pytest.raises(Refused, match=f"exception {code}"):
        bench.write_bits(bits)
    assert bench.accepted == 0


def test_reserved_registers_take_a_zero(bench: Bench) -> None:
    bench.write({7: 0, 49: 0, 161: 0, 199: 0})
    bench.write_bits({8: 0})


def test_part_id_user_tag_encoder_and_parameters_are_sampled_at_acceptance(bench: Bench) -> None:
    part = {16: 3, 17: 0x4142, 18: 0x43FF}
    bench.write(part | {4: 1, 12: 1, 13: 2, 14: 0xFFFF, 15: 0xFFFF, 64: 7, 127: 9})
    bench.write({16: 0, 13: 5, 15: 5, 64: 5})
    accepted = bench.line.started[0]
    assert (accepted.part_id, accepted.user_tag, accepted.encoder) == (b"ABC", 0x10002, -1)
    assert (accepted.parameters[0], accepted.parameters[63], len(accepted.parameters)) == (7, 9, 64)


def test_a_part_id_latched_by_set_user_data_goes_to_the_next_part_alone(bench: Bench) -> None:
    bench.write({16: 2, 17: 0x4142, 0: 0x21})
    assert bench.status(USER_DATA_ACK)
    bench.write({0: 1})
    assert not bench.status(USER_DATA_ACK)
    for seq in (1, 2):
        bench.write({4: seq})
        bench.judge()
    assert [accepted.part_id for accepted in bench.line.started] == [b"AB", b""]


def test_a_part_id_goes_with_its_rejected_trigger(bench: Bench) -> None:
    bench.write({4: 1})
    bench.write({4: 2, 16: 2, 17: 0x4142})
    bench.judge()
    bench.write({4: 3})
    assert bench.line.started[1].part_id == b""


def test_exposure_complete_says_that_the_part_may_move(bench: Bench) -> None:
    bench.write({4: 1})
    assert not bench.status(EXPOSED)
    bench.handshake.acquired(bench.line.started[0])
    assert bench.status(EXPOSED)
    bench.judge()
    bench.write({4: 2})
    assert not bench.status(EXPOSED)


def test_sensors_wait_while_a_plc_has_trigger_enable_at_one(bench: Bench) -> None:
    assert bench.sensor() is Reject.BUSY
    bench.write({0: 0})
    taken = bench.sensor()
    assert isinstance(taken, asyncio.Future)
    assert taken.result() is bench.line.started[0]
    assert taken.result().source is Source.HARDWARE


@pytest.mark.parametrize("source", [Source.WEB, Source.OPCUA])
def test_people_trigger_only_while_the_plc_is_away(bench: Bench, source: Source) -> None:
    assert bench.sensor(source) is Reject.BUSY
    assert bench.handshake.held_by_plc
    bench.handshake.disconnected("plc")
    bench.wait(10)
    assert bench.sensor(source) is Reject.BUSY
    bench.wait(0.25)
    taken = bench.sensor(source, b"by hand")
    assert isinstance(taken, asyncio.Future)
    assert taken.result().part_id == b"by hand"
    bench.judge()
    assert not bench.status(VALID), "and their results leave the PLC's current result alone"
    assert bench.read(14) == 1


def test_a_plc_that_reconnects_has_the_trigger_again(bench: Bench) -> None:
    bench.handshake.disconnected("plc")
    bench.wait(11)
    bench.handshake.connected("plc")
    assert bench.sensor(Source.WEB) is Reject.BUSY


def test_another_source_is_told_that_its_acceptance_failed(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False)
    taken = bench.sensor(Source.WEB)
    assert isinstance(taken, asyncio.Future)
    bench.commit(ok=False)
    with pytest.raises(RejectedError) as rejected:
        taken.result()
    assert rejected.value.code is Reject.STORAGE
    assert not bench.status(MISSED), "other sources only count"
    assert bench.read(18, 2) == 1


def test_a_caller_that_gave_up_does_not_disturb_the_part(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False)
    taken = bench.sensor(Source.WEB)
    assert isinstance(taken, asyncio.Future)
    taken.cancel()
    bench.commit()
    assert bench.accepted == 1


def test_modbus_does_not_trigger_through_the_other_door(bench: Bench) -> None:
    with pytest.raises(ValueError, match="MODBUS"):
        bench.handshake.trigger(Source.MODBUS)
    with pytest.raises(ValueError, match="65 bytes"):
        bench.handshake.trigger(Source.WEB, b"x" * 65)


@pytest.mark.parametrize(
    ("action", "enable", "online"),
    [("nothing", True, True), ("clear_trigger_enable", False, True), ("go_offline", True, False)],
)
def test_watchdog(make_bench: MakeBench, action: str, enable: bool, online: bool) -> None:
    bench = make_bench(rules=Rules(watchdog_s=1.0, watchdog_action=action)).start()
    bench.wait(5)
    assert not bench.status(TRIPPED), "not before the first heartbeat"
    for beat in (1, 2, 3):
        bench.write({6: beat})
        bench.wait(0.75)
    assert not bench.status(TRIPPED)
    bench.write({6: 3})
    bench.wait(0.25)
    assert bench.status(TRIPPED), "a heartbeat that does not change is none"
    assert bench.status(READY) == (enable and online)
    assert bench.status(ONLINE) == online
    bench.write({6: 4})
    assert bench.status(ONLINE)
    assert bench.status(TRIPPED)
    bench.write({0: 0x41})
    assert not bench.status(TRIPPED)


def test_watchdog_on_any_request(make_bench: MakeBench) -> None:
    bench = make_bench(rules=Rules(watchdog_s=1.0, watchdog_on_request=True)).start()
    bench.handshake.request_seen("plc")
    bench.wait(0.75)
    bench.handshake.request_seen("plc")
    bench.wait(0.75)
    assert not bench.status(TRIPPED)
    bench.wait(0.25)
    assert bench.status(TRIPPED)


def test_after_power_up_trigger_enable_must_come_again(bench: Bench) -> None:
    bench.write({0: 0x81})
    bench.write({0: 0x01})
    bench.restart(power_up=True)
    assert bench.read(41) == 2
    assert bench.status(ONLINE)
    assert not bench.status(READY)
    assert bench.sensor() is Reject.BUSY, "the PLC had the trigger, and has not let go"
    bench.write({0: 1})
    assert bench.status(READY)


def test_after_a_crash_trigger_enable_stands(bench: Bench) -> None:
    bench.restart()
    assert bench.read(41) == 1
    assert bench.status(READY)


def test_the_65th_address_pushes_out_the_one_silent_for_longest(make_bench: MakeBench) -> None:
    bench = make_bench()
    for i in range(64):
        bench.write({4: 0}, client=f"plc {i}")
    bench.write({0: 1, 4: 0}, client="plc 0")
    bench.write({4: 0}, client="one more")
    bench.write({4: 5}, client="plc 1")
    assert bench.read(6) == Reject.NOT_ENABLED
    bench.write({4: 5}, client="plc 0")
    assert bench.accepted == 1


def test_the_line_is_told_of_what_changes_its_state(bench: Bench) -> None:
    changes = bench.line.changes
    bench.write({4: 1})
    assert bench.line.changes > changes
    changes = bench.line.changes
    bench.write({6: 1})
    assert bench.line.changes == changes
    bench.judge(FAIL)
    assert bench.line.changes == changes + 1
    assert bench.handshake.open_count == 0


def test_accepted_is_what_the_journal_was_given(bench: Bench) -> None:
    bench.write({4: 5})
    accepted: Accepted = bench.line.started[0]
    assert bench.journal.accepted == {1: accepted}
    assert (accepted.number, accepted.seq, accepted.client, accepted.job) == (1, 5, "plc", 1)
