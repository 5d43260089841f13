"""Measurement system analysis, against numbers worked out by hand and against drawn variances."""

import math

import numpy as np
import pytest

from vision.teach.gauge_study import GaugeStudy, Repeatability, gauge_study, repeatability


def test_a_type_1_study_worked_out_by_hand() -> None:
    study = repeatability(np.array([6.001, 6.002, 6.001, 6.0, 6.001]), tolerance=0.06, reference=6.002)
    assert study.mean == pytest.approx(6.001)
    assert study.spread == pytest.approx(0.000707, abs=1e-6)
    assert study.cg == pytest.approx(0.2 * 0.06 / (6 * 0.000707107), rel=1e-5)
    assert study.cgk == pytest.approx((0.1 * 0.06 - 0.001) / (3 * 0.000707107), rel=1e-5)


def test_what_is_not_known_is_not_told() -> None:
    study = repeatability(np.array([1.0, 2.0]))
    assert (study.cg, study.cgk, study.bias) == (None, None, None)
    assert repeatability(np.array([1.0, 2.0]), tolerance=1.0).cgk is None


def test_a_measure_that_never_changes_is_as_capable_as_can_be_but_for_its_bias() -> None:
    still = Repeatability(25, 1.0, 0.0, tolerance=0.1, reference=1.0)
    assert (still.cg, still.cgk) == (math.inf, math.inf)
    assert Repeatability(25, 1.0, 0.0, tolerance=0.1, reference=1.2).cgk == -math.inf


def test_the_variances_that_were_drawn_are_found() -> None:
    chance = np.random.default_rng(7)
    parts, mounts, frames = 400, 4, 3
    values = (
        chance.normal(0, 5.0, (parts, 1, 1))
        + chance.normal(0, 0.8, (parts, mounts, 1))
        + chance.normal(0, 0.3, (parts, mounts, frames))
    )
    study = gauge_study(values, tolerance=20.0)
    assert study.part == pytest.approx(5.0, rel=0.08)
    assert study.mount == pytest.approx(0.8, rel=0.08)
    assert study.repeat == pytest.approx(0.3, rel=0.08)
    assert study.of_tolerance == pytest.approx(6 * math.hypot(study.mount, study.repeat) / 20)
    assert study.categories == int(math.sqrt(2) * study.part / study.gauge)


def test_a_nested_analysis_worked_out_by_hand() -> None:
    values = np.array([[[1.0, 2.0], [3.0, 4.0]], [[11.0, 12.0], [14.0, 15.0]]])
    study = gauge_study(values)
    within = 4 * 2 * 0.25 / 4
    mounts = 2 * (2 * 1.0**2 + 2 * 1.5**2) / 2
    between = 4 * ((2.5 - 13.0) ** 2 / 2)
    assert study.repeat == pytest.approx(math.sqrt(within))
    assert study.mount == pytest.approx(math.sqrt((mounts - within) / 2))
    assert study.part == pytest.approx(math.sqrt((between - mounts) / 4))
    assert study.of_tolerance is None


def test_one_frame_each_leaves_repeat_and_mount_together() -> None:
    study = gauge_study(np.array([[[1.0], [3.0]], [[11.0], [13.0]]]))
    assert (study.repeat, study.mount) == (0.0, pytest.approx(math.sqrt(2)))


def test_nothing_but_the_part_varies() -> None:
    study = GaugeStudy(2, 2, 2, 0.0, 0.0, 1.0)
    assert (study.of_total, study.categories) == (0.0, None)


@pytest.mark.parametrize("shape", [(1, 3, 3), (3, 1, 3)])
def test_too_few_are_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="at least 2 of both"):
        gauge_study(np.zeros(shape))
    with pytest.raises(ValueError, match="at least 2 are needed"):
        repeatability(np.zeros(1))
