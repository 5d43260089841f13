"""What comes again and again."""

import logging

from service.logs.flood import MOST, MOST_KINDS, Flood
from service.logs.line import Line


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def line(template: str, text: str = "", logger: str = "x") -> Line:
    return Line(0.0, logging.INFO, logger, text or template, template)


def test_ten_of_a_kind_in_a_second_pass_and_the_rest_is_counted() -> None:
    clock = Clock()
    flood = Flood(clock)
    passed = [flood.passes(line("bad frame %d", f"bad frame {n}")) for n in range(25)]
    assert passed == [True] * MOST + [False] * 15
    assert flood.passes(line("another"))
    assert flood.over() == []
    clock.now += 1
    ((last, count),) = flood.over()
    assert (last.text, count, flood.suppressed) == ("bad frame 24", 15, 15)
    assert flood.passes(line("bad frame %d"))
    assert flood.over() == []


def test_one_a_second_passes_for_ever() -> None:
    clock = Clock()
    flood = Flood(clock)
    for _ in range(100):
        assert flood.passes(line("slow"))
        clock.now += 1


def test_kinds_without_end_are_one_kind() -> None:
    flood = Flood(Clock())
    passed = sum(flood.passes(line(f"text {n}")) for n in range(3 * MOST_KINDS))
    assert passed == MOST_KINDS + MOST
    assert flood.passes(line("of another logger", logger="y"))
