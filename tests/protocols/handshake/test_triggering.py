"""What a PLC programmer relies on when he triggers."""

from collections.abc import Callable

import pytest

from protocols.handshake import Reject, Rules
from tests.protocols.handshake.bench import (
    BUSY,
    EXPOSED,
    MISSED,
    ONLINE,
    PASS,
    READY,
    TRIGGER_ACK,
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


def test_exposure_complete_speaks_of_the_last_accepted_part(make_bench: MakeBench) -> None:
    bench = make_bench().start(5)
    bench.write({4: 1})
    bench.handshake.acquired(bench.line.started[0])
    bench.write({4: 2})
    bench.judge()
    assert (bench.read(101), bench.status(EXPOSED)) == (1, False)
    bench.handshake.acquired(bench.line.started[1])
    assert bench.status(EXPOSED)


def test_exposure_complete_stays_low_while_an_acceptance_waits_for_its_commit(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False).start(5)
    bench.write({4: 1})
    bench.commit()
    bench.handshake.acquired(bench.line.started[0])
    bench.write({4: 2})
    bench.judge()
    assert not bench.status(EXPOSED)
