"""Spots of a mask, and differences with tolerance."""

import numpy as np
import pytest

from vision.imaging.difference import Master
from vision.imaging.spots import grown, spots


def mask(*squares: tuple[int, int, int, int]) -> np.ndarray:
    out = np.zeros((40, 50), np.uint8)
    for x, y, w, h in squares:
        out[y : y + h, x : x + w] = 255
    return out


def test_place_size_and_outline() -> None:
    (spot,) = spots(mask((10, 20, 4, 3)), 1)
    assert spot.area == 12
    assert spot.box == (10, 20, 4, 3)
    assert spot.centre == (11.5, 21)
    outline = spot.outline()
    assert (outline.min(axis=0).tolist(), outline.max(axis=0).tolist()) == ([9.5, 19.5], [13.5, 22.5])


def test_largest_first_and_the_smallest_area_included() -> None:
    found = spots(mask((0, 0, 3, 3), (20, 20, 5, 5), (40, 5, 2, 4)), 9)
    assert [s.area for s in found] == [25, 9]


@pytest.mark.parametrize(("gap", "count"), [(0, 2), (3, 2), (4, 1)])
def test_near_ones_are_joined(gap: int, count: int) -> None:
    found = spots(mask((10, 10, 3, 3), (17, 10, 3, 3)), 1, gap)  # four empty columns between them
    assert len(found) == count
    assert sum(s.area for s in found) == 18  # joining adds no pixels


def test_nothing_there() -> None:
    assert spots(mask(), 1) == []
    assert spots(mask((3, 3, 1, 1)), 2) == []


def test_one_pixel_has_an_outline() -> None:
    (spot,) = spots(mask((7, 8, 1, 1)), 1)
    assert len(spot.outline()) == 4


@pytest.mark.parametrize("shift", [1, 2, 3])
def test_edges_within_the_tolerance_are_no_difference(shift: int) -> None:
    a, b = np.full((40, 60), 50, np.uint8), np.full((40, 60), 50, np.uint8)
    a[:, 20:40], b[:, 20 + shift : 40 + shift] = 200, 200
    brighter, darker = Master(a, 2, 40).brighter_darker(b)
    assert (brighter.any(), darker.any()) == ((False, False) if shift <= 2 else (True, True))


@pytest.mark.parametrize(("new", "gone"), [(True, False), (False, True)])
def test_lines_thinner_than_the_tolerance(new: bool, gone: bool) -> None:
    plain, lined = np.full((40, 60), 50, np.uint8), np.full((40, 60), 50, np.uint8)
    lined[:, 30] = 200
    brighter, darker = Master(plain if new else lined, 3, 40).brighter_darker(lined if new else plain)
    assert (brighter.any(), darker.any()) == (new, gone)


def test_a_spot_grows_from_its_sure_pixels_within_what_is_different_at_all() -> None:
    sure, whole = mask((10, 10, 3, 2)), mask((8, 9, 9, 4), (30, 30, 5, 5))
    (spot,) = grown(sure, whole, 5, 1, 0, reach=2)
    assert spot.box == (8, 9, 7, 4)  # two steps to each side, and no further than there is a difference
    assert spot.area == 28
    (near,) = grown(sure, whole, 5, 1, 0, reach=0)
    assert near.area == 6


@pytest.mark.parametrize(("least_sure", "min_area", "count"), [(6, 28, 1), (7, 28, 0), (6, 29, 0)])
def test_both_limits_of_a_grown_spot(least_sure: int, min_area: int, count: int) -> None:
    found = grown(mask((10, 10, 3, 2)), mask((8, 9, 9, 4)), least_sure, min_area, 0, reach=2)
    assert len(found) == count
