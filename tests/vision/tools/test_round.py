"""Circles and arcs through edges."""

import time

import numpy as np
import pytest

from tests.vision.tools.drawn import colour, deep, disc, view
from vision.calibration import Calibration
from vision.errors import TimeLimitError
from vision.pipeline.regions import place_regions
from vision.result import Circle, Point
from vision.roi import RingSector
from vision.tool import Tool, View
from vision.tools import Arc, CircleFit

RING = RingSector(x=120, y=100, inner=30, outer=70)
TOOLS = [CircleFit(), Arc()]


@pytest.mark.parametrize("radius", [40.0, 50.3, 60.75])
@pytest.mark.parametrize("off", [(0.0, 0.0), (0.4, -0.3), (4.0, 3.0)])
def test_centre_and_diameter(radius: float, off: tuple[float, float]) -> None:
    found = CircleFit().measure(view(disc(120 + off[0], 100 + off[1], radius), RING))
    assert found.values["diameter"] == pytest.approx(2 * radius, abs=0.05)
    assert (found.values["x"], found.values["y"]) == pytest.approx((120 + off[0], 100 + off[1]), abs=0.03)
    assert found.values["points"] == 36
    assert found.values["roundness"] < 0.2
    assert found.features["circle"] == Circle(found.values["x"], found.values["y"], pytest.approx(radius, abs=0.03))


@pytest.mark.parametrize("tool", TOOLS)
def test_light_changes_nothing_and_shift_moves_the_centre(tool: Tool) -> None:
    one, two, bright = (
        tool.measure(view(image, RING))
        for image in (disc(119, 101, 50), disc(119.6, 101.2, 50), disc(119, 101, 50, 90, 230))
    )
    a, b, c = (each.features["centre"] for each in (one, two, bright))
    assert (b.x - a.x, b.y - a.y) == pytest.approx((0.6, 0.2), abs=0.01)
    assert (c.x, c.y) == pytest.approx((a.x, a.y), abs=0.01)


def test_dirt_on_the_rim_does_not_count() -> None:
    image = disc(120, 100, 50)
    image[92:108, 168:178] = 180
    image[140:160, 100:112] = 50
    found = CircleFit().measure(view(image, RING))
    assert found.values["diameter"] == pytest.approx(100, abs=0.1)
    assert (found.values["x"], found.values["y"]) == pytest.approx((120, 100), abs=0.1)
    assert 25 <= found.values["points"] < 36


def test_an_arc_ends_where_its_edge_does() -> None:
    image = disc(120, 100, 50)
    image[101:] = 50  # the upper half is left
    found = Arc(scans=90).measure(view(image, RING))
    assert found.values["radius"] == pytest.approx(50, abs=0.1)
    assert found.values["sweep_deg"] == pytest.approx(176, abs=6)
    start, end = found.features["start"], found.features["end"]
    assert isinstance(start, Point)
    assert isinstance(end, Point)
    assert start.x > 168
    assert end.x < 72


def test_a_short_sector_measures_a_radius() -> None:
    sector = RingSector(x=120, y=100, inner=35, outer=65, start_deg=20, sweep_deg=80)
    found = Arc().measure(view(disc(121, 99, 50, noise=1), sector))
    assert found.values["radius"] == pytest.approx(50, abs=0.3)
    assert found.values["sweep_deg"] == pytest.approx(78, abs=3)


def test_the_sector_turns_with_the_part() -> None:
    turned = np.array([[0.0, 1.0, 20.0], [-1.0, 0.0, 220.0]])  # a quarter counter-clockwise
    (region,) = place_regions((RingSector(x=120, y=100, inner=30, outer=70, sweep_deg=90),), (), turned, (240, 240))
    assert region.centre == (120, 100)
    assert region.ring is not None
    assert (region.ring.start_deg, region.ring.sweep_deg, region.ring.outer) == pytest.approx((90, 90, 70))
    assert region.mask.any()
    assert region.box[1] + region.box[3] <= 101
    assert Arc().measure(View(disc(120, 100, 50), (region,))).values["radius"] == pytest.approx(50, abs=0.1)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(("contrast", "found"), [(12, True), (11, False)])
def test_contrast_at_its_limit(tool: Tool, contrast: int, found: bool) -> None:
    result = tool.measure(view(disc(120, 100, 50, 100, 100 + contrast), RING))
    assert result.found is found
    assert result.reason == ("" if found else "edge not found: contrast 11 grey levels, 12 needed")


@pytest.mark.parametrize(
    ("tool", "least"), [(CircleFit(scans=40, min_share=0.5), 20), (Arc(scans=40, min_share=0.3), 12)]
)
def test_share_of_the_scans_at_its_limit(tool: Tool, least: int) -> None:
    for kept, found in ((least, True), (least - 1, False)):
        image = np.full((200, 240), 50, np.uint8)
        y, x = np.mgrid[0:200, 0:240]
        turned = np.degrees(np.arctan2(100 - y, x - 120)) % 360
        image = np.where(turned < 9 * kept, disc(120, 100, 50), image)
        result = tool.measure(view(image, RING))
        assert result.found is found
        if not found:
            assert result.reason.endswith(f"lie within {tool.max_distance_px:g} px of one circle, {least} needed")


@pytest.mark.parametrize("tool", TOOLS)
def test_colour_16_bits_millimetres_and_the_same_again(tool: Tool) -> None:
    image = disc(120.4, 99.3, 48, noise=2)
    plain = tool.measure(view(image, RING)).values
    assert tool.measure(view(image, RING)).values == plain
    assert tool.measure(view(colour(image), RING)).values == pytest.approx(plain)
    assert tool.measure(view(deep(image), RING, full_scale=4080)).values == pytest.approx(plain, rel=1e-4)
    main = next(measure.name for measure in tool.measures if measure.main)
    small = tool.measure(view(image, RING, calibration=Calibration(0.1))).values
    assert small[main] == pytest.approx(plain[main] / 10)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_time_limit_is_kept(tool: Tool) -> None:
    with pytest.raises(TimeLimitError):
        tool.measure(view(disc(120, 100, 50), RING, deadline_ns=time.monotonic_ns() - 1))


def test_a_ring_inside_out_is_refused() -> None:
    with pytest.raises(ValueError, match="inner 30 is not below outer 30"):
        RingSector(x=0, y=0, inner=30, outer=30)


@pytest.mark.parametrize("tool", TOOLS)
def test_random_pixels_never_give_a_number_that_is_none(tool: Tool) -> None:
    rng = np.random.default_rng(3)
    for _ in range(10):
        found = tool.measure(view(rng.integers(0, 256, (80, 90), np.uint8), RingSector(x=40, y=40, inner=0, outer=35)))
        assert all(np.isfinite(value) for value in found.values.values())
