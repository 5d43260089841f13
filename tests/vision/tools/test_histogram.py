"""How levels are spread."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.vision.tools.drawn import deep, view
from vision.calibration import Calibration
from vision.errors import TeachError, TimeLimitError, ToolError
from vision.recipe import Recipe, Step, TaughtEntry
from vision.recipe.check import problems_of
from vision.roi import Rectangle
from vision.tool import NOT_TAUGHT, Sample, Taught, View
from vision.tools import Histogram

RAMP = np.tile(np.arange(201, dtype=np.uint8), (10, 1))


def taught(image: np.ndarray = RAMP, **parameters: object) -> Taught:
    return Histogram(**parameters).teach([Sample(View(image))])


def test_percentiles_of_a_ramp() -> None:
    values = Histogram().measure(View(RAMP)).values
    assert (values["low"], values["median"], values["high"], values["spread"]) == ((10,), (100,), (190,), (180,))
    assert values["mean"] == (100,)
    assert values["std"] == (pytest.approx(np.arange(201).std()),)
    assert values["difference"] is None
    assert Histogram(low_percentile=0, high_percentile=100).measure(View(RAMP)).values["spread"] == (200,)
    assert Histogram().measure(View(deep(RAMP), full_scale=4080)).values["low"] == (pytest.approx(10),)


@pytest.mark.parametrize(
    ("channel", "level"),
    [("grey", 98), ("red", 200), ("green", 60), ("blue", 30), ("value", 200), ("saturation", 216.75)],
)
def test_channels(channel: str, level: float) -> None:
    image = np.full((5, 5, 3), (30, 60, 200), np.uint8)
    assert Histogram(channel=channel).measure(View(image)).values["median"] == (pytest.approx(level, abs=0.6),)
    grey = Histogram(channel=channel).measure(View(RAMP)).values["median"]
    assert grey == ((0,) if channel == "saturation" else (100,))


@given(st.integers(0, 54))
@settings(max_examples=10, deadline=None)
def test_the_difference_is_how_far_the_levels_moved(light: int) -> None:
    tool = Histogram()
    values = tool.prepare(taught(), Calibration()).measure(View(RAMP + np.uint8(light))).values
    assert values["median"] == (100 + light,)
    assert values["difference"] == (pytest.approx(light),)
    assert values["overlap"] == (pytest.approx(100 * (201 - light) / 201),)


def test_where_the_pixels_lie_does_not_matter() -> None:
    mixed = np.random.default_rng(1).permutation(RAMP.ravel()).reshape(RAMP.shape)
    values = Histogram().prepare(taught(), Calibration()).measure(View(mixed)).values
    assert (values["difference"], values["overlap"]) == ((pytest.approx(0),), (pytest.approx(100),))


def test_the_mean_of_good_regions_is_learned_and_more_on_top() -> None:
    left, right = Rectangle(x=0, y=0, width=10, height=10), Rectangle(x=10, y=0, width=10, height=10)
    image = np.zeros((10, 20), np.uint8)
    image[:, 10:] = 100
    tool = Histogram()
    both = tool.teach([Sample(view(image, left, right), ("good", "good"))])
    one = tool.teach([Sample(view(image, left, right), ("good", "bad"))])
    more = tool.teach([Sample(view(image, left, right), ("bad", "good"))], one)
    for learned in (both, more):
        values = tool.prepare(learned, Calibration()).measure(view(image, left, right)).values
        assert values["difference"] == (50, 50)
        assert values["overlap"] == (50, 50)
    assert tool.prepare(one, Calibration()).measure(view(image, left, right)).values["difference"] == (0, 100)


def test_a_recipe_need_not_teach_it_but_may() -> None:
    plain = Recipe(job=1, name="levels", steps=(Step(name="levels", tool=Histogram()),))
    assert list(problems_of(plain)) == []
    named = Recipe(job=1, name="levels", steps=(Step(name="levels", tool=Histogram(), taught="levels"),))
    assert any("was never taught" in problem for problem in problems_of(named))
    entry = TaughtEntry(tool="histogram", tool_version=1, sha256="0" * 64)
    assert list(problems_of(named.model_copy(update={"taught": {"levels": entry}}))) == []


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ToolError, match="is of channel grey, the step's is red"):
        Histogram(channel="red").prepare(taught(), Calibration())
    broken = Taught({"shares": np.zeros(3), "count": np.array(1)}, texts={"channel": "grey"})
    with pytest.raises(ToolError, match="does not fit"):
        Histogram().prepare(broken, Calibration())
    with pytest.raises(TeachError, match="none of the samples"):
        Histogram().teach([Sample(View(RAMP), ("bad",))])
    with pytest.raises(TeachError, match="neither good nor bad"):
        Histogram().teach([Sample(View(RAMP), ("blue",))])
    with pytest.raises(ValidationError, match="low_percentile 60 is above high_percentile 40"):
        Histogram(low_percentile=60, high_percentile=40)


def test_one_pixel_and_the_time_limit() -> None:
    tool = Histogram()
    assert tool.prepare(NOT_TAUGHT, Calibration()).measure(View(np.full((1, 1), 7, np.uint8))).values["median"] == (7,)
    with pytest.raises(TimeLimitError):
        tool.measure(View(RAMP, deadline_ns=0))
