"""Shares with their bounds."""

import math

import pytest

from vision.teach.rates import Rate


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [  # Clopper and Pearson's tables at 95 %; none counted: one-sided, 1 - 0.05 ** (1 / n)
        (0, 20, 0.0, 0.1391),
        (0, 300, 0.0, 0.00994),
        (1, 10, 0.0025, 0.4450),
        (2, 40, 0.0061, 0.1692),
        (10, 10, 0.6915, 1.0),
        (50, 10_000, 0.00371, 0.00659),
    ],
)
def test_the_bounds_are_those_of_the_tables(count: int, total: int, low: float, high: float) -> None:
    rate = Rate(count, total)
    assert rate.low == pytest.approx(low, abs=6e-5)
    assert rate.high == pytest.approx(high, abs=6e-5)
    assert rate.low <= rate.share <= rate.high


def test_of_nothing_nothing_is_known() -> None:
    rate = Rate(0, 0)
    assert math.isnan(rate.share)
    assert (rate.low, rate.high, str(rate)) == (0.0, 1.0, "none to count")


def test_no_more_can_be_counted_than_there_are() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        Rate(3, 2)


def test_it_is_told_in_words() -> None:
    assert str(Rate(0, 20)) == "0 of 20 (0.0 %, below 13.9 %)"
    assert str(Rate(2, 40)) == "2 of 40 (5.0 %, 0.6 % to 16.9 %)"
