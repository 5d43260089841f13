"""What the station does when the PLC is silent, and when the power comes back."""

from collections.abc import Callable

import pytest

from protocols.handshake import Accepted, Reject, Rules
from tests.protocols.handshake.bench import (
    FAIL,
    ONLINE,
    READY,
    TRIPPED,
    Bench,
)

MakeBench = Callable[..., Bench]


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
