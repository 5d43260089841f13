"""Poses and resampling."""

import numpy as np
import pytest

from vision.imaging.warp import inverse, pose_at, pull, similarity


def noise(shape: tuple[int, ...] = (50, 70)) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def test_a_similarity_turns_counter_clockwise_on_screen() -> None:
    pose = similarity((10, 20), (30, 40), 90, 2.0)
    assert pose @ (10, 20, 1) == pytest.approx((30, 40))
    assert pose @ (11, 20, 1) == pytest.approx((30, 38))  # right becomes up
    assert inverse(pose) @ (30, 38, 1) == pytest.approx((11, 20))
    assert pose_at(pose, (10, 20)) @ (0, 0, 1) == pytest.approx((30, 40))


@pytest.mark.parametrize("shift", [(0, 0), (7, 3), (-4, 9), (60, 45)])
def test_whole_shifts_copy_pixels(shift: tuple[int, int]) -> None:
    image = noise()
    out = pull(image, np.array([[1.0, 0, shift[0]], [0, 1, shift[1]]]), (20, 15), outside=9)
    padded = np.full((200, 200), 9, np.uint8)
    padded[100:150, 100:170] = image
    assert (out == padded[100 + shift[1] : 115 + shift[1], 100 + shift[0] : 120 + shift[0]]).all()


def test_a_copy_is_the_callers_own() -> None:
    image = noise()
    image.setflags(write=False)
    out = pull(image, np.array([[1.0, 0, 5], [0, 1, 5]]), (20, 15))
    out[:] = 0
    assert image[5:20, 5:25].any()
