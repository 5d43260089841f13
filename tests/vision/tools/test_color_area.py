"""The area of taught colours."""

import numpy as np
import pytest

from vision.calibration import Calibration
from vision.errors import TeachError, ToolError
from vision.imaging.colour import to_lab
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, CircleRoi, Polygon, Rectangle, Roi
from vision.tool import NOT_TAUGHT, Findings, Sample, Taught, View
from vision.tools import ColorArea

RED, GREEN, GREY, DARK_RED = (30, 30, 200), (40, 180, 40), (128, 128, 128), (20, 20, 110)


def patches(*colours: tuple[int, int, int]) -> np.ndarray:
    """Each 20 px wide and 20 high, side by side."""
    image = np.zeros((20, 20 * len(colours), 3), np.uint8)
    for i, colour in enumerate(colours):
        image[:, 20 * i : 20 * i + 20] = colour
    return image


def view(image: np.ndarray, *regions: Roi, masks: tuple[Roi, ...] = (), **more: object) -> View:
    return View(image, tuple(place_regions(regions, masks, IDENTITY, image.shape[:2])), **more)


def patch(i: int) -> Rectangle:
    return Rectangle(x=20 * i, y=0, width=20, height=20)


def learned(*colours: tuple[int, int, int], bad: tuple[tuple[int, int, int], ...] = ()) -> Taught:
    image = patches(*colours, *bad)
    regions = [patch(i) for i in range(len(colours) + len(bad))]
    labels = ("good",) * len(colours) + ("bad",) * len(bad)
    return ColorArea().teach([Sample(view(image, *regions), labels)])


def measured(taught: Taught, seen: View, tolerance: float = 10) -> Findings:
    return ColorArea(tolerance_de=tolerance).prepare(taught, Calibration()).measure(seen)


def test_only_the_taught_colour_counts() -> None:
    findings = measured(learned(RED), view(patches(RED, GREEN, GREY)))
    assert findings.values["area"] == (400,)
    assert findings.values["share"] == (pytest.approx(100 / 3),)
    assert set(findings.overlay[0].points) == {(0, 0), (19, 0), (19, 19), (0, 19)}


def test_several_colours_are_taught_from_one_image() -> None:
    taught = learned(RED, GREEN)
    assert len(taught.arrays["colours"]) == 2
    assert measured(taught, view(patches(RED, GREEN, GREY))).values["area"] == (800,)


@pytest.mark.parametrize(
    ("region", "area"),
    [
        pytest.param(Rectangle(x=10, y=0, width=20, height=20), 200, id="half on it"),
        pytest.param(CircleRoi(x=9, y=9, radius=3), 29, id="circle"),
        pytest.param(Polygon(points=((2, 2), (8, 2), (8, 8), (2, 8))), 36, id="polygon"),
        pytest.param(Rectangle(x=5, y=5, width=7, height=7, angle_deg=90), 49, id="turned"),
    ],
)
def test_regions_of_every_kind(region: Roi, area: int) -> None:
    assert measured(learned(RED), view(patches(RED, GREEN), region)).values["area"] == (area,)


def test_masks_take_away_from_area_and_whole() -> None:
    findings = measured(learned(RED), view(patches(RED, GREEN), masks=(patch(1),)))
    assert findings.values["share"] == (100,)


def test_a_distance_on_the_tolerance_counts() -> None:
    taught = learned(RED)
    seen = patches((40, 40, 190))
    distance = float(np.linalg.norm(to_lab(seen, 255)[0, 0] - taught.arrays["colours"][0]))
    assert measured(taught, view(seen), distance).values["area"] == (400,)
    assert measured(taught, view(seen), distance - 0.01).values["area"] == (0,)


def test_what_is_nearer_to_a_bad_colour_does_not_count() -> None:
    near = (30, 60, 200)
    assert measured(learned(RED), view(patches(RED, near)), 30).values["area"] == (800,)
    assert measured(learned(RED, bad=(near,)), view(patches(RED, near)), 30).values["area"] == (400,)


def test_the_tolerance_is_proposed_from_the_spread() -> None:
    rng = np.random.default_rng(3)
    flat = patches(RED, RED)
    noisy = np.clip(flat + rng.normal(0, 12, flat.shape), 0, 255).astype(np.uint8)
    calm = ColorArea().teach([Sample(view(flat))]).parameters["tolerance_de"]
    taught = ColorArea().teach([Sample(view(noisy))])
    assert calm == 5.0
    assert taught.parameters["tolerance_de"] > calm
    tool = ColorArea().with_parameters(taught)
    assert tool.prepare(taught, Calibration()).measure(view(noisy)).values["share"][0] >= 98


def test_teaching_goes_on_top_of_what_was_taught() -> None:
    taught = ColorArea().teach([Sample(view(patches(GREEN)))], learned(RED))
    assert measured(taught, view(patches(RED, GREEN))).values["area"] == (800,)


def test_twelve_bits_and_millimetres() -> None:
    image = patches(RED, GREEN).astype(np.uint16) * 16
    seen = view(image, full_scale=4080, calibration=Calibration(0.1))
    assert measured(learned(RED), seen).values["area"] == (pytest.approx(4.0),)


def test_a_step_that_was_never_taught_says_so() -> None:
    with pytest.raises(ToolError, match="not taught"):
        ColorArea().prepare(NOT_TAUGHT, Calibration())


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (("bad",), "no region is labelled good"),
        (("red",), "label 'red' is neither good nor bad"),
        (("good", "good"), "2 labels for 1 regions"),
    ],
)
def test_samples_that_do_not_do(labels: tuple[str, ...], words: str) -> None:
    with pytest.raises(TeachError, match=words):
        ColorArea().teach([Sample(view(patches(RED)), labels)])
