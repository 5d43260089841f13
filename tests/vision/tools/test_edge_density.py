"""Edges against area."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import SIZE, colour, deep, disc, view
from vision.errors import TimeLimitError
from vision.roi import CircleRoi, Rectangle
from vision.tool import View
from vision.tools import EdgeDensity


def half(column: int, dark: int = 50, bright: int = 150) -> np.ndarray:
    image = np.full((80, 100), dark, np.uint8)
    image[:, column:] = bright
    return image


REGION = Rectangle(x=20, y=20, width=50, height=40)


def test_a_straight_edge_is_one_pixel_wide() -> None:
    for image, full_scale in ((half(40), 255), (colour(half(40)), 255), (deep(half(40)), 4080)):
        values = EdgeDensity().measure(view(image, REGION, full_scale=full_scale)).values
        assert values["edges"] == (40,)
        assert values["density"] == (pytest.approx(2),)


def test_a_circle_has_its_circumference() -> None:
    (edges,) = EdgeDensity().measure(View(disc(120, 100, 60))).values["edges"]
    # Of lines one pixel wide: those whose pixels touch by corners have fewest, those that touch by sides most.
    assert 8 * 60 / np.sqrt(2) < edges < 8 * 60


@pytest.mark.parametrize("smoothing", [0.0, 1.0, 2.0])
def test_a_sharp_step_counts_from_its_contrast_on(smoothing: float) -> None:
    image = half(40, 50, 80)
    for contrast, edges in ((30, 40), (31, 0)):
        tool = EdgeDensity(min_contrast_grey=contrast, smoothing_px=smoothing)
        assert tool.measure(view(image, REGION)).values["edges"] == (edges,)


@given(st.integers(25, 65), st.integers(0, 100), st.integers(0, 3))
@settings(max_examples=10, deadline=None)
def test_it_is_the_same_wherever_the_edge_lies_however_turned_in_any_light(column: int, light: int, turns: int) -> None:
    image = np.ascontiguousarray(np.rot90(half(column, 50 + light, 150 + light), turns))
    region = REGION if turns % 2 == 0 else Rectangle(x=20, y=20, width=40, height=50)
    (edges,) = EdgeDensity().measure(view(image, region)).values["edges"]
    assert edges in ((40,) if turns % 2 == 0 else (40, 50)) or abs(column - 30) < 12


def test_noise_below_the_contrast_is_none() -> None:
    noise = np.random.default_rng(1).normal(128, 3, SIZE).round().astype(np.uint8)
    assert EdgeDensity().measure(View(noise)).values["edges"] == (0,)


def test_the_border_of_region_and_mask_is_no_edge() -> None:
    seen = view(half(40), CircleRoi(x=20, y=40, radius=12), masks=(Rectangle(x=15, y=35, width=8, height=8),))
    assert EdgeDensity().measure(seen).values["edges"] == (0,)
    hidden = view(half(40), REGION, masks=(Rectangle(x=35, y=20, width=10, height=30),))
    assert EdgeDensity().measure(hidden).values["edges"] == (10,)


def test_one_pixel_has_no_edge() -> None:
    assert EdgeDensity().measure(View(np.full((1, 1), 9, np.uint8))).values["density"] == (0,)


def test_its_time_limit_ends_it() -> None:
    with pytest.raises(TimeLimitError):
        EdgeDensity().measure(View(half(4), deadline_ns=0))
