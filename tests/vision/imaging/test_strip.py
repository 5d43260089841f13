"""Profiles along a strip."""

import numpy as np
import pytest

from vision.imaging.levels import cut_levels, levels
from vision.imaging.strip import Strip, pixels, profile


def ramp(gx: float, gy: float) -> np.ndarray:
    y, x = np.mgrid[0:80, 0:100]
    return np.rint(100 + gx * x + gy * y).astype(np.uint16)


@pytest.mark.parametrize("angle", [0.0, 90.0, 180.0, -90.0, 30.0])
def test_a_profile_runs_counter_clockwise_along_its_angle(angle: float) -> None:
    strip = Strip((50, 40), angle, 31, 9)
    seen = profile(ramp(20, 30), strip, 255)
    (ux, uy), _ = strip.axes
    assert (ux, uy) == pytest.approx((np.cos(np.radians(angle)), -np.sin(np.radians(angle))))
    assert np.diff(seen.level) == pytest.approx(20 * ux + 30 * uy, abs=0.6)
    assert seen.u[15] == 0
    assert seen.level[15] == pytest.approx(100 + 20 * 50 + 30 * 40, abs=0.6)
    assert (seen.weight == 1).all()


def test_points_and_parts_of_a_frame() -> None:
    strip = Strip((50, 40), 90, 20, 6)
    assert strip.point(10) == pytest.approx((50, 30))
    assert strip.point(0, 3) == pytest.approx((53, 40))
    assert strip.seen_from(10, 20).centre == (40, 20)


def test_outside_and_masked_does_not_count() -> None:
    strip = Strip((5, 40), 0, 31, 4)
    seen = profile(np.full((80, 100), 50, np.uint8), strip)
    assert (seen.weight[:10] == 0).all()
    assert (seen.weight[10:] == 1).all()
    assert (seen.level == 50).all()
    mask = np.full((80, 100), 255, np.uint8)
    mask[40:] = 0  # the strip's rows are 38.5 to 41.5
    assert profile(np.full((80, 100), 50, np.uint8), strip, mask=mask).weight.max() == 0.25
    assert not profile(np.full((80, 100), 50, np.uint8), Strip((500, 40), 0, 31, 4)).weight.any()


def test_the_frames_own_pixels_of_a_piece() -> None:
    image = np.arange(80 * 100, dtype=np.uint16).reshape(80, 100)
    u, level = pixels(image, Strip((50, 40), 0, 60, 3), (-2, 2))
    assert sorted(level.tolist()) == [100 * y + x for y in (39, 40, 41) for x in range(48, 53)]
    assert sorted(set(u.tolist())) == [-2, -1, 0, 1, 2]
    nothing, _ = pixels(image, Strip((500, 40), 0, 60, 3), (-2, 2))
    assert not len(nothing)


def test_levels_are_0_to_255_with_fractions() -> None:
    image = np.array([[0, 2048, 4095]], np.uint16)
    assert levels(image, 4095)[0] == pytest.approx([0, 255 * 2048 / 4095, 255])
    assert cut_levels(image, (1, 0, 1, 1), 4095).shape == (1, 1)
    assert levels(np.full((2, 2, 3), 90, np.uint8)).tolist() == [[90, 90], [90, 90]]
