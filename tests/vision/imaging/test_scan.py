"""Scans over the frame's own pixels."""

import numpy as np
import pytest

from vision.imaging.scan import Parallel, Samples, Scan, Spokes, sampled


def all_of(image: np.ndarray, scan: Scan, full_scale: int = 255, mask: np.ndarray | None = None) -> list[Samples]:
    mask = np.full(image.shape[:2], 255, np.uint8) if mask is None else mask
    return sampled(image, (0, 0, image.shape[1], image.shape[0]), mask, scan, full_scale)


def ramp(gx: float, gy: float) -> np.ndarray:
    y, x = np.mgrid[0:80, 0:100]
    return np.rint(1000 + gx * x + gy * y).astype(np.uint16)


@pytest.mark.parametrize("angle", [0.0, 90.0, 180.0, -90.0, 30.0])
def test_a_scan_runs_counter_clockwise_along_its_angle(angle: float) -> None:
    scan = Parallel((50, 40), angle, 31, 9)
    (seen,) = all_of(ramp(20, 30), scan)
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    slope, level = np.polyfit(seen.u, seen.level, 1, w=seen.count)
    assert slope == pytest.approx(20 * c - 30 * s, abs=0.4)
    assert level == pytest.approx(1000 + 20 * 50 + 30 * 40, abs=8)
    assert (np.diff(seen.u) > 0).all()


def test_points_and_ends() -> None:
    scan = Parallel((50, 40), 90, 20, 6, 2)
    assert scan.point(0, 10) == pytest.approx((48.5, 30))
    assert scan.ends(1, 0) == (pytest.approx((50, 40)), pytest.approx((53, 40)))
    assert scan.at(0, 3) == pytest.approx((53, 40))


def test_scans_side_by_side_share_no_pixel() -> None:
    image = np.repeat(np.arange(80, dtype=np.uint8)[:, None], 100, axis=1)
    three = all_of(image, Parallel((50, 40), 0, 11, 9, 3))
    assert [one.level.tolist() for one in three] == [[37] * 11, [40] * 11, [43] * 11]
    assert [one.count.tolist() for one in three] == [[3] * 11] * 3
    assert [one.spread.tolist() for one in three] == [[2] * 11] * 3


def test_spokes_run_outwards_and_are_numbered_counter_clockwise() -> None:
    y, x = np.mgrid[0:101, 0:101]
    image = np.rint(4 * np.hypot(x - 50, y - 50)).astype(np.uint8)
    scan = Spokes((50, 50), 10, 30, 0, 360, 8)
    for one in all_of(image, scan):
        assert one.level / 4 - 20 == pytest.approx(one.u, abs=0.13)
    image[y < 50 - np.abs(x - 50)] = 255  # above: 45 to 135 degrees
    assert [bool((one.level > 200).any()) for one in all_of(image, scan)] == [False, True, True, *[False] * 5]
    assert scan.point(2, -10) == pytest.approx(
        (50 + 10 * np.cos(np.radians(112.5)), 50 - 10 * np.sin(np.radians(112.5)))
    )


def test_a_sector_takes_only_its_pixels() -> None:
    image = np.zeros((101, 101), np.uint8)
    quarter = all_of(image, Spokes((50, 50), 10, 30, 90, 90, 1))[0]
    whole = all_of(image, Spokes((50, 50), 10, 30, 0, 360, 1))[0]
    assert quarter.count.sum() == pytest.approx(whole.count.sum() / 4, rel=0.05)


def test_outside_and_masked_does_not_count() -> None:
    image = np.full((80, 100), 50, np.uint8)
    (seen,) = all_of(image, Parallel((5, 40), 0, 31, 4))
    assert seen.u.min() == -5
    mask = np.full((80, 100), 255, np.uint8)
    mask[40:] = 0
    (half,) = all_of(image, Parallel((50, 40), 0, 31, 4), mask=mask)
    assert (half.count == 2).all()  # rows 38 to 42 without the mask
    assert not len(all_of(image, Parallel((500, 40), 0, 31, 4))[0].u)
    assert [len(one.u) for one in sampled(image, (0, 0, 0, 0), mask, Parallel((0, 0), 0, 9, 9, 2))] == [0, 0]


def test_the_pixels_are_the_frames_own() -> None:
    image = np.arange(80 * 100, dtype=np.uint16).reshape(80, 100)
    (seen,) = all_of(image, Parallel((50, 40), 0, 5, 3))
    assert seen.u.tolist() == [-2, -1, 0, 1, 2]
    assert seen.level.tolist() == [4000.0 + x for x in (48, 49, 50, 51, 52)]
    (deep,) = all_of(image, Parallel((50, 40), 0, 5, 3), full_scale=2550)
    assert deep.level == pytest.approx(seen.level / 10)
