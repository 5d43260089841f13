"""Grey levels of regions."""

import numpy as np
import pytest

from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, CircleRoi, Polygon, Rectangle, Roi
from vision.tool import View
from vision.tools import Brightness


def halves(low: int, high: int, dtype: type = np.uint8) -> np.ndarray:
    image = np.full((40, 60), low, dtype)
    image[:, 30:] = high
    return image


def view(image: np.ndarray, *regions: Roi, masks: tuple[Roi, ...] = (), full_scale: int = 255) -> View:
    return View(image, tuple(place_regions(regions, masks, IDENTITY, image.shape[:2])), full_scale)


@pytest.mark.parametrize(
    ("region", "mean"),
    [
        pytest.param(Rectangle(x=0, y=0, width=30, height=40), 10, id="left half"),
        pytest.param(Rectangle(x=30, y=0, width=30, height=40), 210, id="right half"),
        pytest.param(Rectangle(x=20, y=5, width=20, height=10), 110, id="half of each"),
        pytest.param(CircleRoi(x=15, y=20, radius=14), 10, id="circle on the left"),
        pytest.param(CircleRoi(x=15, y=20, radius=14.99), 10, id="circle up to the edge"),
        pytest.param(Polygon(points=((31, 5), (50, 5), (40, 30))), 210, id="triangle on the right"),
        pytest.param(Rectangle(x=35, y=10, width=15, height=15, angle_deg=30), 210, id="turned on the right"),
    ],
)
def test_mean_of_regions_of_every_kind(region: Roi, mean: float) -> None:
    assert Brightness().measure(view(halves(10, 210), region)).values["mean"] == (pytest.approx(mean),)


def test_the_whole_frame_where_no_region_is_given() -> None:
    values = Brightness().measure(View(halves(10, 210))).values
    assert values["mean"] == (110,)
    assert values["min"] == (10,)
    assert values["max"] == (210,)
    assert values["std"] == (100,)
    assert values["saturated"] == (0,)


def test_a_number_for_each_region() -> None:
    left, right = Rectangle(x=0, y=0, width=9, height=9), Rectangle(x=40, y=0, width=9, height=9)
    assert Brightness().measure(view(halves(10, 210), left, right)).values["mean"] == (10, 210)


def test_masks_are_taken_away() -> None:
    mask = Rectangle(x=30, y=0, width=30, height=40)
    assert Brightness().measure(view(halves(10, 210), masks=(mask,))).values["max"] == (10,)


def test_twelve_bits_are_shown_as_0_to_255_with_fractions() -> None:
    values = Brightness().measure(view(halves(1000, 4095, np.uint16), full_scale=4095)).values
    assert values["mean"] == (pytest.approx((1000 + 4095) / 2 * 255 / 4095),)
    assert values["saturated"] == (50,)


def test_colour_counts_by_luminance_and_is_saturated_in_any_channel() -> None:
    image = np.zeros((10, 10, 3), np.uint8)
    image[:5] = (0, 0, 255)
    values = Brightness().measure(View(image)).values
    assert values["max"] == (76,)
    assert values["saturated"] == (50,)
