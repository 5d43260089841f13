"""What a step sees: upright pictures of its regions, and lengths and areas in the recipe's unit."""

import math

import cv2
import numpy as np
import pytest

from vision.calibration import Calibration
from vision.errors import ToolError
from vision.imaging.warp import similarity
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, CircleRoi, Polygon, Pose, Rectangle, Roi
from vision.tool import Region, View

ROWS, COLUMNS = 100, 120


def ramp() -> np.ndarray:
    """Every pixel of its own level where it matters: 2 levels a column, 0.5 a row."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    return np.rint(2 * x + y / 2 - 30).clip(0, 255).astype(np.uint8)


def placed(roi: Roi, pose: Pose = IDENTITY, masks: tuple[Roi, ...] = ()) -> Region:
    return place_regions((roi,), masks, pose, (ROWS, COLUMNS))[0]


def test_grey_is_the_region_and_its_own_pixels_where_nothing_turns() -> None:
    image = ramp()
    view = View(image, (placed(Rectangle(x=30, y=20, width=40, height=10)),))
    assert np.array_equal(view.grey, image[20:30, 30:70])
    assert view.colour.shape == (10, 40, 3)


def test_without_regions_it_is_the_frame_itself() -> None:
    image = ramp()
    view = View(image)
    assert np.shares_memory(view.grey, image)
    assert np.array_equal(view.colour, np.dstack([image] * 3))


@pytest.mark.parametrize("angle", [90, -90, 180, 30, -7.5])
def test_a_turned_region_is_shown_upright(angle: float) -> None:
    pose = similarity((50, 50), (55, 48), angle)
    roi = Rectangle(x=40, y=35, width=24, height=12, angle_deg=10)
    region = placed(roi, pose)
    back = cv2.invertAffineTransform(pose)
    frame = cv2.warpAffine(ramp(), back, (COLUMNS, ROWS), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
    upright = View(frame, (region,)).grey
    still = View(ramp(), (placed(roi),)).grey  # what the part shows where it lies as it was taught
    assert upright.shape == (12, 24)
    assert np.abs(upright.astype(float) - still).max() <= 2.5


def test_the_transform_leads_back_to_the_frame() -> None:
    region = placed(Rectangle(x=40, y=30, width=20, height=10, angle_deg=35))
    corners = np.array([(-0.5, -0.5), (19.5, -0.5), (19.5, 9.5), (-0.5, 9.5)])
    assert corners @ region.transform[:, :2].T + region.transform[:, 2] == pytest.approx(region.outline)


def test_what_belongs_to_a_round_region_is_told() -> None:
    view = View(ramp(), (placed(CircleRoi(x=50, y=50, radius=10)),))
    inside = view.upright_mask(view.region)
    assert inside.shape == view.grey.shape == (21, 21)
    assert np.array_equal(view.grey, ramp()[40:61, 40:61])
    assert np.count_nonzero(inside) == pytest.approx(math.pi * 100, rel=0.03)
    half = placed(CircleRoi(x=50, y=50, radius=10), masks=(Rectangle(x=0, y=50, width=120, height=50),))
    assert np.count_nonzero(view.upright_mask(half)) == pytest.approx(math.pi * 50, rel=0.1)


def test_a_polygon_that_the_fixture_turned_is_upright_in_its_box() -> None:
    roi = Polygon(points=((40, 40), (60, 40), (60, 50)))
    region = placed(roi, similarity((50, 45), (50, 45), 90))
    view = View(ramp(), (region,))
    assert view.grey.shape == (11, 21)
    assert np.count_nonzero(view.upright_mask(region)) == pytest.approx(100, rel=0.15)


def test_what_reaches_out_of_the_frame_repeats_its_edge() -> None:
    view = View(ramp(), (placed(Rectangle(x=110, y=20, width=20, height=4)),))
    assert view.grey.shape == (4, 20)
    assert (view.grey[:, 10:] == view.grey[:, 9:10]).all()
    assert np.count_nonzero(view.upright_mask(view.region)) == 40


def test_a_mistyped_size_is_an_error_and_no_memory_is_taken() -> None:
    view = View(ramp(), (placed(Rectangle(x=0, y=0, width=60000, height=60000)),))
    with pytest.raises(ToolError, match="60000 x 60000 px, more than 50 million"):
        _ = view.grey


def test_twelve_bits_are_seen_through_the_window() -> None:
    image = np.full((ROWS, COLUMNS), 3000, np.uint16)
    view = View(image, (placed(Rectangle(x=1, y=1, width=5, height=5)),), full_scale=4095, window=(2000, 4000))
    assert (view.grey == 128).all()
    assert view.raw[0, 0] == 3000


SQUARE = np.array([(10, 10), (30, 10), (30, 20), (10, 20)], float)


@pytest.mark.parametrize(("mm_per_px", "area", "length"), [(None, 200, 5), (0.1, 2, 0.5)])
def test_lengths_and_areas_in_the_unit_of_the_recipe(mm_per_px: float | None, area: float, length: float) -> None:
    view = View(ramp(), calibration=Calibration(mm_per_px))
    assert view.area(SQUARE) == view.area(SQUARE[::-1]) == pytest.approx(area)
    assert view.pixel_area(200) == pytest.approx(area)
    assert view.length((1, 2), (4, 6)) == pytest.approx(length)
