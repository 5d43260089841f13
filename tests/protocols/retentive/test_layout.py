"""A process may be gone in the middle of any write: what is read then is whole, and the newest that was."""

import random

import pytest

from protocols.retentive import Layout, Shape

SMALL = Shape(head=64, state=64, slot=48, slots=3)


def written(buffer: bytearray) -> Layout:
    """Two states and a result, so that both copies are in use."""
    layout = Layout(buffer, SMALL)
    layout.begin(b"us")
    assert layout.put_state(1, b"the first state")
    assert layout.put_state(2, b"the second, longer state")
    assert layout.put_result(4, b"result 4")
    return layout


def test_what_was_written_is_read() -> None:
    layout = written(bytearray(SMALL.size))
    assert (layout.owner, layout.state, layout.results) == (b"us", b"the second, longer state", [b"result 4"])


def test_fresh_memory_belongs_to_nobody_and_holds_nothing() -> None:
    layout = Layout(bytearray(SMALL.size), SMALL)
    assert (layout.owner, layout.state, layout.results) == (None, None, [])


@pytest.mark.parametrize("content", [b"x", b"the third state", b"a state that is as long as the room for it!!"[:40]])
def test_a_state_cut_off_at_any_byte_leaves_the_one_before(content: bytes) -> None:
    before = bytearray(SMALL.size)
    written(before)
    after = bytearray(before)
    assert Layout(after, SMALL).put_state(3, content)
    changed = [i for i in range(SMALL.size) if before[i] != after[i]]
    for cut in range(len(changed)):
        torn = bytearray(before)
        for i in changed[:cut]:
            torn[i] = after[i]
        assert Layout(torn, SMALL).state == b"the second, longer state", f"{cut} of {len(changed)} bytes written"
    assert Layout(after, SMALL).state == content


def test_a_state_of_which_any_bytes_arrived_in_any_order_is_one_of_the_two() -> None:
    before, chance = bytearray(SMALL.size), random.Random(1)
    written(before)
    after = bytearray(before)
    Layout(after, SMALL).put_state(3, b"the third state")
    changed = [i for i in range(SMALL.size) if before[i] != after[i]]
    for _ in range(2000):
        torn = bytearray(before)
        arrived = chance.sample(changed, chance.randrange(len(changed)))
        for i in arrived:
            torn[i] = after[i]
        assert Layout(torn, SMALL).state == b"the second, longer state"


def test_a_result_cut_off_at_any_byte_is_none() -> None:
    before = bytearray(SMALL.size)
    written(before)
    after = bytearray(before)
    assert Layout(after, SMALL).put_result(7, b"result 7, longer")  # the slot of result 4
    changed = [i for i in range(SMALL.size) if before[i] != after[i]]
    for cut in range(1, len(changed)):
        torn = bytearray(before)
        for i in changed[:cut]:
            torn[i] = after[i]
        assert Layout(torn, SMALL).results == [], f"{cut} of {len(changed)} bytes written"
    assert Layout(after, SMALL).results == [b"result 7, longer"]


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_a_byte_that_flipped_anywhere_is_never_read_as_something_else(flip: int) -> None:
    whole = bytearray(SMALL.size)
    written(whole)
    for i in range(SMALL.size):
        bad = bytearray(whole)
        bad[i] ^= flip
        layout = Layout(bad, SMALL)
        assert layout.owner in (b"us", None)
        assert layout.state in (b"the second, longer state", b"the first state")
        assert layout.results in ([b"result 4"], [])


@pytest.mark.parametrize("size", range(0, SMALL.size, 7))
def test_memory_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"{size} bytes where {SMALL.size} are needed"):
        Layout(bytearray(size), SMALL)


@pytest.mark.parametrize("kept", range(0, SMALL.size, 5))
def test_memory_of_which_the_end_is_lost_gives_what_is_whole(kept: int) -> None:
    whole = bytearray(SMALL.size)
    written(whole)
    layout = Layout(whole[:kept] + bytearray(SMALL.size - kept), SMALL)
    assert layout.owner in (b"us", None)
    assert layout.state in (b"the second, longer state", b"the first state", None)
    assert layout.results in ([b"result 4"], [])


def test_what_does_not_fit_is_refused_and_changes_nothing() -> None:
    buffer = bytearray(SMALL.size)
    layout = written(buffer)
    before = bytes(buffer)
    assert not layout.put_state(3, bytes(49))
    assert not layout.put_state(3, b"")
    assert not layout.put_result(5, bytes(33))
    assert bytes(buffer) == before


def test_whoever_begins_anew_finds_nothing_of_the_one_before() -> None:
    layout = written(bytearray(SMALL.size))
    layout.begin(b"another")
    assert (layout.owner, layout.state, layout.results) == (b"another", None, [])
