"""Gain and offset against a gauge."""

import pytest

from vision.calibrate import fit_gauge
from vision.errors import TeachError


def test_two_sizes_tell_gain_and_offset() -> None:
    gauge = fit_gauge([(10.0, 10.1), (20.0, 20.3)])
    assert (gauge.gain, gauge.offset) == pytest.approx((1.02, -0.1))
    assert gauge.residual == pytest.approx(0, abs=1e-9)


def test_one_size_tells_the_offset_alone_and_what_is_left() -> None:
    gauge = fit_gauge([(9.8, 10.0), (9.9, 10.0)])
    assert (gauge.gain, gauge.offset) == pytest.approx((1.0, 0.15))
    assert gauge.residual == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([], "pairs of finite numbers"),
        ([(1.0, float("nan"))], "pairs of finite numbers"),
        ([(5.0, 1.0), (5.0, 2.0)], "all measured as 5"),
        ([(1.0, 2.0), (2.0, 1.0)], "gets smaller"),
    ],
)
def test_what_tells_nothing_is_refused(pairs: list[tuple[float, float]], words: str) -> None:
    with pytest.raises(TeachError, match=words):
        fit_gauge(pairs)
