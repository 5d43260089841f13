"""The user-defined block belongs to the result that stands in the current result, whatever happens."""

import math
import struct
from collections.abc import Callable

import pytest

from protocols.codec import Orders
from protocols.handshake import Accepted, Finished, Outcome, Rules, Source
from protocols.handshake.block import encode, judged
from protocols.user_block import Layout, Picked, UserBlockSettings
from tests.protocols.handshake.bench import ERROR, PASS, VALID, Bench

BLOCK = UserBlockSettings.model_validate(
    {
        "values": [
            {"name": "Width", "address": 400, "type": "int32", "source": "hole.width"},
            {"name": "Seq", "address": 402, "type": "uint16", "source": "@seq"},
            {"name": "Flags", "address": 403, "type": "bits", "bits": ["hole.passed"]},
            {"name": "Code", "address": 404, "type": "string", "length": 4, "source": "label"},
        ],
        "outputs": [{"name": "Good", "input": 96, "source": "hole.passed"}],
    }
)
LAYOUT = Layout(BLOCK)
NOTHING = (0x80000000, 0xFFFF, 0, 0, 0)  # before the first result
BUFFERED = 1 | 4

MakeBench = Callable[..., Bench]


def measured(width: float, code: bytes = b"AB", judgement: int = PASS) -> Outcome:
    return Outcome(judgement, user=LAYOUT.pack(Picked((width, None, (True,), code), (True,))))


def shown(bench: Bench) -> tuple[int, int, int, int, int]:
    """Width, Seq, Flags, the string's length, outputs."""
    return (bench.read(400, 2), *(bench.read(402 + i) for i in range(3)), bench.image.user_outputs)  # type: ignore[return-value]


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench(Rules(user=LAYOUT)).start()


def test_before_the_first_result_nothing_was_measured(bench: Bench) -> None:
    assert shown(bench) == NOTHING


def test_it_comes_in_the_turn_of_its_result(bench: Bench) -> None:
    bench.write({4: 1})
    bench.judge(measured(12345))
    assert bench.status(VALID)
    assert shown(bench) == (12345, bench.read(100), 1, 2, 1)


def test_the_next_trigger_clears_bits_and_outputs_and_leaves_numbers(bench: Bench) -> None:
    bench.write({4: 1})
    bench.judge(measured(12345))
    bench.write({4: 2})
    assert not bench.status(VALID)
    assert shown(bench) == (12345, 1, 0, 2, 0)


def test_an_acknowledge_leaves_it(bench: Bench) -> None:
    bench.write({4: 1})
    bench.judge(measured(12345))
    bench.write({5: 1})
    assert shown(bench) == (12345, 1, 1, 2, 1)


def test_a_result_without_the_values_shows_none_of_the_part_before(bench: Bench) -> None:
    for seq, outcome in ((1, measured(12345)), (2, Outcome(PASS))):
        bench.write({4: seq})
        bench.judge(outcome)
    assert shown(bench) == (0x80000000, 2, 0, 0, 0)


def test_what_did_not_fit_is_flagged_in_both_places_and_in_the_ring(bench: Bench) -> None:
    bench.write({4: 1})
    bench.judge(measured(3e9))
    assert bench.read(400, 2) == 0x7FFFFFFF
    assert [bench.read(register) >> 13 & 1 for register in (102, 912, 2000 + 64 + 2)] == [1, 1, 1]


def test_buffered_it_moves_on_with_each_acknowledge(make_bench: MakeBench) -> None:
    bench = make_bench(Rules(user=LAYOUT)).start(BUFFERED)
    for width in (10, 20, 30):
        bench.sensor(Source.HARDWARE)
        bench.judge(measured(width))
    seen = []
    for seq in (1, 2, 3):
        assert bench.read(100) == bench.read(402) == seq
        seen.append(bench.read(400, 2))
        bench.write({5: seq})
    assert seen == [10, 20, 30]


@pytest.mark.parametrize("memory", [True, False], ids=["with memory", "database alone"])
def test_buffered_it_is_the_heads_after_kill_9(make_bench: MakeBench, memory: bool) -> None:
    bench = make_bench(Rules(user=LAYOUT), memory=memory).start(BUFFERED)
    for width in (10, 20, 30):
        bench.sensor(Source.HARDWARE)
        bench.judge(measured(width))
    bench.write({5: 1})
    before = shown(bench)
    bench.restart()
    assert shown(bench) == before == (20, 2, 1, 2, 1)
    bench.write({5: 2})
    assert shown(bench) == (30, 3, 1, 2, 1)


def test_unbuffered_a_kill_clears_its_bits_like_the_rest_of_the_current_result(make_bench: MakeBench) -> None:
    bench = make_bench(Rules(user=LAYOUT), memory=True).start()
    bench.write({4: 1})
    bench.judge(measured(10))
    bench.restart()
    assert not bench.status(VALID)
    assert shown(bench) == (10, 1, 0, 2, 0)


def test_a_current_result_that_is_older_than_the_ring_survives_too(make_bench: MakeBench) -> None:
    bench = make_bench(Rules(user=LAYOUT), memory=True).start()
    bench.write({4: 1})
    bench.judge(measured(10))
    bench.handshake.connected("plc")
    bench.handshake.disconnected("plc")
    bench.wait(30)
    for _ in range(40):  # people's parts leave a PLC's current result alone
        bench.sensor(Source.WEB)
        bench.judge(measured(99))
    assert shown(bench) == (10, 1, 0, 2, 0)
    bench.restart()
    assert shown(bench) == (10, 1, 0, 2, 0)


def test_the_interrupted_part_measured_nothing(make_bench: MakeBench) -> None:
    bench = make_bench(Rules(user=LAYOUT), memory=True).start()
    bench.write({4: 1})
    bench.judge(measured(10))
    bench.write({4: 2})
    bench.restart()
    assert bench.status(VALID)
    assert shown(bench) == (0x80000000, 2, 0, 0, 0)


def test_under_another_layout_old_values_are_not_shown(make_bench: MakeBench) -> None:
    bench = make_bench(Rules(user=LAYOUT), memory=True).start(BUFFERED)
    bench.sensor(Source.HARDWARE)
    bench.judge(measured(10))
    bench.rules = Rules(user=Layout(BLOCK.model_copy(update={"values": BLOCK.values[:1]})))
    bench.restart()
    assert (bench.read(400, 2), bench.read(402)) == (0x80000000, 0)


@pytest.mark.parametrize(
    ("judgement", "name", "number"), [(PASS, b"B", 2), (ERROR, b"", 0)], ids=["as it is", "judged otherwise since"]
)
def test_the_class_of_a_part_that_was_sorted(make_bench: MakeBench, judgement: int, name: bytes, number: int) -> None:
    values = [
        {"name": "Class", "address": 400, "type": "string", "length": 4, "source": "@sort_class"},
        {"name": "Number", "address": 403, "type": "uint16", "source": "@sort_number"},
    ]
    layout = Layout(UserBlockSettings.model_validate({"values": values}))
    sorted_into = Outcome(PASS, sort_class="B", sort_number=2, user=layout.pack(Picked((None, None))))
    accepted = Accepted(1, Source.MODBUS, 1, 0, 0, forced=judgement if judgement != PASS else 0)
    shown = encode(Finished(1, accepted, judged(accepted, sorted_into)), Orders(), math.nan, layout).user
    length, text, _, given = struct.unpack(">H2sHH", shown.words[:8])
    assert (text[:length], given) == (name, number)
