"""The caliper along rings, lines and paths, and across them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import SIZE, colour, deep, disc, soft, view
from vision.calibration import Calibration
from vision.errors import ToolError
from vision.pipeline.regions import place_regions
from vision.roi import LineRoi, PathRoi, Rectangle, RingSector
from vision.tool import Region, View
from vision.tools import Caliper

Y, X = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(float)
TURN = np.degrees(np.arctan2(100 - Y, X - 120)) % 360
RADIUS = np.hypot(X - 120, Y - 100)
RING = RingSector(x=120, y=100, inner=60, outer=80)


def gear(teeth: int = 12, share: float = 0.4, phase: float = 0.0, missing: int | None = None) -> np.ndarray:
    """Light teeth about (120, 100), the middle of the first at `phase` degrees."""
    pitch = 360 / teeth
    off = (TURN - phase + pitch / 2) % pitch - pitch / 2  # degrees from the middle of the nearest tooth
    away = (np.abs(off) - share * pitch / 2) * np.radians(1) * RADIUS
    if missing is not None:
        there = np.abs((TURN - phase - missing * pitch + 180) % 360 - 180) < pitch / 2
        away = np.where(there, 20, away)
    return soft(away, 50, 180)


@settings(max_examples=6, deadline=None)
@given(st.floats(0, 30), st.floats(-180, 180), st.sampled_from(["any", "dark_to_light", "light_to_dark"]))
def test_pitch_round_a_whole_ring_wherever_it_begins(phase: float, start: float, polarity: str) -> None:
    ring = RING.model_copy(update={"start_deg": start})
    found = Caliper(mode="pitch", polarity=polarity).measure(view(gear(phase=phase), ring)).values
    assert found["edges"] == 24
    assert found["turn_deg"] == pytest.approx(30, abs=0.01)
    assert found["width"] == pytest.approx(2 * math.pi * 70 / 12, abs=0.02)
    assert found["smallest"] == pytest.approx(found["largest"], abs=0.3)


@pytest.mark.parametrize("start", [0.0, 6.0, 100.0, 354.0])
def test_count_and_a_missing_tooth(start: float) -> None:
    ring = RING.model_copy(update={"start_deg": start})
    count = Caliper(mode="count", polarity="dark_to_light")
    assert count.measure(view(gear(), ring)).values == {"edges": 12}
    assert count.measure(view(gear(missing=0), ring)).values == {"edges": 11}
    pitch = Caliper(mode="pitch", polarity="dark_to_light").measure(view(gear(missing=0), ring)).values
    assert pitch["largest"] == pytest.approx(2 * math.pi * 70 / 6, abs=0.1)
    widest = Caliper(mode="gap", polarity="dark_to_light", expected_width_px=60)
    found = widest.measure(view(gear(missing=0), ring))
    assert found.values["turn_deg"] == pytest.approx(48, abs=0.1)  # over the ring's end
    assert (found.features["centre"].x, found.features["centre"].y) == pytest.approx((190, 100), abs=0.2)


def test_one_tooth_in_a_sector_with_place_width_and_direction() -> None:
    sector = RingSector(x=120, y=100, inner=60, outer=80, start_deg=45, sweep_deg=30)
    found = Caliper(polarity="dark_to_light").measure(view(gear(), sector))
    assert found.values["turn_deg"] == pytest.approx(12, abs=0.02)
    assert found.values["width"] == pytest.approx(math.radians(12) * 70, abs=0.02)
    assert found.values["position"] == pytest.approx(math.radians(15) * 70, abs=0.02)
    centre = found.features["centre"]
    assert (centre.x, centre.y) == pytest.approx(
        (120 + 70 * math.cos(math.pi / 3), 100 - 70 * math.sin(math.pi / 3)), abs=0.02
    )
    assert centre.angle_deg == pytest.approx(150, abs=0.1)
    edge = found.features["edge"]
    assert math.hypot(edge.x1 - 120, edge.y1 - 100) == pytest.approx(60)
    assert math.hypot(edge.x2 - 120, edge.y2 - 100) == pytest.approx(80)


def test_the_sector_turns_and_brightens_with_the_part() -> None:
    sector = RingSector(x=120, y=100, inner=60, outer=80, start_deg=45, sweep_deg=30)
    for turn in (-20.0, 7.3, 60.0):
        moved = sector.model_copy(update={"start_deg": 45 + turn})
        image = np.clip(gear(phase=turn) * 1.2, 0, 255).astype(np.uint8)
        found = Caliper(polarity="dark_to_light").measure(view(image, moved)).values
        assert found["position"] == pytest.approx(math.radians(15) * 70, abs=0.03)
        assert found["turn_deg"] == pytest.approx(12, abs=0.02)


def test_across_a_ring_it_measures_radii() -> None:
    image = np.minimum(disc(120, 100, 75, 50, 180), 255 - disc(120, 100, 66.5, 75, 205))
    sector = RingSector(x=120, y=100, inner=58, outer=84, start_deg=10, sweep_deg=80)
    found = Caliper(direction="across", polarity="dark_to_light").measure(view(image, sector))
    assert found.values["width"] == pytest.approx(8.5, abs=0.1)
    assert found.values["position"] == pytest.approx(70.75 - 58, abs=0.1)
    assert "turn_deg" not in found.values
    assert found.features["centre"].angle_deg == pytest.approx(50, abs=0.1)


def test_along_and_across_lines_and_rectangles() -> None:
    bar = soft(np.abs(X - 100) - 15, 50, 180)
    along = Caliper().measure(view(bar, LineRoi(x1=60, y1=100, x2=160, y2=100, width=12))).values
    assert along["width"] == pytest.approx(30, abs=0.02)
    assert along["position"] == pytest.approx(40, abs=0.02)
    back = Caliper().measure(view(bar, LineRoi(x1=160, y1=100, x2=60, y2=100, width=12))).values
    assert back["position"] == pytest.approx(60, abs=0.02)
    lying = soft(np.abs(Y - 90) - 10, 50, 180)
    region = Rectangle(x=60, y=50, width=40, height=101)
    found = Caliper(direction="across").measure(view(lying, region)).values
    assert found["width"] == pytest.approx(20, abs=0.02)
    assert found["position"] == pytest.approx(40.5, abs=0.02)
    line = Caliper(direction="across").measure(view(lying, LineRoi(x1=60, y1=100, x2=160, y2=100, width=80))).values
    assert line["position"] == pytest.approx(30, abs=0.02)


def test_along_and_across_a_path() -> None:
    arc = tuple((120 + 70 * math.cos(t), 100 - 70 * math.sin(t)) for t in np.radians(np.arange(30, 151, 15)))
    path = PathRoi(points=arc, width=16, smooth=True)
    found = Caliper(mode="pitch", polarity="dark_to_light").measure(view(gear(phase=15), path)).values
    assert found["width"] == pytest.approx(2 * math.pi * 70 / 12, abs=0.3)
    assert found["edges"] == 8
    image = np.minimum(disc(120, 100, 75, 50, 180), 255 - disc(120, 100, 66.5, 75, 205))
    wide = PathRoi(points=arc, width=30, smooth=True)
    across = Caliper(direction="across").measure(view(image, wide)).values
    assert across["width"] == pytest.approx(8.5, abs=0.15)


def test_colour_16_bits_and_millimetres() -> None:
    image = gear()
    tool = Caliper(mode="pitch", polarity="dark_to_light")
    plain = tool.measure(view(image, RING)).values
    assert tool.measure(view(image, RING)).values == plain
    assert tool.measure(view(colour(image), RING)).values == pytest.approx(plain)
    assert tool.measure(view(deep(image), RING, full_scale=4080)).values == pytest.approx(plain, rel=1e-4)
    small = tool.measure(view(image, RING, calibration=Calibration(0.1))).values
    assert small["width"] == pytest.approx(plain["width"] / 10)
    assert small["turn_deg"] == plain["turn_deg"]


def test_nothing_to_see_round_a_ring() -> None:
    found = Caliper(mode="pitch").measure(view(np.full(SIZE, 90, np.uint8), RING))
    assert (found.found, found.reason) == (False, "edge not found: contrast 0 grey levels, 12 needed")
    (placed,) = place_regions((RING,), (), np.array([[1.0, 0, 0], [0, 1, 0]]), SIZE)
    nowhere = Region(placed.outline, (1120, 100), 0, placed.size, np.zeros((0, 0), np.uint8), (0, 0, 0, 0), placed.ring)
    with pytest.raises(ToolError, match="has no pixel inside the frame"):
        Caliper().measure(View(gear(), (nowhere,)))


def test_random_pixels_never_give_a_number_that_is_none() -> None:
    rng = np.random.default_rng(5)
    for mode in ("pair", "edge", "gap", "pitch", "count"):
        for region in (RingSector(x=30, y=30, inner=0, outer=28), PathRoi(points=((5, 5), (50, 9), (30, 50)), width=9)):
            tool = Caliper(mode=mode, min_contrast_grey=1)
            found = tool.measure(view(rng.integers(0, 256, (60, 60), np.uint8), region))
            assert all(np.isfinite(v) for v in found.values.values())
