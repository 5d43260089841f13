"""Regions along a line or a path, and bent ones straightened."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from vision.errors import ToolError
from vision.imaging.warp import similarity
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, LineRoi, PathRoi, Rectangle, RingSector, Roi, moved
from vision.tool import Region, View
from vision.tools import BlobCount, Brightness, Presence

SHAPE = (160, 200)
ZIGZAG = ((30.0, 40.0), (120.0, 50.0), (140.0, 120.0))


def place(roi: Roi, pose: np.ndarray = IDENTITY, masks: tuple[Roi, ...] = (), shape: tuple[int, int] = SHAPE) -> Region:
    (region,) = place_regions((roi,), masks, pose, shape)
    return region


def away(points: tuple[tuple[float, float], ...], shape: tuple[int, int] = SHAPE) -> np.ndarray:
    """Of each pixel from the pieces between `points`, by definition."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    least = np.full(shape, np.inf)
    for (ax, ay), (bx, by) in pairwise(points):
        t = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
        t = np.clip(t, 0, 1)
        least = np.minimum(least, np.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    return least


def whole(region: Region, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    mask = np.zeros(shape, bool)
    x, y, w, h = region.box
    mask[y : y + h, x : x + w] = region.mask > 0
    return mask


def test_a_line_is_the_rectangle_along_it() -> None:
    line = place(LineRoi(x1=30.5, y1=40, x2=130.5, y2=40, width=20))
    box = place(Rectangle(x=31, y=30.5, width=100, height=20))
    np.testing.assert_array_equal(whole(line), whole(box))
    assert (line.centre, line.size, line.angle_deg) == (box.centre, box.size, box.angle_deg)
    slanted = place(LineRoi(x1=40, y1=100, x2=100, y2=40, width=12))
    assert slanted.angle_deg == pytest.approx(45)
    assert slanted.size == pytest.approx((60 * math.sqrt(2), 12))


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 199), st.integers(0, 159)), min_size=2, max_size=5), st.floats(3, 30))
def test_a_path_has_the_pixels_near_its_line(points: list[tuple[int, int]], width: float) -> None:
    points = [p for p, q in zip(points, [None, *points], strict=False) if p != q]
    if len(points) < 2:
        return
    mask = whole(place(PathRoi(points=tuple(points), width=width)))
    distance = away(tuple(points))
    assert not mask[distance > width / 2 + 0.5].any()
    ends = [np.hypot(*(np.mgrid[:160, :200][::-1] - np.array(p)[:, None, None])) for p in (points[0], points[-1])]
    middle = (distance < width / 2 - 0.5) & (np.minimum(*ends) > width / 2 + 1)  # the ends are cut straight
    assert mask[middle].all()


def test_a_path_ends_straight_and_a_closed_one_nowhere() -> None:
    mask = whole(place(PathRoi(points=((50, 80), (150, 80)), width=21)))
    assert mask[80, 50]
    assert mask[70, 150]
    assert not mask[80, 49]
    assert not mask[80, 151]
    ring = whole(place(PathRoi(points=((60, 40), (140, 40), (140, 120), (60, 120)), width=11, closed=True)))
    assert ring[40, 60]
    assert ring[80, 60]
    assert not ring[80, 100]


def test_a_smooth_path_runs_through_its_points_and_is_round() -> None:
    circle = [(100 + 50 * math.cos(t), 80 - 50 * math.sin(t)) for t in np.arange(12) * math.pi / 6]
    roi = PathRoi(points=tuple(circle), width=10, closed=True, smooth=True)
    course = roi.course()
    assert np.abs(np.hypot(course[:, 0] - 100, course[:, 1] - 80) - 50).max() < 0.2
    assert min(np.hypot(*(course - circle[5]).T)) < 1e-9
    assert place(roi).strip.length == pytest.approx(100 * math.pi, rel=0.002)


@settings(max_examples=8, deadline=None)
@given(st.floats(-180, 180), st.floats(0.8, 1.2), st.floats(-20, 20))
def test_a_path_moves_with_the_part(angle: float, scale: float, shift: float) -> None:
    pose = similarity((100, 80), (100 + shift, 80 - shift), angle, scale)
    before, after = (place(PathRoi(points=ZIGZAG, width=16), p, shape=(400, 400)) for p in (IDENTITY, pose))
    assert after.strip.length == pytest.approx(before.strip.length * scale)
    assert after.strip.width == pytest.approx(16 * scale)
    s, v = np.array([10.0, 60.0, 130.0]), np.array([-3.0, 2.0, 5.0])
    carried = moved(before.strip.to_frame(s, v), pose)
    np.testing.assert_allclose(after.strip.to_frame(s * scale, v * scale), carried, atol=0.7)


def test_along_and_across_lead_to_the_frame_and_back() -> None:
    strip = place(PathRoi(points=((30, 40), (90, 25), (150, 60), (160, 120)), width=16, smooth=True)).strip
    lies = strip.within((0, 0, 200, 160))
    rows, columns = np.nonzero(lies.inside)
    back = strip.to_frame(lies.along[lies.inside], lies.across[lies.inside])
    off = np.hypot(*(back - np.stack([columns, rows], axis=1)).T)
    assert np.percentile(off, 98) < 0.4  # the way back is by straight pieces; in bends it is not exact
    assert lies.inside.sum() == pytest.approx(strip.length * strip.width, rel=0.02)


def spiral() -> np.ndarray:
    """Brightness tells the angle about (100, 80), saturation nothing: darker counter-clockwise from the right."""
    y, x = np.mgrid[:160, :200].astype(float)
    turned = np.degrees(np.arctan2(80 - y, x - 100)) % 360
    return np.where(np.hypot(x - 100, y - 80) < 45, 250 - turned / 2, turned / 2).astype(np.uint8)


def test_a_ring_is_straightened_as_it_is_read_clockwise_with_the_outside_on_top() -> None:
    region = place(RingSector(x=100, y=80, inner=30, outer=60, start_deg=20, sweep_deg=140))
    view = View(spiral(), (region,))
    grey = view.grey.astype(int)
    assert grey.shape == (30, round(math.radians(140) * 45))
    assert grey[2, 0] == pytest.approx(80, abs=1)  # 160 degrees, outside
    assert grey[2, -1] == pytest.approx(10, abs=1)
    assert grey[-3, -1] == pytest.approx(240, abs=1)
    assert (view.upright_mask(region) > 0).mean() > 0.97


def test_a_path_is_straightened_and_masks_with_it() -> None:
    image = np.zeros(SHAPE, np.uint8)
    image[:, 100:] = 200
    region = place(
        PathRoi(points=((50, 30), (80, 80), (150, 80)), width=9), masks=(Rectangle(x=90, y=0, width=5, height=160),)
    )
    view = View(image, (region,))
    bright = view.grey[4] > 100
    first = int(bright.argmax())
    assert first == pytest.approx(math.hypot(30, 50) + 20, abs=1.5)
    assert bright[first:].all()
    hidden = view.upright_mask(region)[4] == 0
    assert 4 <= hidden.sum() <= 6
    assert (view.colour == view.grey[..., None]).all()


@pytest.mark.parametrize("roi", [LineRoi(x1=20, y1=80, x2=180, y2=80, width=30), PathRoi(points=ZIGZAG, width=30)])
def test_tools_look_along_lines_and_paths(roi: Roi) -> None:
    image = np.full(SHAPE, 20, np.uint8)
    image[75:85, 60:70] = 200
    image[40:60, 80:100] = 200
    view = View(image, (place(roi),))
    assert BlobCount().measure(view).values["count"] == 1
    assert Brightness().measure(view).values["max"] == (200,)
    assert "path" in Presence.region_kinds


@pytest.mark.parametrize(
    ("roi", "message"),
    [
        (PathRoi(points=((-90, -90), (-50, -60)), width=5), "region 1 lies outside of the frame"),
        (LineRoi(x1=300, y1=10, x2=300, y2=90, width=4), "region 1 lies outside of the frame"),
        (PathRoi(points=((0, 0), (30000, 0)) * 4, width=5), r"a path is 210000 px long, more than 100000"),
    ],
)
def test_a_region_that_cannot_be_is_an_error(roi: Roi, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        place(roi)


def test_points_that_are_the_same_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"both points are \(3, 4\)"):
        LineRoi(x1=3, y1=4, x2=3, y2=4, width=5)
    with pytest.raises(ValidationError, match=r"points 2 and 3 are both \(5, 5\)"):
        PathRoi(points=((0, 0), (5, 5), (5, 5)), width=5)
    with pytest.raises(ValidationError, match=r"points 3 and 1 are both \(0, 0\)"):
        PathRoi(points=((0, 0), (5, 5), (0, 0)), width=5, closed=True)
    with pytest.raises(ValidationError, match="a closed path needs at least 3 points"):
        PathRoi(points=((0, 0), (5, 5)), width=5, closed=True)


def test_a_whole_ring_has_no_seam() -> None:
    y, x = np.mgrid[:160, :200].astype(float)
    away = np.hypot(x - 100, y - 80)
    for start in (0.0, 45.0, 180.0):
        ring = whole(place(RingSector(x=100, y=80, inner=30, outer=60, start_deg=start)))
        np.testing.assert_array_equal(ring, (away >= 30) & (away <= 60))
