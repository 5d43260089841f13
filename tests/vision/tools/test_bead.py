"""A bead along its path: width, position, gaps."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.vision.tools.drawn import SIZE, colour, deep, soft, view
from vision.calibration import Calibration
from vision.errors import TimeLimitError
from vision.imaging.strip import Strip
from vision.imaging.warp import similarity
from vision.pipeline.regions import place_regions
from vision.roi import PathRoi, Rectangle, RingSector, Roi
from vision.tool import View
from vision.tools import Bead

PATH = PathRoi(points=((20, 60), (110, 50), (190, 90), (200, 170)), width=40, smooth=True)


def track(
    width: float = 12, off: float = 0, gap: tuple[float, float] | None = None, low: float = 60, high: float = 170,
    thick: tuple[float, float, float] | None = None, pose: np.ndarray | None = None,
) -> np.ndarray:  # fmt: skip
    """A bright bead along `PATH`, `off` px to its right, missing from `gap` to `gap` px along it."""
    line = PATH.course() if pose is None else PATH.course() @ pose[:, :2].T + pose[:, 2]
    lies = Strip.along(line, 60).within((0, 0, SIZE[1], SIZE[0]))
    along, across = lies.along.astype(float), lies.across.astype(float)
    half = np.full(SIZE, width / 2)
    if thick is not None:
        half[(along >= thick[0]) & (along < thick[1])] = thick[2] / 2
    away = np.where(along > 0, np.abs(across - off) - half, 30)
    if gap is not None:
        away = np.where((along >= gap[0]) & (along < gap[1]), 30, away)
    return soft(away, low, high)


LENGTH = Strip.along(PATH.course(), 1).length


def test_a_good_bead_has_its_width_and_no_defect() -> None:
    found = Bead(min_width=11, max_width=13, max_offset=1).measure(view(track(), PATH))
    values = found.values
    assert values["width"] == pytest.approx(12, abs=0.1)
    assert 11.5 < values["narrowest"] <= values["widest"] < 12.5
    assert values["farthest"] < 0.3
    assert (values["defects"], values["gaps"], values["longest_gap"], values["covered"]) == (0, 0, 0, 100)
    assert found.reason == ""


def test_a_gap_with_its_length_and_place_along_the_path() -> None:
    found = Bead().measure(view(track(gap=(80, 104)), PATH))
    assert (found.values["defects"], found.values["gaps"]) == (1, 1)
    assert found.values["longest_gap"] == pytest.approx(24, abs=4.5)
    (gap,) = found.objects.first
    assert gap.label == "gap"
    assert gap.values["from"] == pytest.approx(80, abs=4.5)
    x, y = Strip.along(PATH.course(), 1).to_frame(np.array(92.0), np.array(0.0))
    assert (gap.place.x, gap.place.y) == pytest.approx((x, y), abs=4)
    assert found.reason.startswith("gap ")
    assert Bead(max_gap=30).measure(view(track(gap=(80, 104)), PATH)).values["defects"] == 0


@pytest.mark.parametrize(
    ("tool", "image", "kind"),
    [
        pytest.param(Bead(min_width=9), track(thick=(100, 130, 7)), "thin", id="thin"),
        pytest.param(Bead(max_width=15), track(thick=(100, 130, 18)), "thick", id="thick"),
    ],
)
def test_thin_and_thick_places(tool: Bead, image: np.ndarray, kind: str) -> None:
    found = tool.measure(view(image, PATH))
    (defect,) = found.objects.first
    assert defect.label == kind
    assert defect.values["from"] == pytest.approx(100, abs=4.5)
    assert defect.values["length"] == pytest.approx(30, abs=5)
    assert defect.values["width"] == pytest.approx(7 if kind == "thin" else 18, abs=0.6)
    assert kind in found.reason


def test_beside_its_path_it_is_off() -> None:
    found = Bead(max_offset=2).measure(view(track(off=3), PATH)).values
    assert found["offset"] == pytest.approx(3, abs=0.1)
    assert found["defects"] == 1
    assert Bead(max_offset=2).measure(view(track(off=-3), PATH)).values["offset"] == pytest.approx(-3, abs=0.1)
    assert Bead(max_offset=3.5).measure(view(track(off=3), PATH)).values["defects"] == 0


@pytest.mark.parametrize(("limit", "defects"), [(11.5, 0), (12.5, 1)])
def test_width_at_its_limit(limit: float, defects: int) -> None:
    assert Bead(min_width=limit).measure(view(track(), PATH)).values["defects"] == defects


def test_few_calipers_may_disagree() -> None:
    image = track(thick=(100, 108, 18))
    assert Bead(max_width=15).measure(view(image, PATH)).values["defects"] == 1
    assert Bead(max_width=15, min_steps=4).measure(view(image, PATH)).values["defects"] == 0


@settings(max_examples=5, deadline=None)
@given(st.floats(-15, 15), st.floats(-10, 10), st.integers(30, 80), st.integers(140, 230))
def test_the_bead_moves_turns_and_brightens_with_the_part(angle: float, shift: float, low: int, high: int) -> None:
    pose = similarity((120, 100), (120 + shift, 100 - shift), angle)
    image = track(pose=pose, low=low, high=high)
    region = place_regions((PATH,), (), pose, SIZE)
    found = Bead(min_width=11, max_width=13, max_offset=1, step_px=6).measure(View(image, tuple(region)))
    assert found.values["defects"] == 0
    assert found.values["width"] == pytest.approx(12, abs=0.15)


def test_a_dark_bead_round_a_ring() -> None:
    y, x = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(float)
    turned = np.degrees(np.arctan2(100 - y, x - 120)) % 360
    away = np.where((turned > 350) | (turned < 10), 30, np.abs(np.hypot(x - 120, y - 100) - 60) - 5)
    found = Bead(bead="dark").measure(view(soft(away, 180, 60), RingSector(x=120, y=100, inner=40, outer=80)))
    assert found.values["gaps"] == 1  # where the ring begins and ends
    assert found.values["longest_gap"] == pytest.approx(math.radians(20) * 60, abs=5)
    assert found.values["width"] == pytest.approx(10, abs=0.1)
    assert found.values["offset"] == pytest.approx(0, abs=0.1)


def test_no_bead_is_not_found() -> None:
    found = Bead().measure(view(np.full(SIZE, 90, np.uint8), PATH))
    assert not found.found
    assert found.reason == "bead not found: edge not found: contrast 0 grey levels, 12 needed"


@pytest.mark.parametrize(("contrast", "found"), [(13, True), (11, False)])
def test_contrast_at_its_limit(contrast: int, found: bool) -> None:
    assert Bead().measure(view(track(low=100, high=100 + contrast), PATH)).found is found


def test_masked_places_are_no_gap() -> None:
    found = Bead().measure(view(track(gap=(80, 104)), PATH, masks=(Rectangle(x=85, y=0, width=60, height=120),)))
    assert found.values["gaps"] == 0


def test_colour_16_bits_millimetres_and_the_same_again() -> None:
    image = track(gap=(80, 104))
    plain = Bead().measure(view(image, PATH)).values
    assert Bead().measure(view(image, PATH)).values == plain
    assert Bead().measure(view(colour(image), PATH)).values == pytest.approx(plain)
    assert Bead().measure(view(deep(image), PATH, full_scale=4080)).values == pytest.approx(plain, rel=1e-3, abs=1e-3)
    small = Bead(min_width=1.1).measure(view(image, PATH, calibration=Calibration(0.1))).values
    assert small["width"] == pytest.approx(plain["width"] / 10)
    assert small["longest_gap"] == pytest.approx(plain["longest_gap"] / 10)
    assert small["defects"] == 1


def test_the_time_limit_is_kept() -> None:
    with pytest.raises(TimeLimitError):
        Bead().measure(view(track(), PATH, deadline_ns=time.monotonic_ns() - 1))


@pytest.mark.parametrize("region", [Rectangle(x=0, y=0, width=1, height=1), PathRoi(points=((0, 0), (1, 1)), width=1)])
def test_an_image_of_one_pixel_finds_nothing(region: Roi) -> None:
    assert not Bead().measure(view(np.full((1, 1), 90, np.uint8), region)).found


def test_random_pixels_never_give_a_number_that_is_none() -> None:
    rng = np.random.default_rng(5)
    for closed in (True, False):
        image = rng.integers(0, 256, (60, 60), np.uint8)
        region = PathRoi(points=((-5, 10), (50, 8), (40, 70)), width=30, closed=closed)
        found = Bead(min_contrast_grey=1, min_width=3, max_offset=2).measure(view(image, region))
        assert all(math.isfinite(v) for v in found.values.values())


def test_widths_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ValidationError, match="max_width 3 is less than min_width 4"):
        Bead(min_width=4, max_width=3)
