"""Widths all along a strip."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import SIZE, colour, deep, soft, view
from vision.calibration import Calibration
from vision.errors import TimeLimitError, ToolError
from vision.roi import LineRoi, PathRoi, Rectangle, RingSector, Roi
from vision.tools import Scan

Y, X = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(float)
LINE = LineRoi(x1=20, y1=100, x2=220, y2=100, width=60)


def wedge(thin: float = 10, thick: float = 30, dx: float = 0, dy: float = 0, **more: float) -> np.ndarray:
    """A bar about y = 100 that grows from `thin` at x = 20 to `thick` at x = 220."""
    half = (thin + (thick - thin) * (X - dx - 20) / 200) / 2
    return soft(np.abs(Y - dy - 100) - half, more.pop("low", 50), more.pop("high", 180), **more)


def rounded(radius: float, width: float, **more: float) -> np.ndarray:
    return soft(np.abs(np.hypot(X - 120, Y - 100) - radius) - width / 2, 50, 180, **more)


def test_smallest_largest_and_mean_of_a_wedge() -> None:
    found = Scan().measure(view(wedge(), LINE))
    assert found.values["mean"] == pytest.approx(20, abs=0.05)
    assert found.values["smallest"] == pytest.approx(10.2, abs=0.05)  # mean over the first 4 px
    assert found.values["largest"] == pytest.approx(29.8, abs=0.05)
    assert (found.values["points"], found.values["missing"]) == (50, 0)
    assert found.features["narrowest"].x == pytest.approx(21.5, abs=1)
    assert found.features["widest"].x == pytest.approx(217.5, abs=1)
    assert found.features["widest"].y == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize(
    "region",
    [
        pytest.param(Rectangle(x=20, y=70, width=200, height=61), id="rectangle"),
        pytest.param(PathRoi(points=((20, 100), (100, 101), (220, 100)), width=60), id="path"),
        pytest.param(LineRoi(x1=220, y1=100, x2=20, y2=100, width=60), id="line the other way"),
    ],
)
def test_every_kind_of_strip_gives_the_same(region: Roi) -> None:
    found = Scan().measure(view(wedge(), region)).values
    assert found["mean"] == pytest.approx(20, abs=0.1)
    assert found["smallest"] == pytest.approx(10.2, abs=0.1)


@pytest.mark.parametrize(
    "region",
    [
        pytest.param(RingSector(x=120, y=100, inner=40, outer=90), id="ring"),
        pytest.param(RingSector(x=120, y=100, inner=40, outer=90, start_deg=100, sweep_deg=70), id="sector"),
        pytest.param(
            PathRoi(
                points=tuple((120 + 65 * math.cos(t), 100 - 65 * math.sin(t)) for t in np.arange(16) * math.pi / 8),
                width=40,
                closed=True,
                smooth=True,
            ),
            id="closed path",
        ),
    ],
)
def test_round_a_ring(region: Roi) -> None:
    found = Scan().measure(view(rounded(66, 12.5), region))
    assert found.values["missing"] == 0
    assert found.values["mean"] == pytest.approx(12.5, abs=0.05)
    assert found.values["smallest"] > 12.3
    assert found.values["largest"] < 12.7


@settings(max_examples=8, deadline=None)
@given(st.floats(-3, 3), st.floats(-15, 15), st.integers(20, 70), st.integers(150, 230))
def test_shift_and_light_change_no_width(dx: float, dy: float, low: int, high: int) -> None:
    found = Scan(step_px=10).measure(view(wedge(20, 20, dx, dy, low=low, high=high), LINE))
    assert found.values["mean"] == pytest.approx(20, abs=0.04)
    assert found.features["widest"].y == pytest.approx(100 + dy, abs=0.1)


def test_the_part_turns_with_its_region() -> None:
    along = (X - 120) * math.cos(0.5) - (Y - 100) * math.sin(0.5)
    across = (X - 120) * math.sin(0.5) + (Y - 100) * math.cos(0.5)
    image = soft(np.abs(across) - (20 + 0.05 * along) / 2, 50, 180)
    c, s = 80 * math.cos(0.5), 80 * math.sin(0.5)
    region = LineRoi(x1=120 - c, y1=100 + s, x2=120 + c, y2=100 - s, width=50)
    found = Scan().measure(view(image, region)).values
    assert found["smallest"] == pytest.approx(20 - 0.05 * 78, abs=0.05)
    assert found["largest"] == pytest.approx(20 + 0.05 * 78, abs=0.05)


def test_which_pair_is_measured() -> None:
    image = np.maximum(soft(np.abs(Y - 80) - 5, 50, 180), soft(np.abs(Y - 110) - 10, 50, 140))
    widths = [
        Scan(polarity="dark_to_light", **more).measure(view(image, LINE)).values["mean"]
        for more in ({}, {"select": "last"}, {"expected_width_px": 19})
    ]
    assert widths == pytest.approx([10, 20, 20], abs=0.05)


def test_colour_16_bits_millimetres_and_the_same_again() -> None:
    image = wedge(noise=2)
    plain = Scan().measure(view(image, LINE)).values
    assert Scan().measure(view(image, LINE)).values == plain
    assert Scan().measure(view(colour(image), LINE)).values == pytest.approx(plain)
    assert Scan().measure(view(deep(image), LINE, full_scale=4080)).values == pytest.approx(plain, rel=1e-4)
    small = Scan().measure(view(image, LINE, calibration=Calibration(0.1))).values
    assert small["smallest"] == pytest.approx(plain["smallest"] / 10)


@pytest.mark.parametrize(("contrast", "reason"), [(12, ""), (11, "edge not found: contrast 11 grey levels, 12 needed")])
def test_contrast_at_its_limit(contrast: int, reason: str) -> None:
    found = Scan().measure(view(wedge(low=100, high=100 + contrast), LINE))
    assert (found.found, found.reason) == (not reason, reason)


@pytest.mark.parametrize(("kept", "found"), [(25, True), (24, False)])
def test_share_of_the_calipers_at_its_limit(kept: int, found: bool) -> None:
    image = wedge()
    image[:, 20 + 4 * kept :] = 50
    result = Scan().measure(view(image, LINE))
    assert result.found is found
    assert result.values["points"] == kept
    if not found:
        assert result.reason == "24 of 50 calipers have a pair of edges, 25 needed"


def test_masked_places_do_not_count() -> None:
    image = wedge(20, 20)
    image[95:105, 100:140] = 50
    dirty = Scan().measure(view(image, LINE, masks=(Rectangle(x=98, y=60, width=44, height=80),)))
    assert dirty.values["mean"] == pytest.approx(20, abs=0.05)
    assert dirty.values["missing"] == 0
    assert dirty.values["points"] < 42


def test_more_scans_than_fit_into_the_memory_are_an_error() -> None:
    with pytest.raises(ToolError, match="5000 scans of 50000 px would fill the memory"):
        Scan(step_px=1).measure(view(wedge(), LineRoi(x1=-3000, y1=100, x2=3000, y2=100, width=50000)))


def test_the_time_limit_is_kept() -> None:
    with pytest.raises(TimeLimitError):
        Scan().measure(view(wedge(), LINE, deadline_ns=time.monotonic_ns() - 1))


@pytest.mark.parametrize(
    "region", [LineRoi(x1=0, y1=0, x2=3, y2=0, width=1), PathRoi(points=((0, 0), (1, 1)), width=1)]
)
def test_an_image_of_one_pixel_finds_nothing(region: Roi) -> None:
    assert not Scan().measure(view(np.full((1, 1), 90, np.uint8), region)).found


def test_random_pixels_never_give_a_number_that_is_none() -> None:
    rng = np.random.default_rng(5)
    for closed in (True, False):
        image = rng.integers(0, 256, (60, 60), np.uint8)
        region = PathRoi(points=((-5, 10), (50, 8), (40, 70)), width=30, closed=closed, smooth=True)
        found = Scan(min_contrast_grey=1).measure(view(image, region))
        assert all(math.isfinite(v) for v in found.values.values())
