"""What readers get of a forced value, in all its places, and what stays real."""

import struct
from typing import Any

import pytest

from protocols import tags
from protocols.codec import Orders
from protocols.errors import TagError
from protocols.forcing import outputs, overlay
from protocols.image import Overlay, ProcessImage
from protocols.user_block import Layout, UserBlockSettings

USER = UserBlockSettings.model_validate(
    {
        "values": [
            {"name": "Width", "address": 400, "type": "int32", "word_order": "CDAB"},
            {"name": "Code", "address": 410, "type": "string", "length": 4},
        ],
        "outputs": [{"name": "Reject", "input": 98}],
    }
)
RESULTS_VALID, SIMULATED = 1 << 11, 1 << 5


class Bench:
    """An image, and what of it is forced."""

    def __init__(self, orders: Orders | None = None) -> None:
        self.image = ProcessImage(orders)
        self.points = outputs(Layout(USER, self.image.orders))

    def force(self, **values: Any) -> None:
        self.of(values)

    def of(self, values: dict[str, Any]) -> None:
        forced = {self.points[name]: self.points[name].check(value) for name, value in values.items()}
        self.image.lay_over(overlay(forced))

    def words(self, register: int, count: int = 1) -> tuple[int, ...]:
        return struct.unpack(f">{count}H", self.image.shown(register, count))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_bit_is_forced_in_its_word_and_in_the_compact_block_and_the_real_one_goes_on(bench: Bench) -> None:
    bench.image.set(tags.ONLINE, True)
    bench.force(TriggerReady=True)
    assert bench.words(0) == bench.words(900) == (1 | 1 << 7,)
    assert bench.image.seen(tags.TRIGGER_READY)
    assert not bench.image.get(tags.TRIGGER_READY)
    bench.image.set(tags.ONLINE, False)
    assert bench.words(0) == (1,)
    assert bench.image.overlay.tags == {tags.TRIGGER_READY, tags.STATUS_WORD}
    bench.image.lay_over(Overlay())
    assert bench.words(0) == bench.words(900) == (0,)


def test_a_partly_real_result_is_never_valid_and_says_that_it_is_simulated(bench: Bench) -> None:
    bench.image.set(tags.RESULTS_VALID, True)
    bench.image.set(tags.RESULT_FLAGS, 1 | 4)
    bench.force(JobPass=True)
    assert bench.words(0)[0] & RESULTS_VALID == bench.words(900)[0] & RESULTS_VALID == 0
    assert bench.words(102) == bench.words(912) == (1 | 4 | SIMULATED,)
    bench.force(JobPass=True, ResultsValid=True, ResultFlags=3)
    assert bench.words(0)[0] & bench.words(900)[0] & RESULTS_VALID
    assert bench.words(102) == (3 | SIMULATED,), "nobody can take that mark away"


def test_what_is_no_result_leaves_the_result_alone(bench: Bench) -> None:
    bench.image.set(tags.RESULTS_VALID, True)
    bench.force(Warning=True, PassCount=70_000)
    assert bench.words(0)[0] & RESULTS_VALID
    assert bench.words(102) == (0,)
    assert bench.words(22, 2) == (1, 4464)


@pytest.mark.parametrize("order", ["ABCD", "CDAB", "BADC", "DCBA"])
def test_numbers_follow_the_orders_of_the_settings_in_every_place(order: Any) -> None:
    bench = Bench(Orders(order))
    bench.of({"ResultValues[2]": 0.5, "ToolPassBits": 0x80012345, "RejectClass": 3})
    image = bench.image
    assert image.seen(tags.RESULT_VALUES)[2] == image.seen(tags.COMPACT_VALUES)[2] == 0.5
    assert bench.words(915) == (0x2345,)
    assert bench.words(330) == bench.words(914) == (3,)
    assert image.seen(tags.TOOL_PASS_BITS) == 0x80012345


def test_user_defined_values_are_forced_as_their_registers_have_them(bench: Bench) -> None:
    bench.force(Width=0x10002, Code="AB3", Reject=True)
    assert bench.words(400, 2) == (2, 1)
    assert bench.words(410, 3) == (3, 0x4142, 0x3300)
    assert bench.image.shown_outputs == 1 << 2
    assert bench.image.user_outputs == 0


def test_nothing_is_forced_in_the_ring_or_of_what_the_map_is(bench: Bench) -> None:
    assert max(at.register for point in bench.points.values() for at in point.places) < tags.RING_BASE
    for name in ("StatusWord2", "Forced", "MapVersion", "TestFloat", "ControllingClient", "CompactValues", "Trigger"):
        assert name not in bench.points


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("JobPass", 2, "true or false"),
        ("RejectClass", 65536, "from 0 to 65535"),
        ("RejectClass", 1.5, "whole number"),
        ("RejectClass", True, "number"),
        ("ToolInt16[0]", -32769, "from -32768 to 32767"),
        ("ResultValues[0]", 1e39, "does not fit"),
        ("ResultValues[0]", "1", "number"),
        ("Decoded", 1, "text"),
        ("Code", "äöü", "at most 4 bytes"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_what_would(bench: Bench, name: str, value: Any, said: str) -> None:
    with pytest.raises(TagError, match=said):
        bench.force(**{name: value})


def test_followers_hear_of_what_is_shown_and_of_what_is_not_any_more(bench: Bench) -> None:
    bench.image.drain()
    bench.force(Warning=True)
    assert bench.image.drain() == {tags.WARNING, tags.STATUS_WORD_2}
    bench.image.lay_over(Overlay())
    assert bench.image.drain() == {tags.WARNING, tags.STATUS_WORD_2}
