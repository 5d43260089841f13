"""Touching things parted at their necks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.errors import TimeLimitError
from vision.imaging.watershed import parted

SIZE = (110, 150)


def discs(*places: tuple[float, float, float], size: tuple[int, int] = SIZE) -> np.ndarray:
    row, column = np.mgrid[0 : size[0], 0 : size[1]]
    mask = np.zeros(size, np.uint8)
    for x, y, radius in places:
        mask[np.hypot(column - x, row - y) <= radius] = 255
    return mask


def cases() -> list[tuple[list[tuple[float, float, float]], int]]:
    return [
        ([], 0),
        ([(40, 50, 20)], 1),
        ([(40, 50, 20), (80, 50, 20)], 2),
        ([(40, 50, 20), (74, 50, 20)], 2),
        ([(40, 40, 18), (74, 44, 18), (60, 74, 18)], 3),
        ([(35, 50, 30), (74, 50, 12)], 2),
        ([(20 + 27 * i, 30 + 27 * j, 15) for i in range(5) for j in range(3)], 15),
    ]


@pytest.mark.parametrize(("places", "count"), cases())
@pytest.mark.parametrize("turns", range(4))
def test_touching_discs_are_each_one(places: list[tuple[float, float, float]], count: int, turns: int) -> None:
    mask = np.ascontiguousarray(np.rot90(discs(*places), turns))
    labels = parted(mask, 0.7)
    assert labels.max() == count
    assert np.array_equal(labels > 0, mask > 0)  # no pixel is lost


@given(st.floats(12, 25), st.floats(1, 2.2), st.floats(0, 180))
@settings(max_examples=15, deadline=None)
def test_one_ellipse_is_one_however_it_is_turned(radius: float, longer: float, turn: float) -> None:
    row, column = np.mgrid[0:130, 0:130] - 65.0
    t = np.radians(turn)
    u, v = np.cos(t) * column + np.sin(t) * row, np.cos(t) * row - np.sin(t) * column
    assert parted(np.where(np.hypot(u / longer, v) <= radius, 255, 0).astype(np.uint8), 0.8).max() == 1


def test_each_part_has_its_half() -> None:
    labels = parted(discs((40, 50, 20), (74, 50, 20)), 0.7)
    left, right = np.count_nonzero(labels == labels[50, 40]), np.count_nonzero(labels == labels[50, 74])
    assert left == pytest.approx(right, rel=0.03)
    assert labels[50, 54] == labels[50, 40] != labels[50, 60]


@pytest.mark.parametrize("away", [30, 34, 37])
def test_the_neck_at_its_limit(away: int) -> None:
    neck = np.sqrt(1 - (away / 40) ** 2)  # of two discs of radius 20, as a share of their width
    mask = discs((40, 50, 20), (40 + away, 50, 20))
    assert parted(mask, neck + 0.06).max() == 2
    assert parted(mask, neck - 0.06).max() == 1


def test_long_things_stay_whole() -> None:
    mask = np.zeros(SIZE, np.uint8)
    mask[20:34, 10:140] = mask[60:100, 30:35] = 255
    assert parted(mask, 0.7).max() == 2


@given(st.integers(0, 12), st.integers(0, 10))
@settings(max_examples=10, deadline=None)
def test_shifted_it_is_the_same(dx: int, dy: int) -> None:
    mask = np.zeros(SIZE, np.uint8)
    small = discs((30, 30, 17), (58, 36, 15), (46, 62, 18), size=(90, 80))
    mask[dy : dy + 90, dx : dx + 80] = small
    np.testing.assert_array_equal(parted(mask, 0.7)[dy : dy + 90, dx : dx + 80], parted(small, 0.7))


def test_parts_are_numbered_from_top_to_bottom() -> None:
    labels = parted(discs((40, 60, 20), (74, 50, 20), (120, 20, 8)), 0.7)
    assert [labels[20, 120], labels[50, 74], labels[60, 40]] == [1, 2, 3]


def test_what_touches_the_border_and_a_single_pixel() -> None:
    assert parted(np.full((1, 1), 255, np.uint8), 0.7).tolist() == [[1]]
    assert parted(np.full(SIZE, 255, np.uint8), 0.7).max() == 1
    assert parted(discs((0, 50, 20), (38, 50, 20)), 0.7).max() == 2


def test_the_time_limit_is_looked_at() -> None:
    def over() -> None:
        raise TimeLimitError("over")

    with pytest.raises(TimeLimitError):
        parted(discs((40, 50, 20)), 0.7, over)
