"""What goes into the retentive memory comes out the same."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.handshake import Accepted, Finished, Outcome, Source
from protocols.retentive import Layout, RetentiveMemory, Shape
from protocols.retentive.layout import SLOT_BYTES
from protocols.retentive.records import accepted, accepted_json, finished, finished_bytes, outcome

WORD = st.integers(0, 0xFFFF)
TRIGGERS = st.builds(
    Accepted,
    number=st.integers(1, 2**63 - 1),
    source=st.sampled_from(Source),
    job=WORD,
    accepted_at_us=st.integers(0, 2**62),
    accepted_ns=st.integers(0, 2**62),
    seq=WORD,
    by_bit=st.booleans(),
    client=st.text(st.characters(codec="utf-8"), max_size=40),
    part_id=st.binary(max_size=64),
    user_tag=st.integers(0, 2**32 - 1),
    encoder=st.integers(-(2**31), 2**31 - 1),
    parameters=st.lists(WORD, max_size=64).map(tuple),
    cmd_trigger=st.integers(0, 2**32 - 1),
    forced=st.integers(0, 3),
)
OUTCOMES = st.builds(
    Outcome,
    judgement=st.integers(1, 3),
    values=st.lists(st.floats(), min_size=32, max_size=32).map(tuple),
    statuses=st.lists(st.integers(0, 6), min_size=32, max_size=32).map(tuple),
    int16s=st.lists(st.integers(-(2**15), 2**15 - 1), min_size=32, max_size=32).map(tuple),
    decoded=st.none() | st.binary(max_size=129),
    user=st.binary(max_size=521),
    stored=st.booleans(),
    timed_out=st.booleans(),
    sort_class=st.text(st.characters(codec="utf-8"), max_size=16),
    sort_number=st.integers(0, 32),
)


def comparable(result: Finished) -> str:
    return repr(result)  # NaN is not equal to itself, its text is


def test_what_a_newer_release_tells_besides_is_left_out() -> None:
    assert outcome(b'{"judgement":1,"sort_class":"A","taste":"sweet"}') == Outcome(1, sort_class="A")


@given(TRIGGERS)
def test_a_trigger(trigger: Accepted) -> None:
    assert accepted(accepted_json(trigger)) == trigger


@given(st.builds(Finished, st.integers(1, 65520), TRIGGERS, OUTCOMES))
def test_a_result_and_it_fits_its_slot(result: Finished) -> None:
    data = finished_bytes(result)
    assert comparable(finished(data)) == comparable(result)
    assert len(data) < SLOT_BYTES - 16


def test_the_longest_result_fits_its_slot() -> None:
    """Every field at its longest text, the user-defined block full."""
    word = 0xFFFF
    trigger = Accepted(
        2**63 - 1, Source.TIMER, word, 2**62, 2**62, word, True, "\x01" * 40, bytes(64), 2**32 - 1, -(2**31),
        (word,) * 64, 2**32 - 1, 3,
    )  # fmt: skip
    outcome = Outcome(
        3, word, word, 2**62, *(2**32 - 1,) * 4, word, word, 2**32 - 1, 2**32 - 1, (-1.2345678901234567e-300,) * 32,
        (6,) * 32, (-(2**15),) * 32, bytes(129), True, True, True, False, bytes([255]) * (9 + 512),
        "\x01" * 16, 32,
    )  # fmt: skip
    data = finished_bytes(Finished(65520, trigger, outcome))
    assert finished(data).outcome == outcome
    assert len(data) < SLOT_BYTES - 16


def test_a_text_that_no_register_holds_is_cut_and_still_counts_as_truncated() -> None:
    result = Finished(1, Accepted(1, Source.MODBUS, 1, 0), Outcome(1, decoded=bytes(5000)))
    assert finished(finished_bytes(result)).outcome.decoded == bytes(129)


def test_memory_of_another_power_up_or_station_is_not_read() -> None:
    buffer = bytearray(Shape().size)
    memory = RetentiveMemory(Layout(buffer), "station boot1")
    memory.put_state(1, b"{}", [])
    assert RetentiveMemory(Layout(bytearray(buffer)), "station boot1").read() is not None
    assert RetentiveMemory(Layout(bytearray(buffer)), "station boot2").read() is None
    assert RetentiveMemory(Layout(bytearray(buffer)), "other boot1").read() is None


@pytest.mark.parametrize("state", [b"[]", b"{}", b"no json", b'["{}", [[1]]]', b"[null, []]", b"3"])
def test_a_state_of_another_release_is_no_state(state: bytes, caplog: pytest.LogCaptureFixture) -> None:
    layout = Layout(bytearray(Shape().size))
    memory = RetentiveMemory(layout, "us")
    layout.put_state(1, state)
    assert memory.read() is None
    assert "another release" in caplog.text


def test_a_state_that_does_not_fit_leaves_none_rather_than_an_old_one(caplog: pytest.LogCaptureFixture) -> None:
    memory = RetentiveMemory(Layout(bytearray(Shape().size)), "us")
    memory.put_state(1, b"{}", [])
    memory.put_state(2, bytes(40_000), [])
    memory.put_state(3, b"{}", [])
    assert memory.read() is None
    assert caplog.text.count("too small") == 1


def test_results_come_in_the_order_of_their_triggers() -> None:
    memory = RetentiveMemory(Layout(bytearray(Shape().size)), "us")
    for seq in range(65500, 65521):
        memory.put_result(Finished(seq, Accepted(seq, Source.TIMER, 1, 0), Outcome(1, values=(math.pi,) * 32)))
    for seq in range(1, 12):
        memory.put_result(Finished(seq, Accepted(65520 + seq, Source.TIMER, 1, 0), Outcome(1)))
    memory.put_state(1, b"{}", [])
    found = memory.read()
    assert found is not None
    assert [f.seq for f in found.results] == [*range(65500, 65521), *range(1, 12)]
