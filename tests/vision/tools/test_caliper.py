"""Edges and widths across a rectangle."""

import importlib.util
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from vision.calibration import Calibration
from vision.errors import ToolError
from vision.pipeline.regions import place_regions
from vision.result import Line, Point
from vision.roi import IDENTITY, Rectangle, Roi
from vision.tool import Region, View
from vision.tools.caliper import Caliper


def step(u: np.ndarray, blur: float) -> np.ndarray:
    z = np.linspace(-8, 8, 6401)
    rise = np.cumsum(np.exp(-0.5 * z * z))
    return np.interp(u / blur, z, rise / rise[-1])


def bar(
    width: float = 40.0,
    *,
    centre: tuple[float, float] = (100, 60),
    angle_deg: float = 0.0,
    low: float = 50,
    high: float = 200,
    blur: float = 1.0,
    noise: float = 0.0,
    seed: int = 0,
) -> np.ndarray:
    """A bright bar of known width; `angle_deg`, counter-clockwise, is where its width runs."""
    y, x = np.mgrid[0:120, 0:200].astype(float)
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    u = (x - centre[0]) * c - (y - centre[1]) * s
    image = low + (high - low) * (step(u + width / 2, blur) - step(u - width / 2, blur))
    image += np.random.default_rng(seed).normal(0, noise, image.shape) if noise else 0
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


SCAN = Rectangle(x=40, y=50, width=121, height=21)


def view(image: np.ndarray, region: Roi = SCAN, masks: tuple[Roi, ...] = (), **more: object) -> View:
    return View(image, tuple(place_regions((region,), masks, IDENTITY, image.shape[:2])), **more)


@pytest.mark.parametrize("width", [40.0, 40.25, 40.5, 61.1, 79.9])
@pytest.mark.parametrize("shift", [0.0, 0.3, 0.5, 0.9])
def test_width_and_place_at_any_phase(width: float, shift: float) -> None:
    found = Caliper().measure(view(bar(width, centre=(100 + shift, 60))))
    assert found.values["width"] == pytest.approx(width, abs=0.02)
    assert found.values["position"] == pytest.approx(60.5 + shift, abs=0.01)
    assert found.values["contrast"] == pytest.approx(150, abs=1)
    assert found.values["edges"] == 2


@pytest.mark.parametrize("angle", [-170.0, -45.0, 10.0, 30.0, 90.0, 137.0])
def test_a_turned_region_measures_along_its_own_axis(angle: float) -> None:
    region = Rectangle(x=65, y=53, width=71, height=15, angle_deg=angle)
    found = Caliper().measure(view(bar(33.3, angle_deg=angle), region))
    assert found.values["width"] == pytest.approx(33.3, abs=0.02)
    centre = found.features["centre"]
    assert isinstance(centre, Point)
    assert (centre.x, centre.y) == pytest.approx((100, 60), abs=0.02)
    assert centre.angle_deg == pytest.approx(angle)


def test_noise_costs_hundredths_of_a_pixel() -> None:
    widths = [Caliper().measure(view(bar(50.3, noise=2, seed=i))).values["width"] for i in range(40)]
    assert np.sqrt(np.mean(np.square(np.array(widths) - 50.3))) < 0.02


@pytest.mark.parametrize("blur", [0.7, 1.2, 2.0, 4.0])
def test_blur_moves_no_edge(blur: float) -> None:
    assert Caliper().measure(view(bar(45.4, blur=blur))).values["width"] == pytest.approx(45.4, abs=0.03)


def test_the_answer_moves_with_shift_and_not_with_light() -> None:
    at = [Caliper().measure(view(bar(centre=(100 + d, 60)))).values["position"] for d in (0.0, 0.37, 1.0)]
    assert np.diff(at) == pytest.approx([0.37, 0.63], abs=0.01)
    dim = Caliper().measure(view(bar(low=20, high=80))).values
    assert dim["width"] == pytest.approx(40, abs=0.02)
    assert dim["contrast"] == pytest.approx(60, abs=1)


def test_lengths_are_millimetres_in_a_calibrated_recipe() -> None:
    found = Caliper().measure(view(bar(40.0), calibration=Calibration(0.05))).values
    assert found["width"] == pytest.approx(2.0, abs=0.001)
    assert found["position"] == pytest.approx(60.5 * 0.05, abs=0.001)


@pytest.mark.parametrize(
    ("contrast", "found", "reason"),
    [
        pytest.param(12, True, "", id="as much as needed"),
        pytest.param(11, False, "edge not found: contrast 11 grey levels, 12 needed", id="one level less"),
        pytest.param(4, False, "edge not found: contrast 4 grey levels, 12 needed", id="hardly any"),
        pytest.param(0, False, "edge not found: contrast 0 grey levels, 12 needed", id="flat"),
    ],
)
@pytest.mark.parametrize("mode", ["edge", "pair"])
def test_contrast_at_its_limit(mode: str, contrast: int, found: bool, reason: str) -> None:
    image = bar(low=100, high=100 + contrast)
    findings = Caliper(mode=mode).measure(view(image))
    assert findings.found is found
    assert findings.reason == reason
    assert findings.values["edges"] == (2 if found else 0)


def three_bars() -> np.ndarray:
    """Bright bars at 60, 100 and 140 px; 10, 14 and 18 px wide; the middle one is the brightest."""
    x = np.mgrid[0:120, 0:200][1].astype(float)
    image = np.full(x.shape, 40.0)
    for centre, width, height in ((60, 10, 100), (100, 14, 180), (140, 18, 100)):
        image += height * (step(x - centre + width / 2, 1.0) - step(x - centre - width / 2, 1.0))
    return np.rint(image).astype(np.uint8)


@pytest.mark.parametrize(
    ("tool", "width", "centre"),
    [
        pytest.param(Caliper(polarity="dark_to_light"), 14, 100, id="strongest"),
        pytest.param(Caliper(polarity="dark_to_light", select="first"), 10, 60, id="first"),
        pytest.param(Caliper(polarity="dark_to_light", select="last"), 18, 140, id="last"),
        pytest.param(Caliper(polarity="light_to_dark", select="first"), 28, 79, id="first gap"),
        pytest.param(Caliper(expected_width_px=17), 18, 140, id="nearest to the expected width"),
        pytest.param(Caliper(expected_width_px=27.4), 28, 79, id="nearest to the expected gap"),
    ],
)
def test_which_pair(tool: Caliper, width: float, centre: float) -> None:
    found = tool.measure(view(three_bars()))
    assert found.values["width"] == pytest.approx(width, abs=0.05)
    assert found.features["centre"].x == pytest.approx(centre, abs=0.05)
    assert found.values["edges"] == 6


@pytest.mark.parametrize(
    ("tool", "x"),
    [
        pytest.param(Caliper(mode="edge", polarity="dark_to_light"), 93, id="strongest rise"),
        pytest.param(Caliper(mode="edge", polarity="light_to_dark"), 107, id="strongest fall"),
        pytest.param(Caliper(mode="edge", select="first"), 55, id="first of any"),
        pytest.param(Caliper(mode="edge", select="last", polarity="dark_to_light"), 131, id="last rise"),
    ],
)
def test_which_edge(tool: Caliper, x: float) -> None:
    found = tool.measure(view(three_bars()))
    line = found.features["edge"]
    assert isinstance(line, Line)
    assert (line.x1, line.x2) == pytest.approx((x, x), abs=0.03)
    assert (line.y1, line.y2) == pytest.approx((49.5, 70.5))
    assert found.values["width"] == found.values["position"] == pytest.approx(x - 39.5, abs=0.03)


def test_one_edge_alone_is_no_pair() -> None:
    image = bar(200.0, centre=(200, 60))
    found = Caliper().measure(view(image))
    assert not found.found
    assert found.reason == "pair not found: 1 edge of enough contrast, no pair"


def test_a_pair_that_begins_with_the_wrong_polarity_is_said() -> None:
    found = Caliper(polarity="light_to_dark").measure(view(bar()))
    assert found.reason == "pair not found: 2 edges of enough contrast, no pair that begins light to dark"


def test_sixteen_bits_and_colour_measure_the_same() -> None:
    grey = bar(40.4, noise=1)
    deep = grey.astype(np.uint16) * 16
    plain = Caliper().measure(view(grey)).values
    assert Caliper().measure(view(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))).values == pytest.approx(plain)
    assert Caliper().measure(view(deep, full_scale=255 * 16)).values == pytest.approx(plain, rel=1e-5)


def test_masked_pixels_do_not_count() -> None:
    image = bar(40.0)
    image[50:58] = 255  # a reflex over a third of the strip
    mask = Rectangle(x=0, y=45, width=200, height=13)
    assert Caliper().measure(view(image, masks=(mask,))).values["width"] == pytest.approx(40, abs=0.02)
    assert not Caliper().measure(view(image, masks=(Rectangle(x=110, y=0, width=30, height=120),))).values["edges"] > 1


def test_a_strip_that_leaves_the_frame_is_measured_where_it_is_seen() -> None:
    region = Rectangle(x=40, y=110, width=121, height=40)
    assert Caliper().measure(view(bar(40.0), region)).values["width"] == pytest.approx(40, abs=0.02)


def test_a_region_without_a_pixel_is_an_error_that_says_so() -> None:
    nowhere = Region(SCAN.outline() + 1000, (1100, 1060), 0.0, (121, 21), np.zeros((0, 0), np.uint8), (0, 0, 0, 0))
    with pytest.raises(ToolError, match=r"the region about \(1100, 1060\) px has no pixel inside the frame of 200x120"):
        Caliper().measure(View(bar(), (nowhere,)))


def test_a_region_of_one_pixel_finds_nothing() -> None:
    found = Caliper().measure(view(bar(), Rectangle(x=100, y=60, width=1, height=1)))
    assert not found.found


def test_the_same_frame_gives_the_same_numbers() -> None:
    image = bar(noise=3)
    first, second = (Caliper().measure(view(image)).values for _ in range(2))
    assert first == second


def test_random_pixels_never_give_a_number_that_is_none() -> None:
    rng = np.random.default_rng(5)
    for _ in range(30):
        image = rng.integers(0, 256, (40, 60), np.uint8)
        found = Caliper(min_contrast_grey=1).measure(view(image, Rectangle(x=2, y=2, width=50, height=6)))
        assert all(np.isfinite(v) for v in found.values.values())


def generator(folder: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, folder / "gen" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_bars_reach_the_theoretical_limit(shared_data: Path) -> None:
    errors: dict[int, list[float]] = {}
    for case in generator(shared_data, "caliper_gen").cases(seed=77, n_per=4):
        (x, y), length, width = case["center"], case["length"], case["width"]
        region = Rectangle(
            x=x - (length - 1) / 2, y=y - (width - 1) / 2, width=length, height=width, angle_deg=-case["angle_deg"]
        )
        found = Caliper().measure(view(case["image"], region))
        assert found.found
        errors.setdefault(case["noise"], []).append(found.values["width"] - case["true_width"])
    rms = {noise: float(np.sqrt(np.mean(np.square(e)))) for noise, e in errors.items()}
    assert rms[0] < 0.03
    assert rms[2] < 0.025
    assert rms[5] < 0.06


def comb(places: tuple[float, ...], width: float = 10.0, contrast: float = 100.0) -> np.ndarray:
    x = np.mgrid[0:120, 0:200][1].astype(float)
    image = np.full(x.shape, 40.0)
    for centre in places:
        image += contrast * (step(x - centre + width / 2, 1.0) - step(x - centre - width / 2, 1.0))
    return np.rint(image).astype(np.uint8)


TEETH = (50.0, 72.25, 95.0, 116.5, 139.0)


@pytest.mark.parametrize("polarity", ["any", "dark_to_light"])
def test_pitch_is_the_mean_from_middle_to_middle(polarity: str) -> None:
    found = Caliper(mode="pitch", polarity=polarity).measure(view(comb(TEETH)))
    assert found.values["width"] == pytest.approx(89 / 4, abs=0.01)
    assert found.values["smallest"] == pytest.approx(21.5, abs=0.02)
    assert found.values["largest"] == pytest.approx(22.75, abs=0.02)
    assert found.values["edges"] == 10
    assert found.values["position"] == pytest.approx(94.5 - 39.5, abs=0.02)
    assert len(found.overlay) == 10


def test_pitch_of_the_dark_bars_between() -> None:
    found = Caliper(mode="pitch", polarity="light_to_dark").measure(view(comb(TEETH)))
    middles = [(a + b) / 2 for a, b in pairwise(TEETH)]
    assert found.values["width"] == pytest.approx((middles[-1] - middles[0]) / 3, abs=0.01)


@pytest.mark.parametrize(
    ("tool", "width"),
    [
        pytest.param(Caliper(mode="gap", select="first"), 12.25, id="first"),
        pytest.param(Caliper(mode="gap", select="last"), 12.5, id="last"),
        pytest.param(Caliper(mode="gap", expected_width_px=11.4), 11.5, id="nearest to the expected width"),
        pytest.param(Caliper(mode="gap", polarity="light_to_dark", select="first"), 10, id="between dark bars"),
    ],
)
def test_gap_between_two_bars(tool: Caliper, width: float) -> None:
    assert tool.measure(view(comb(TEETH))).values["width"] == pytest.approx(width, abs=0.02)


@pytest.mark.parametrize(("polarity", "edges"), [("any", 10), ("dark_to_light", 5), ("light_to_dark", 5)])
def test_count_of_edges(polarity: str, edges: int) -> None:
    found = Caliper(mode="count", polarity=polarity).measure(view(comb(TEETH)))
    assert found.found
    assert found.values == {"edges": edges}


def test_no_edge_is_a_count_too() -> None:
    assert Caliper(mode="count").measure(view(comb(()))).values == {"edges": 0}


@pytest.mark.parametrize("mode", ["gap", "pitch"])
@pytest.mark.parametrize(
    ("places", "reason"),
    [
        ((100.0,), "{} not found: 2 edges of enough contrast, 1 bar, 2 needed"),
        ((), "edge not found: contrast 0 grey levels, 12 needed"),
    ],
)
def test_two_bars_are_needed(mode: str, places: tuple[float, ...], reason: str) -> None:
    found = Caliper(mode=mode).measure(view(comb(places)))
    assert not found.found
    assert found.reason == reason.format(mode)
    assert Caliper(mode=mode).measure(view(comb((80.0, 120.0)))).found


def test_pitch_in_millimetres_of_a_brighter_comb_farther_right() -> None:
    moved = tuple(x + 1.3 for x in TEETH)
    found = Caliper(mode="pitch").measure(view(comb(moved, contrast=180), calibration=Calibration(0.1)))
    assert found.values["width"] == pytest.approx(2.225, abs=0.001)
    assert found.values["position"] == pytest.approx((95.8 - 39.5) / 10, abs=0.002)


def test_a_region_that_lies_still_serves_many_parts() -> None:
    """What is kept of it holds no levels: each part gives what it gives alone, along and across."""
    images = [bar(width, angle_deg=angle, noise=3, seed=i) for i, (width, angle) in enumerate([(40, 0), (61, 8)])]
    images.append(images[0].astype(np.uint16) << 4)
    regions = view(images[0], Rectangle(x=40, y=50, width=121, height=21, angle_deg=8)).regions
    for direction in ("along", "across"):
        tool = Caliper(mode="edge", direction=direction, min_contrast_grey=1)
        for image in images:
            full_scale = 255 if image.dtype == np.uint8 else 4095
            alone = replace(regions[0])
            again, first = (tool.measure(View(image, (one,), full_scale=full_scale)) for one in (regions[0], alone))
            assert again.values == first.values
            assert again.features == first.features
    assert len(regions[0].kept) == 2
