"""The limit of good parts, however few taught it."""

import numpy as np
import pytest

from vision.imaging.good_parts import LEAST_BEYOND, REJECTED, GoodParts, spreads


@pytest.mark.parametrize("count", [5, 10, 20, 40])
def test_so_many_further_good_parts_lie_beyond_as_is_said(count: int) -> None:
    rng = np.random.default_rng(count)
    tops = rng.gumbel(5, 0.7, (20_000, count))  # as the largest of many values are distributed
    limits = tops.mean(axis=1) + spreads(count) * tops.std(axis=1, ddof=1)
    beyond = float((rng.gumbel(5, 0.7, 20_000) > limits).mean())
    assert REJECTED / 4 < beyond < 2 * REJECTED


def test_fewer_parts_have_a_wider_limit() -> None:
    every = [spreads(count) for count in range(3, 41)]
    assert every == sorted(every, reverse=True)
    assert every[17] == pytest.approx(3.5, abs=0.1)  # of 20


def test_parts_that_are_alike_leave_some_room() -> None:
    assert GoodParts("fast", (), 2.0, 0.0, (), 20).limit == pytest.approx(2.0 * (1 + LEAST_BEYOND))
    assert GoodParts("fast", (), 2.0, 1.0, (), 20).limit == pytest.approx(2.0 + spreads(20))
