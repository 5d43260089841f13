"""The area in a band of grey levels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.vision.tools.drawn import colour, deep, view
from vision.calibration import Calibration
from vision.errors import TimeLimitError
from vision.roi import CircleRoi, Rectangle
from vision.tool import View
from vision.tools import Area


def box(x: int, y: int, w: int, h: int, level: int = 200, background: int = 40) -> np.ndarray:
    image = np.full((100, 120), background, np.uint8)
    image[y : y + h, x : x + w] = level
    return image


@pytest.mark.parametrize(
    ("parameters", "area"),
    [
        pytest.param({}, 600, id="from the middle up by default"),
        pytest.param({"low": 200}, 600, id="a level on the lower limit counts"),
        pytest.param({"low": 200.5}, 0, id="just below it does not"),
        pytest.param({"low": 0, "high": 40}, 11400, id="a level on the upper limit counts"),
        pytest.param({"low": 0, "high": 39.5}, 0, id="just above it does not"),
        pytest.param({"method": "bright"}, 600, id="bright by itself"),
        pytest.param({"method": "dark"}, 11400, id="dark by itself"),
    ],
)
def test_area(parameters: dict[str, object], area: int) -> None:
    for image, full_scale in ((box(10, 20, 30, 20), 255), (deep(box(10, 20, 30, 20)), 4080)):
        values = Area(**parameters).measure(View(image, full_scale=full_scale)).values
        assert values["area"] == (area,)
        assert values["share"] == (pytest.approx(area / 120),)
    assert Area(**parameters).measure(View(colour(box(10, 20, 30, 20)))).values["area"] == (area,)


@given(
    st.integers(0, 100),
    st.integers(0, 80),
    st.integers(1, 20),
    st.integers(1, 20),
    st.integers(-40, 55),
    st.integers(0, 3),
)
@settings(max_examples=15, deadline=None)
def test_it_is_the_same_wherever_the_thing_lies_however_turned_in_any_light(
    x: int, y: int, w: int, h: int, light: int, turns: int
) -> None:
    image = np.rot90(box(x, y, w, h, 200 + light, 40 + light), turns)
    for method in ("bright", "dark"):
        found = Area(method=method).measure(View(np.ascontiguousarray(image)))
        assert found.values["area"] == (w * h if method == "bright" else 12000 - w * h,)
    assert found.values["threshold"] == pytest.approx(120.5 + light, abs=1)


def test_each_region_has_its_own_and_masks_take_away() -> None:
    seen = view(
        box(10, 20, 30, 20),
        Rectangle(x=0, y=0, width=25, height=100),
        CircleRoi(x=30, y=30, radius=3),
        masks=(Rectangle(x=0, y=0, width=120, height=25),),
    )
    values = Area().measure(seen).values
    assert values["area"] == (15 * 15, 29)
    assert values["share"] == (pytest.approx(100 * 225 / (25 * 75)), 100)


def test_square_millimetres_and_what_is_drawn() -> None:
    seen = View(box(10, 20, 30, 20), calibration=Calibration(0.1), layers=frozenset(["area"]))
    found = Area().measure(seen)
    assert found.values["area"] == (pytest.approx(6),)
    assert set(found.overlay[0].points) == {(10, 20), (39, 20), (39, 39), (10, 39)}
    assert np.count_nonzero(found.layers["area"]) == 600


def test_nothing_to_part_is_not_found_at_the_limit() -> None:
    image = box(10, 20, 30, 20, 60, 40)
    assert Area(method="bright", min_contrast_grey=20).measure(View(image)).found
    found = Area(method="bright", min_contrast_grey=20.5).measure(View(image))
    assert not found.found
    assert found.reason == "bright and dark not found: contrast 20.0 grey levels, 20.5 needed"
    assert not Area(method="dark").measure(View(np.zeros((1, 1), np.uint8))).found


def test_a_band_upside_down_is_refused() -> None:
    with pytest.raises(ValidationError, match="low 20 is above high 10"):
        Area(low=20, high=10)


def test_its_time_limit_ends_it() -> None:
    for method in ("band", "bright"):
        with pytest.raises(TimeLimitError):
            Area(method=method).measure(View(box(1, 1, 5, 5), deadline_ns=0))
