"""Bright against dark."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import colour, deep, view
from vision.errors import TimeLimitError
from vision.roi import Rectangle
from vision.tool import View
from vision.tools import Contrast


def stripes(dark: int, bright: int, bright_columns: int = 50) -> np.ndarray:
    image = np.full((40, 100), dark, np.uint8)
    image[:, :bright_columns] = bright
    return image


def test_levels_and_contrasts() -> None:
    values = Contrast().measure(View(stripes(50, 150))).values
    assert values == {"contrast": (100,), "michelson": (50,), "bright": (150,), "dark": (50,), "rms": (50,)}
    assert Contrast().measure(View(colour(stripes(50, 150)))).values == values
    for name, value in Contrast().measure(View(deep(stripes(50, 150)), full_scale=4080)).values.items():
        assert value == pytest.approx(values[name])


@pytest.mark.parametrize(("ignored", "contrast"), [(0, 100), (4, 100), (6, 0), (49, 0)])
def test_few_pixels_are_dirt(ignored: float, contrast: float) -> None:
    image = stripes(50, 150, bright_columns=5)
    assert Contrast(ignore_percent=ignored).measure(View(image)).values["contrast"] == (contrast,)


@given(st.integers(0, 100), st.integers(0, 155), st.integers(0, 3))
@settings(max_examples=15, deadline=None)
def test_light_that_is_added_leaves_the_contrast_as_it_is(dark: int, step: int, turns: int) -> None:
    image = np.ascontiguousarray(np.rot90(stripes(dark, dark + step), turns))
    assert Contrast().measure(View(image)).values["contrast"] == (step,)


def test_each_region_less_its_masks() -> None:
    left, both = Rectangle(x=0, y=0, width=40, height=40), Rectangle(x=30, y=0, width=40, height=40)
    seen = view(stripes(50, 150), left, both, masks=(Rectangle(x=0, y=20, width=100, height=20),))
    assert Contrast().measure(seen).values["contrast"] == (0, 100)


def test_a_black_pixel_has_none() -> None:
    values = Contrast().measure(View(np.zeros((1, 1), np.uint8))).values
    assert (values["contrast"], values["michelson"]) == ((0,), (0,))


def test_its_time_limit_ends_it() -> None:
    with pytest.raises(TimeLimitError):
        Contrast().measure(View(stripes(0, 9), deadline_ns=0))
