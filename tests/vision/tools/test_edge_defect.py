"""Burrs and chips along straight and round edges."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import SIZE, colour, deep, soft, view
from vision.calibration import Calibration
from vision.errors import TimeLimitError, ToolError
from vision.result import Circle, Line
from vision.roi import LineRoi, Rectangle, RingSector, Roi
from vision.tools import EdgeDefect

Y, X = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(float)
BOX = Rectangle(x=80, y=20, width=80, height=160)
RING = RingSector(x=120, y=100, inner=30, outer=80)


def plate(
    burr: float = 0, chip: float = 0, dx: float = 0, dy: float = 0, low: float = 50, high: float = 180
) -> np.ndarray:
    """Light to the left of x = 120; a burr 12 px long about y = 60, a chip 20 px long about y = 130."""
    away = X - 120 - dx
    away = np.where(np.abs(Y - 60 - dy) <= 6, away - burr, away)
    away = np.where(np.abs(Y - 130 - dy) <= 10, away + chip, away)
    return soft(away, low, high)


def wheel(burr: float = 0, chip: float = 0) -> np.ndarray:
    """A light disc of 55 px; a burr to the right, a chip 8 degrees long on top."""
    turned = np.degrees(np.arctan2(100 - Y, X - 120))
    away = np.hypot(X - 120, Y - 100) - 55
    away = np.where(np.abs(turned) <= 4, away - burr, away)
    return soft(np.where(np.abs(turned - 90) <= 4, away + chip, away), 50, 180)


def test_a_clean_edge_has_none() -> None:
    found = EdgeDefect().measure(view(plate(), BOX))
    assert found.found
    assert {k: v for k, v in found.values.items() if k != "seen"} == dict.fromkeys(
        ("largest", "defects", "burr", "chip", "burrs", "chips", "burr_area", "chip_area"), 0
    )
    assert found.values["seen"] == 100
    assert found.reason == ""
    assert isinstance(found.features["line"], Line)


def test_a_burr_and_a_chip_with_size_area_and_place() -> None:
    found = EdgeDefect().measure(view(plate(burr=5, chip=8), BOX))
    values = found.values
    assert (values["burrs"], values["chips"], values["defects"]) == (1, 1, 2)
    assert values["burr"] == pytest.approx(5, abs=0.1)
    assert values["chip"] == values["largest"] == pytest.approx(8, abs=0.1)
    assert values["burr_area"] == pytest.approx(13 * 5, rel=0.05)
    assert values["chip_area"] == pytest.approx(21 * 8, rel=0.05)
    chip, burr = found.objects.first
    assert (chip.label, burr.label) == ("chip", "burr")
    assert (chip.place.x, burr.place.x) == pytest.approx((112, 125), abs=0.2)
    assert burr.values["length"] == pytest.approx(13, abs=1)
    assert abs(burr.place.y - 60) <= 6.5
    assert found.reason.startswith("2 defects, the largest a chip of 8")


def test_which_side_the_part_lies_on_decides() -> None:
    values = EdgeDefect(part="behind").measure(view(plate(burr=5), BOX)).values
    assert (values["burrs"], values["chips"], values["chip"]) == (0, 1, pytest.approx(5, abs=0.1))


def test_across_a_line_it_scans_to_the_right_of_the_way() -> None:
    up = LineRoi(x1=120, y1=180, x2=120, y2=20, width=60)
    down = LineRoi(x1=120, y1=20, x2=120, y2=180, width=60)
    assert EdgeDefect().measure(view(plate(burr=5), up)).values["burr"] == pytest.approx(5, abs=0.1)
    assert EdgeDefect().measure(view(plate(burr=5), down)).values["chip"] == pytest.approx(5, abs=0.1)


def test_round_a_disc() -> None:
    found = EdgeDefect().measure(view(wheel(burr=6, chip=4), RING))
    assert found.values["burr"] == pytest.approx(6, abs=0.2)
    assert found.values["chip"] == pytest.approx(4, abs=0.2)
    assert (found.values["burrs"], found.values["chips"]) == (1, 1)  # the burr lies where the ring begins and ends
    circle = found.features["circle"]
    assert isinstance(circle, Circle)
    assert circle.radius == pytest.approx(55, abs=0.05)
    burr = next(one for one in found.objects.first if one.label == "burr")
    assert (burr.place.x, burr.place.y) == pytest.approx((181, 100), abs=5)


@pytest.mark.parametrize(("burr", "chip"), [(60, 0), (0, 60)])
def test_what_goes_beyond_the_scan_reaches_at_least_to_its_end(burr: float, chip: float) -> None:
    values = EdgeDefect().measure(view(plate(burr, chip), BOX)).values
    assert values["burr" if burr else "chip"] == pytest.approx(40, abs=1)
    assert values["defects"] == 1


@settings(max_examples=8, deadline=None)
@given(st.floats(-10, 10), st.floats(-10, 10), st.integers(20, 70), st.integers(140, 230))
def test_shift_and_light_change_no_size(dx: float, dy: float, low: int, high: int) -> None:
    found = EdgeDefect(step_px=2).measure(view(plate(5, 0, dx, dy, low, high), BOX))
    assert found.values["burr"] == pytest.approx(5, abs=0.1)
    assert found.objects.first[0].place.x == pytest.approx(125 + dx, abs=0.2)


def test_the_edge_turns_with_its_region() -> None:
    along = (X - 120) * math.sin(0.3) + (Y - 100) * math.cos(0.3)
    across = (X - 120) * math.cos(0.3) - (Y - 100) * math.sin(0.3)
    image = soft(np.where(np.abs(along) < 8, across - 4, across), 50, 180)
    region = Rectangle(x=90, y=40, width=61, height=121, angle_deg=math.degrees(0.3))
    values = EdgeDefect().measure(view(image, region)).values
    assert values["burr"] == pytest.approx(4, abs=0.1)
    assert values["chips"] == 0


@pytest.mark.parametrize(("size", "count"), [(2.4, 1), (2.6, 0)])
def test_size_at_its_limit(size: float, count: int) -> None:
    assert EdgeDefect(min_size_px=size).measure(view(plate(burr=2.5), BOX)).values["burrs"] == count


@pytest.mark.parametrize(("length", "count"), [(13, 1), (14, 0)])
def test_length_at_its_limit(length: float, count: int) -> None:
    assert EdgeDefect(min_length_px=length).measure(view(plate(burr=5), BOX)).values["burrs"] == count


@pytest.mark.parametrize(("contrast", "reason"), [(12, ""), (11, "edge not found: contrast 11 grey levels, 12 needed")])
def test_contrast_at_its_limit(contrast: int, reason: str) -> None:
    found = EdgeDefect().measure(view(plate(low=100, high=100 + contrast), BOX))
    assert (found.found, found.reason) == (not reason, reason)


def test_an_edge_of_which_too_little_is_straight_is_not_found() -> None:
    image = plate()
    image[20:115] = soft(X + 0.7 * Y - 190, 50, 180)[20:115]
    found = EdgeDefect().measure(view(image, BOX))
    assert not found.found
    assert "lie within 1.5 px of the fit, 80 needed" in found.reason


def test_masked_places_are_not_looked_at() -> None:
    found = EdgeDefect().measure(view(plate(burr=5), BOX, masks=(Rectangle(x=70, y=50, width=100, height=20),)))
    assert found.values["burrs"] == 0
    assert found.values["seen"] == 87.5


def test_colour_16_bits_millimetres_and_the_same_again() -> None:
    image = plate(5, 8)
    plain = EdgeDefect().measure(view(image, BOX)).values
    assert EdgeDefect().measure(view(image, BOX)).values == plain
    assert EdgeDefect().measure(view(colour(image), BOX)).values == pytest.approx(plain)
    assert EdgeDefect().measure(view(deep(image), BOX, full_scale=4080)).values == pytest.approx(plain, rel=1e-4)
    small = EdgeDefect().measure(view(image, BOX, calibration=Calibration(0.1))).values
    assert small["burr"] == pytest.approx(plain["burr"] / 10)
    assert small["chip_area"] == pytest.approx(plain["chip_area"] / 100)


def test_the_time_limit_is_kept() -> None:
    with pytest.raises(TimeLimitError):
        EdgeDefect().measure(view(plate(), BOX, deadline_ns=time.monotonic_ns() - 1))


@pytest.mark.parametrize("region", [Rectangle(x=0, y=0, width=1, height=1), LineRoi(x1=0, y1=0, x2=3, y2=0, width=1)])
def test_an_image_of_one_pixel_finds_nothing(region: Roi) -> None:
    assert not EdgeDefect().measure(view(np.full((1, 1), 90, np.uint8), region)).found


def test_a_region_outside_is_an_error() -> None:
    with pytest.raises(ToolError, match="lies outside of the frame"):
        view(plate(), Rectangle(x=500, y=20, width=80, height=160))


def test_random_pixels_never_give_a_number_that_is_none() -> None:
    rng = np.random.default_rng(5)
    for region in (Rectangle(x=-5, y=2, width=60, height=70), RingSector(x=30, y=30, inner=0, outer=40)):
        tool = EdgeDefect(min_contrast_grey=1, min_share=0.05)
        found = tool.measure(view(rng.integers(0, 256, (60, 60), np.uint8), region))
        assert all(math.isfinite(v) for v in found.values.values())
