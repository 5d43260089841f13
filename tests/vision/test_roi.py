"""Which pixels a region covers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.roi import Rectangle, disc_of, mask_of


@given(st.integers(0, 10), st.integers(0, 10), st.integers(1, 10), st.integers(1, 10))
def test_a_rectangle_covers_x_to_x_plus_width(x: int, y: int, width: int, height: int) -> None:
    mask = mask_of(Rectangle(x=x, y=y, width=width, height=height).outline(), (20, 20))
    wanted = np.zeros((20, 20), np.uint8)
    wanted[y : y + height, x : x + width] = 255
    np.testing.assert_array_equal(mask, wanted)


@pytest.mark.parametrize("angle", [90, 180, 270, 360, -90])
def test_a_square_turned_by_quarters_covers_the_same(angle: float) -> None:
    square = Rectangle(x=4, y=5, width=7, height=7)
    turned = square.model_copy(update={"angle_deg": float(angle)})
    np.testing.assert_array_equal(mask_of(turned.outline(), (20, 20)), mask_of(square.outline(), (20, 20)))


@given(st.floats(0, 360), st.floats(2, 12), st.floats(2, 12))
def test_a_turned_rectangle_has_its_pixels_by_their_centres(angle: float, width: float, height: float) -> None:
    roi = Rectangle(x=12, y=13, width=width, height=height, angle_deg=angle)
    mask = mask_of(roi.outline(), (40, 40)) > 0
    y, x = np.mgrid[:40, :40].astype(float)
    cx, cy = roi.centre
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    u, v = (x - cx) * c - (y - cy) * s, (x - cx) * s + (y - cy) * c
    depth = np.minimum(width / 2 - abs(u), height / 2 - abs(v))
    clear = abs(depth) > 1e-3
    np.testing.assert_array_equal(mask[clear], depth[clear] > 0)


def test_a_circle_has_the_pixels_whose_centre_is_at_most_its_radius_away() -> None:
    mask = disc_of((5, 5), 3, (11, 11)) > 0
    assert mask[5, 8]
    assert mask[5, 2]
    assert not mask[5, 9]
    assert mask.sum() == 29


def test_regions_side_by_side_share_no_pixel() -> None:
    left = mask_of(np.array([(2.0, 2.0), (8.0, 2.0), (8.0, 9.0), (2.0, 9.0)]), (12, 16))
    right = mask_of(np.array([(8.0, 2.0), (14.0, 2.0), (14.0, 9.0), (8.0, 9.0)]), (12, 16))
    assert not (left & right).any()
    assert ((left | right) > 0).sum() == 12 * 7
