"""What is being made: set by command 9 or by others, latched with the trigger."""

import pytest

from protocols.handshake import BadText
from tests.protocols.handshake.bench import Bench


def text(which: int, content: bytes, number: int) -> dict[int, int]:
    padded = content.ljust(64, b"\0")
    words = {129 + i: padded[2 * i] << 8 | padded[2 * i + 1] for i in range(32)}
    return {1: 9, 2: which, 3: number, 128: len(content)} | words


def test_a_part_belongs_to_what_came_in_the_write_of_its_trigger(bench: Bench) -> None:
    bench.write(text(2, b"LOT-1", 5) | {4: 1})
    assert bench.line.started[-1].lot == "LOT-1"


def test_a_part_in_work_keeps_what_it_was_triggered_with(bench: Bench) -> None:
    bench.write(text(2, b"LOT-1", 5) | {4: 1})
    bench.write(text(2, b"LOT-2", 6))
    bench.judge()
    bench.write({4: 2})
    assert [accepted.lot for accepted in bench.line.started] == ["LOT-1", "LOT-2"]


def test_order_lot_shift_and_strings_come_back_after_kill_9(bench: Bench) -> None:
    for number, which in enumerate(range(1, 8), 5):
        bench.write(text(which, b"T%d" % which, number))
    bench.restart()
    made = bench.handshake.production
    assert (made.order, made.lot, made.shift, made.strings) == ("T1", "T2", "T3", ("T4", "T5", "T6", "T7"))


@pytest.mark.parametrize("bad", ["x" * 65, "§" * 33, "a\nb", "\x7f", "\ud800"])
def test_a_text_that_cannot_be_changes_nothing(bench: Bench, bad: str) -> None:
    with pytest.raises(BadText):
        bench.handshake.set_production({"order": "A", "lot": bad})
    assert bench.handshake.production.order == ""
