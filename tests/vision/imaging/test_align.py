"""Small shifts are found by correlation."""

import cv2
import numpy as np
import pytest

from vision.imaging.align import shift_of

PLATE = cv2.GaussianBlur(np.random.default_rng(2).normal(128, 220, (120, 160)).astype(np.float32), (0, 0), 3)


def seen(dx: float, dy: float) -> np.ndarray:
    moved = cv2.warpAffine(PLATE, np.array([[1, 0, dx], [0, 1, dy]], np.float64), (160, 120), flags=cv2.INTER_CUBIC)
    return np.clip(moved, 0, 255).astype(np.uint8)[20:100, 20:140]


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (3, -2), (-4, 4), (1.5, 0.5), (-2.25, 1.75)])
def test_a_shift_is_found_to_a_fifth_of_a_pixel(dx: float, dy: float) -> None:
    assert shift_of(seen(0, 0), seen(dx, dy), (5, 5)) == pytest.approx((dx, dy), abs=0.2)


def test_it_stays_within_the_limit() -> None:
    x, y = shift_of(seen(0, 0), seen(9, 9), (3, 3))
    assert abs(x) <= 3
    assert abs(y) <= 3


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (40, 40)])
def test_where_nothing_is_to_be_seen_nothing_is_shifted(size: tuple[int, int]) -> None:
    flat = np.full(size, 90, np.uint8)
    assert shift_of(flat, flat, (5, 5)) == (0, 0)
