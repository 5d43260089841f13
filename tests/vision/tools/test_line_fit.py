"""Lines through edges."""

import re
import time

import numpy as np
import pytest

from tests.vision.tools.drawn import colour, deep, half, view
from vision.calibration import Calibration
from vision.errors import TimeLimitError
from vision.imaging.between import angle_deg, foot
from vision.result import Line, Point
from vision.roi import Rectangle
from vision.tools import LineFit

SCAN = Rectangle(x=90, y=60, width=61, height=81)  # centre 120, 100


@pytest.mark.parametrize("angle", [90.0, 80.0, 97.3, 60.0])
@pytest.mark.parametrize("x", [120.0, 120.4])
def test_place_and_angle(angle: float, x: float) -> None:
    found = LineFit().measure(view(half(x, 100, angle), SCAN))
    assert found.values["angle_deg"] == pytest.approx(angle, abs=0.02)
    assert found.values["position"] == pytest.approx(x - 89.5, abs=0.02)
    assert found.values["straightness"] < 0.1
    line = found.features["line"]
    assert isinstance(line, Line)
    assert foot(Point(x, 100), line).x == pytest.approx(x, abs=0.02)


def test_the_line_turns_with_the_region() -> None:
    turned = Rectangle(x=90, y=60, width=61, height=81, angle_deg=90)  # scans upwards
    found = LineFit().measure(view(half(120, 103.25, 0), turned))
    assert found.values["angle_deg"] == pytest.approx(0, abs=0.02)
    assert found.values["position"] == pytest.approx(130.5 - 103.25, abs=0.02)


def test_shift_moves_the_line_and_light_does_not() -> None:
    at = [LineFit().measure(view(half(115 + d, 100, 85), SCAN)).values["position"] for d in (0.0, 0.37, 1.0)]
    assert np.diff(at) == pytest.approx([0.37, 0.63], abs=0.01)
    bright = LineFit().measure(view(half(115, 100, 85, 90, 240), SCAN)).values
    assert bright["position"] == pytest.approx(at[0], abs=0.01)


def test_a_burr_and_a_notch_do_not_turn_the_line() -> None:
    image = half(120, 100, 90)
    image[70:82, 120:131] = 180
    image[115:123, 108:121] = 50
    found = LineFit(scans=27).measure(view(image, SCAN))
    assert found.values["position"] == pytest.approx(30.5, abs=0.03)
    assert found.values["angle_deg"] == pytest.approx(90, abs=0.1)
    assert 17 <= found.values["points"] <= 21


@pytest.mark.parametrize(("broken", "found"), [(10, True), (11, False)])
def test_share_of_the_scans_at_its_limit(broken: int, found: bool) -> None:
    image = half(120, 100, 90)
    image[60 : 60 + 4 * broken] = 50  # no edge there
    result = LineFit().measure(view(image, Rectangle(x=90, y=60, width=61, height=80)))
    assert result.found is found
    assert result.values["points"] == 20 - broken
    if not found:
        assert result.reason == (
            "line not found: 9 of 20 scans have an edge, 9 lie within 1.5 px of one line, 10 needed"
        )


@pytest.mark.parametrize(("contrast", "found"), [(12, True), (11, False)])
def test_contrast_at_its_limit(contrast: int, found: bool) -> None:
    result = LineFit().measure(view(half(120, 100, 90, 100, 100 + contrast), SCAN))
    assert result.found is found
    assert found or re.fullmatch(r"edge not found: contrast 1[01] grey levels, 12 needed", result.reason)


def test_colour_16_bits_and_millimetres() -> None:
    image = half(120.4, 100, 84, noise=2)
    plain = LineFit().measure(view(image, SCAN)).values
    assert LineFit().measure(view(colour(image), SCAN)).values == pytest.approx(plain)
    assert LineFit().measure(view(deep(image), SCAN, full_scale=4080)).values == pytest.approx(plain, rel=1e-4)
    small = LineFit().measure(view(image, SCAN, calibration=Calibration(0.1))).values
    assert small["position"] == pytest.approx(plain["position"] / 10)
    assert small["straightness"] == pytest.approx(plain["straightness"] / 10)
    assert LineFit().measure(view(image, SCAN)).values == plain


def test_the_time_limit_is_kept() -> None:
    late = view(half(120, 100, 90), SCAN, deadline_ns=time.monotonic_ns() - 1)
    with pytest.raises(TimeLimitError):
        LineFit().measure(late)


def test_angles_of_lines() -> None:
    ends = ((1, 0), (1, -1), (0, 1), (0, -1), (-1, 0), (1, 1), (-1, -1))
    assert [angle_deg(Line(0, 0, *end)) for end in ends] == pytest.approx([0, 45, 90, 90, 0, 135, 135])
