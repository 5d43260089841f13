"""The exported function blocks, run in each dialect against a handshake: every part once, whatever the network does."""

import math
from collections.abc import Callable

import pytest

from protocols import tags
from protocols.active_map import export
from protocols.codec import Orders
from protocols.handshake import Outcome, Rules, Source
from protocols.tag import IR
from protocols.user_block import Layout, Picked, UserBlockSettings
from tests.protocols.active_map.controller import Plc
from tests.protocols.active_map.interpreter import Instance, Program
from tests.protocols.handshake.bench import FAIL, PASS, Bench

BLOCK = UserBlockSettings.model_validate(
    {
        "values": [
            {"name": "Width", "address": 400, "type": "int32", "source": "hole.width"},
            {"name": "Height", "address": 402, "type": "float32", "source": "hole.height", "word_order": "CDAB"},
            {"name": "Code", "address": 404, "type": "string", "length": 5, "source": "label"},
            {"name": "Small", "address": 408, "type": "int16", "source": "hole.small"},
            {"name": "Big", "address": 410, "type": "uint32", "source": "hole.big"},
            {"name": "Flags", "address": 412, "type": "bits", "bits": ["hole.passed", "", "hole.width"]},
            {"name": "UserSeq", "address": 413, "type": "uint16", "source": "@seq"},
        ]
    }
)
DIALECTS = ("codesys", "scl", "rockwell")


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench(memory=True)


@pytest.fixture
def plc(bench: Bench, dialect: str) -> Plc:
    made = Plc(bench, export(dialect, Layout(BLOCK)))
    made.begin()
    return made


def part(plc: Plc, outcome: Outcome | int = PASS) -> None:
    """Trigger, judge, and scan until the block is done."""
    before = plc.bench.accepted
    plc.start()
    plc.accepted(before)
    plc.bench.judge(outcome)
    plc.until(lambda: plc.block["Done"])


def test_a_part(plc: Plc) -> None:
    values = tuple(float(i) + 0.5 for i in range(32))
    part(plc, Outcome(FAIL, reject_class=7, values=values, passed=0b101, error_code=300))
    block = plc.block
    assert (block["Pass"], block["Fail"], block["Error"], block["Busy"]) == (0, 1, 0, 0)
    result = block["Result"]
    assert result["Values"] == list(values[:7])
    assert (result["Seq"], result["Job"], result["RejectClass"], result["ErrorCode"]) == (1, 1, 7, 300)
    assert result["PassBits"] & 0xFFFF == 0b101
    assert result["TriggerSeq"] == plc.bench.read(101)


def test_fifty_parts_are_read_once_each_in_order(plc: Plc) -> None:
    for i in range(50):
        part(plc, PASS if i % 3 else FAIL)
        assert plc.block["Pass"] == bool(i % 3)
        for _ in range(i % 4):
            plc.scan()
    assert plc.seen == list(range(1, 51))
    assert plc.bench.accepted == 50


def test_start_that_stays_up_makes_one_part(plc: Plc) -> None:
    part(plc)
    for _ in range(20):
        plc.scan()
    assert plc.bench.accepted == 1


def test_a_start_in_the_call_after_done_has_its_own_time(plc: Plc) -> None:
    plc.start()
    plc.accepted(0)
    for _ in range(90):
        plc.scan()
    plc.bench.judge()
    plc.block["Start"] = 0
    plc.until(lambda: plc.block["Done"])
    plc.block["Start"] = 1
    plc.scan()
    plc.accepted(1)
    for _ in range(20):
        plc.scan()
    assert (plc.block["Busy"], plc.block["TimedOut"]) == (1, 0)


def test_it_acknowledges_by_number(plc: Plc) -> None:
    part(plc)
    plc.scan()
    assert not plc.bench.read(0) >> 11 & 1


def test_scans_without_news_change_nothing(plc: Plc) -> None:
    plc.start()
    plc.accepted(0)
    plc.bench.judge()
    for _ in range(10):
        plc.scan(fresh=False)
    assert not plc.block["Done"]
    plc.until(lambda: plc.block["Done"])


def test_a_client_that_never_says_when_it_read(bench: Bench, dialect: str) -> None:
    """`Fresh` always TRUE, eight calls for each exchange, and the read before the write."""
    text = export(dialect, Layout(BLOCK))
    for start in range(3):  # the PLC is switched on three times, each time with the old result still there
        block = Instance(Program(text), "VisionStation", lambda: bench.clock.now * 1000)
        block["Enable"], block["TimeLimit"], block["Fresh"], block["CommOk"] = 1, 30_000, 1, 1
        seen, triggered = [], bench.accepted
        for call in range(1500):
            bench.clock.now += 1 / 64
            bench.image.set(tags.CAMERA_HEARTBEAT, int(bench.clock.now * 10) & 0xFFFF)
            if call % 8 == 7:
                block["ReadWords"] = bench.image.words(IR(tags.COMPACT_BASE), tags.COMPACT_WORDS)
                bench.write({i: word & 0xFFFF for i, word in enumerate(block["WriteWords"])})
            if bench.accepted > len(bench.rows) and call % 8 == 3:
                bench.judge()
            block["Start"] = call > 700 and not block["Busy"] and call % 3 == 0
            count = block["Count"]
            block.scan()
            if block["Count"] != count:
                seen.append(block["Result"]["Seq"])
        assert len(seen) > 5
        assert seen == [f.seq for f in bench.rows[triggered : triggered + len(seen)]]
        assert bench.accepted - triggered - len(seen) in (0, 1), start


def test_a_lost_write_is_made_good_by_the_next_cycle(plc: Plc) -> None:
    plc.start()
    for _ in range(5):
        plc.scan(lost_write=True)
    assert plc.bench.accepted == 0
    plc.accepted(0)
    plc.bench.judge()
    plc.until(lambda: plc.block["Done"])
    assert plc.seen == [1]


@pytest.mark.parametrize("when", ["before the answer", "before the result", "after the result"])
def test_a_broken_connection_in_the_middle_of_a_part(plc: Plc, when: str) -> None:
    plc.start()
    if when == "before the answer":
        plc.until(lambda: plc.block["State"] == 3)
    else:
        plc.accepted(0)
    if when == "after the result":
        plc.bench.judge()
    plc.connected = False
    for _ in range(20):
        plc.scan()
    assert (plc.block["Ready"], plc.block["Busy"]) == (0, 1)
    plc.connected = True
    plc.accepted(0)
    if when != "after the result":
        plc.bench.judge()
    plc.until(lambda: plc.block["Done"])
    assert (plc.seen, plc.bench.accepted) == ([1], 1)
    part(plc)
    assert (plc.seen, plc.bench.accepted) == ([1, 2], 2)


def test_a_station_that_was_killed_answers_with_error_and_the_block_reads_it_once(plc: Plc) -> None:
    part(plc)
    plc.start()
    plc.accepted(1)
    plc.bench.restart()
    plc.until(lambda: plc.block["Done"])
    assert (plc.block["Error"], plc.block["Pass"], plc.seen) == (1, 0, [1, 2])
    part(plc)
    assert plc.seen == [1, 2, 3]


def test_a_plc_that_was_switched_off_and_on_neither_triggers_nor_reads_by_itself(plc: Plc, dialect: str) -> None:
    part(plc)
    again = Plc(plc.bench, export(dialect, Layout(BLOCK)))
    again.begin()
    for _ in range(10):
        again.scan()
    assert (again.seen, again.bench.accepted) == ([], 1)
    part(again)
    assert (again.seen, again.bench.accepted) == ([2], 2)


def test_a_trigger_while_the_station_is_not_ready_waits(plc: Plc) -> None:
    plc.bench.handshake.set_conditions(engineer_online=False)
    plc.start()
    for _ in range(10):
        plc.scan()
    assert plc.bench.accepted == 0
    plc.bench.handshake.set_conditions(engineer_online=True)
    plc.accepted(0)
    plc.bench.judge()
    plc.until(lambda: plc.block["Done"])


@pytest.mark.parametrize(
    ("change", "code", "tried_again"), [({"storage": False}, 10, False), ({"loading": True}, 5, True)]
)
def test_a_refused_trigger(plc: Plc, change: dict[str, bool], code: int, tried_again: bool) -> None:
    plc.start()
    plc.until(lambda: plc.block["State"] == 3)  # it saw Ready; then that falls before its write arrives
    plc.bench.handshake.set_conditions(**change)
    plc.until(lambda: plc.block["RejectCode"] == code)
    assert (plc.block["Rejected"], plc.block["Busy"]) == (not tried_again, tried_again)
    plc.bench.handshake.set_conditions(storage=True, loading=False)
    if not tried_again:
        plc.block["Start"] = 0
        plc.scan()
        plc.block["Start"] = 1
    plc.accepted(0)
    plc.bench.judge()
    plc.until(lambda: plc.block["Done"])
    assert plc.seen == [1]


def test_a_result_that_does_not_come_is_a_timeout_and_the_late_one_is_never_taken_for_the_next(plc: Plc) -> None:
    plc.start()
    plc.accepted(0)
    plc.until(lambda: plc.block["TimedOut"])
    assert (plc.block["Busy"], plc.block["Done"]) == (0, 0)
    plc.start()  # the station still has the first part
    plc.bench.judge(Outcome(PASS, reject_class=0))
    plc.accepted(1)
    assert plc.seen == []
    plc.bench.judge(FAIL)
    plc.until(lambda: plc.block["Done"])
    assert (plc.seen, plc.block["Fail"]) == ([2], 1)


def test_other_peoples_parts_are_not_taken_for_its_own(plc: Plc) -> None:
    plc.block["Enable"] = 0
    plc.scan()
    plc.scan()
    plc.bench.sensor(Source.HARDWARE)
    plc.bench.judge()
    for _ in range(5):
        plc.scan()
    assert plc.seen == []
    plc.block["Enable"] = 1
    plc.scan()
    part(plc)
    assert plc.seen == [2]


def test_numbers_go_round(plc: Plc) -> None:
    plc.block["Number"] = 31_998
    for _ in range(4):
        part(plc)
    assert plc.seen == [1, 2, 3, 4]
    assert 0 < plc.block["Number"] < 10


def test_not_measured_is_nan(plc: Plc) -> None:
    part(plc)
    assert all(math.isnan(value) for value in plc.block["Result"]["Values"])


@pytest.mark.parametrize("order", ["ABCD", "CDAB"])
def test_the_values_are_right_in_both_word_orders(make_bench: Callable[..., Bench], dialect: str, order: str) -> None:
    orders = Orders(word=order)  # type: ignore[arg-type]
    plc = Plc(make_bench(orders=orders), export(dialect, Layout(BLOCK, orders)))
    plc.begin()
    part(plc, Outcome(PASS, values=tuple(float(i) - 3.25 for i in range(32))))
    assert plc.block["Result"]["Values"] == [float(i) - 3.25 for i in range(7)]


@pytest.mark.parametrize("orders", [Orders(), Orders("CDAB", "low-first")])
def test_the_user_defined_block_taken_apart(make_bench: Callable[..., Bench], dialect: str, orders: Orders) -> None:
    layout = Layout(BLOCK, orders)
    bench = make_bench(Rules(user=layout), orders).start()
    bench.write({4: 1})
    picked = Picked((-123456.0, 2.5, b"AB\xe4!", -2, 4_000_000_000, (True, False, True), None))
    bench.judge(Outcome(PASS, user=layout.pack(picked)))
    block = Instance(Program(export(dialect, layout)), "VisionUserBlock")
    block["UserWords"] = bench.image.words(IR(400), 14)
    block.scan()
    user = block["User"]
    assert (user["Width"], user["Height"], user["Small"], user["Flags"] & 0xFFFF) == (-123456, 2.5, -2, 5)
    assert user["Big"] & 0xFFFFFFFF == 4_000_000_000  # Logix has no unsigned type
    assert bytes(byte & 0xFF for byte in user["Code"])[: user["CodeLength"]] == b"AB\xe4!"
    assert user["UserSeq"] == 1
