"""A part's outline against the taught one."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import SIZE, colour, deep, soft, view
from vision.calibration import Calibration
from vision.errors import TeachError, TimeLimitError, ToolError
from vision.imaging.warp import similarity
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, Pose, Rectangle
from vision.tool import Findings, Prepared, Sample, Taught, View
from vision.tools import Outline

Y, X = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(float)
REGION = Rectangle(x=20, y=10, width=200, height=180)


def box(x: float, y: float, width: float, height: float, at: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Signed distance, negative inside."""
    dx, dy = np.abs(at[0] - x) - width / 2, np.abs(at[1] - y) - height / 2
    return np.where((dx > 0) & (dy > 0), np.hypot(dx, dy), np.maximum(dx, dy))


def part(
    dx: float = 0, dy: float = 0, angle_deg: float = 0, *, burr: float = 0, chip: float = 0, finger: bool = True,
    hole: float = 14, low: float = 50, high: float = 180, noise: float = 0,
) -> np.ndarray:  # fmt: skip
    """A plate of 90 x 70 px about (120, 100) with a hole and a finger on top; a burr right, a chip at the bottom."""
    t = math.radians(angle_deg)
    x, y = X - 120 - dx, Y - 100 - dy
    at = (x * math.cos(t) - y * math.sin(t) + 120, x * math.sin(t) + y * math.cos(t) + 100)
    away = box(120, 100, 90, 70, at)
    if finger:
        away = np.minimum(away, box(95, 55, 8, 30, at))
    away = np.maximum(away, hole - np.hypot(at[0] - 130, at[1] - 100))
    if burr:
        away = np.minimum(away, box(165, 90, 2 * burr, 10, at))
    if chip:
        away = np.maximum(away, -box(120, 135, 16, 2 * chip, at))
    return soft(away, low, high, noise)


TOOL = Outline()


def taught(*images: np.ndarray, tool: Outline = TOOL, pose: Pose = IDENTITY) -> Prepared:
    samples = [Sample(View(i, tuple(place_regions((REGION,), (), pose, SIZE)), pose=pose)) for i in images or (part(),)]
    return tool.prepare(tool.teach(samples), Calibration())


@pytest.fixture(scope="module")
def ready() -> Prepared:
    return taught()


def measured(ready: Prepared, image: np.ndarray, **more: object) -> Findings:
    return ready.measure(view(image, REGION, **more))


def test_the_same_part_is_not_off(ready: Prepared) -> None:
    found = measured(ready, part(noise=2))
    assert found.values["largest"] < 0.4
    assert found.values["mean"] < 0.1
    assert found.values["defects"] == 0
    assert found.reason == ""


@pytest.mark.parametrize("size", [4.0, 8.5])
def test_a_burr_lies_outside_and_a_chip_inside(ready: Prepared, size: float) -> None:
    burr, chip = (measured(ready, part(**{kind: size})) for kind in ("burr", "chip"))
    assert burr.values["outside"] == burr.values["largest"] == pytest.approx(size, abs=0.3)
    assert burr.values["inside"] < 0.6
    assert chip.values["inside"] == pytest.approx(size, abs=0.3)
    assert chip.values["outside"] < 0.6
    assert (burr.values["defects"], chip.values["defects"]) == (1, 1)
    (spot,) = burr.objects.first
    assert spot.label == "outside"
    assert spot.place.x == pytest.approx(165 + size, abs=0.3)
    assert spot.place.y == pytest.approx(90, abs=6)
    assert "outside of the taught outline at (1" in burr.reason


def test_a_finger_that_broke_off_is_missing_as_far_as_it_was_long(ready: Prepared) -> None:
    found = measured(ready, part(finger=False))
    assert found.values["inside"] == pytest.approx(25, abs=1)
    assert found.values["defects"] == 1
    assert found.features["worst"].y == pytest.approx(40, abs=2)


def test_a_hole_that_is_gone_and_one_too_many(ready: Prepared) -> None:
    gone = measured(ready, part(hole=-9))
    assert gone.values["outside"] > 13
    assert measured(taught(tool=Outline(holes=False)), part(hole=-9)).values["largest"] < 0.4
    image = part()
    image[90:104, 85:99] = 50
    assert measured(ready, image).values["inside"] > 6


@settings(max_examples=5, deadline=None)
@given(st.floats(-8, 8), st.floats(-5, 5), st.floats(-4, 4), st.integers(20, 80), st.integers(140, 230))
def test_it_is_laid_onto_the_taught_one(dx: float, dy: float, angle: float, low: int, high: int) -> None:
    found = measured(READY, part(dx, dy, angle, burr=6, low=low, high=high))
    assert found.values["outside"] == pytest.approx(6, abs=0.4)
    assert found.values["inside"] < 0.8
    assert found.values["turn_deg"] == pytest.approx(-angle, abs=0.1)
    assert found.values["shift"] == pytest.approx(math.hypot(dx, dy), abs=0.5)
    assert found.values["defects"] == 1


READY = taught()


def test_it_moves_with_the_fixture() -> None:
    pose = similarity((120, 100), (128, 96), 20)
    seen = view(part(8, -4, 20, chip=5), REGION)
    moved = View(seen.raw, tuple(place_regions((REGION,), (), pose, SIZE)), pose=pose)
    found = READY.measure(moved)
    assert found.values["inside"] == pytest.approx(5, abs=0.3)
    assert found.values["shift"] < 0.3


@pytest.mark.parametrize(("allowed", "found"), [(6.3, True), (5.7, False)])
def test_shift_at_its_limit(allowed: float, found: bool) -> None:
    result = measured(taught(tool=Outline(max_shift_px=allowed)), part(6, 0))
    assert result.found is found
    assert found or "6.0 px and 0.0 degrees from the taught one, 5.7 px" in result.reason


@pytest.mark.parametrize(("tolerance", "defects"), [(3.7, 1), (4.3, 0)])
def test_tolerance_at_its_limit(tolerance: float, defects: int) -> None:
    tool = Outline(tolerance_px=tolerance)
    assert measured(taught(tool=tool), part(burr=4)).values["defects"] == defects


@pytest.mark.parametrize(("contrast", "found"), [(22, True), (18, False)])
def test_contrast_at_its_limit(ready: Prepared, contrast: int, found: bool) -> None:
    result = measured(ready, part(low=100, high=100 + contrast))
    assert result.found is found
    assert found or result.reason.startswith("outline not found: contrast of 1")


def test_held_where_it_is_a_shift_is_off() -> None:
    tool = Outline(max_shift_px=0, max_turn_deg=0)
    found = measured(taught(tool=tool), part(3, 0)).values
    assert (found["outside"], found["inside"]) == pytest.approx((3, 3), abs=0.2)


def test_it_learns_the_mean_of_good_parts() -> None:
    def wide(width: float) -> np.ndarray:
        return soft(box(120, 100, width, 70, (X, Y)), 50, 180)

    ready = taught(wide(88), wide(92), wide(90))
    assert measured(ready, wide(90)).values["mean"] < 0.1
    assert measured(ready, wide(93)).values["outside"] == pytest.approx(1.5, abs=0.5)


def test_a_dark_part_and_a_fixed_threshold() -> None:
    tool = Outline(part="dark", threshold=115)
    assert measured(taught(part(low=180, high=50), tool=tool), part(low=180, high=50, burr=5)).values[
        "outside"
    ] == pytest.approx(5, abs=0.3)


def test_what_leaves_the_region_does_not_count(ready: Prepared) -> None:
    found = measured(ready, part(burr=8), masks=(Rectangle(x=164, y=60, width=60, height=60),))
    assert found.values["outside"] < 0.8


def test_colour_16_bits_millimetres_and_the_same_again(ready: Prepared) -> None:
    image = part(1.3, 0.4, 1, burr=5)
    plain = measured(ready, image).values
    assert measured(ready, image).values == plain
    assert measured(ready, colour(image)).values == pytest.approx(plain)
    assert measured(ready, deep(image), full_scale=4080).values == pytest.approx(plain, rel=1e-2, abs=0.02)
    small = measured(ready, image, calibration=Calibration(0.1)).values
    assert small["outside"] == pytest.approx(plain["outside"] / 10)
    assert small["shift"] == pytest.approx(plain["shift"] / 10)


def test_nothing_to_see_is_not_found(ready: Prepared) -> None:
    found = measured(ready, np.full(SIZE, 77, np.uint8))
    assert (found.found, found.reason) == (False, "outline not found: contrast of 0 grey levels, 20 needed")
    one = ready.measure(view(np.full((1, 1), 90, np.uint8), Rectangle(x=0, y=0, width=5, height=5)))
    assert not one.found


def test_random_pixels_never_give_a_number_that_is_none(ready: Prepared) -> None:
    found = measured(ready, np.random.default_rng(5).integers(0, 256, SIZE, np.uint8))
    assert all(math.isfinite(v) for v in found.values.values())


def test_what_cannot_be_taught_or_used_is_said() -> None:
    with pytest.raises(TeachError, match="none of the samples is labelled good"):
        TOOL.teach([Sample(view(part(), REGION), ("bad",))])
    with pytest.raises(TeachError, match="good image 2 shows no outline: contrast of 0 grey levels"):
        TOOL.teach([Sample(view(part(), REGION)), Sample(view(np.full(SIZE, 9, np.uint8), REGION))])
    with pytest.raises(ToolError, match="not taught"):
        TOOL.prepare(Taught(), Calibration())
    good = dict(TOOL.teach([Sample(view(part(), REGION))]).arrays)
    for name, wrong in (("points", good["points"] * np.nan), ("after", good["after"] * 0), ("sure", good["sure"][:-1])):
        with pytest.raises(ToolError, match="does not fit"):
            TOOL.prepare(Taught(good | {name: wrong}), Calibration())


def test_the_time_limit_is_kept(ready: Prepared) -> None:
    with pytest.raises(TimeLimitError):
        measured(ready, part(), deadline_ns=time.monotonic_ns() - 1)
