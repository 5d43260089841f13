"""A line between two kinds of things."""

import numpy as np
import pytest

from vision.imaging.ridge import separate


@pytest.mark.parametrize("seed", range(5))
def test_two_clouds_are_separated_with_fewer_samples_than_numbers(seed: int) -> None:
    luck = np.random.default_rng(seed)
    middle = luck.normal(size=200)
    first = np.arange(24) < 16
    cloud = luck.normal(0, 1, (424, 200)) + np.where(np.r_[first, np.arange(400) < 200], 1, -1)[:, None] * 0.4 * middle
    line = separate(cloud[:24], first)
    assert ((line.value(cloud[24:]) > 0) == (np.arange(400) < 200)).mean() > 0.97


def test_the_middle_lies_between_both_kinds_however_many_there_are() -> None:
    x = np.concatenate([np.full((30, 2), 1.0), np.full((2, 2), 3.0)])
    line = separate(x, np.arange(32) >= 30)
    low, middle, high = line.value(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]))
    assert middle == pytest.approx(0, abs=1e-9)
    assert low == pytest.approx(-high)
    assert high > 0


def test_what_never_changes_says_nothing() -> None:
    x = np.array([[5.0, 0.0], [5.0, 0.2], [5.0, 1.0], [5.0, 1.2]])
    line = separate(x, np.array([False, False, True, True]))
    assert line.weights[0] == 0
