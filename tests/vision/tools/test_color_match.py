"""Colours against taught ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import view
from vision.calibration import Calibration
from vision.errors import TeachError, TimeLimitError, ToolError
from vision.imaging.colour import ciede2000, to_lab
from vision.roi import CircleRoi, Rectangle
from vision.tool import NOT_TAUGHT, Findings, Sample, Taught, View
from vision.tools import ColorMatch

RED, ORANGE, GREEN, GREY = (30, 30, 200), (20, 110, 230), (40, 180, 40), (128, 128, 128)


def patches(*colours: tuple[int, int, int]) -> np.ndarray:
    """Each 20 px wide and 20 high, side by side."""
    return np.repeat(np.repeat(np.array([colours], np.uint8), 20, axis=1), 20, axis=0)


def places(image: np.ndarray, **more: object) -> View:
    return view(image, *(Rectangle(x=x, y=0, width=20, height=20) for x in range(0, image.shape[1], 20)), **more)


def learned(**colours: tuple[int, int, int]) -> Taught:
    return ColorMatch().teach([Sample(places(patches(*colours.values())), tuple(colours))])


def measured(taught: Taught, seen: View) -> Findings:
    return ColorMatch().prepare(taught, Calibration()).measure(seen)


def lab(colour: tuple[int, int, int]) -> np.ndarray:
    return to_lab(patches(colour), 255)[0, 0].astype(float)


def test_the_difference_from_one_colour() -> None:
    found = measured(learned(good=RED), places(patches(RED, ORANGE)))
    same, other = found.values["delta_e"]  # type: ignore[misc]
    assert same == pytest.approx(0, abs=1e-3)
    assert other == pytest.approx(float(ciede2000(lab(RED), lab(ORANGE))), abs=1e-3)
    assert found.values["lightness"][1] == pytest.approx(lab(ORANGE)[0], abs=1e-3)  # type: ignore[index]
    assert found.values["a"][1] == pytest.approx(lab(ORANGE)[1], abs=1e-3)  # type: ignore[index]


def test_the_nearest_colour_is_named() -> None:
    found = measured(
        learned(red=RED, orange=ORANGE, green=GREEN), places(patches((30, 40, 190), GREEN, (30, 100, 220)))
    )
    assert [one.text for one in found.readings] == ["red", "green", "orange"]
    assert all(0.5 < one.confidence <= 1 for one in found.readings)
    assert found.overlay[1].label == "green 0.0"


@given(st.tuples(*[st.integers(0, 255)] * 3), st.integers(0, 3), st.integers(0, 19))
@settings(max_examples=15, deadline=None)
def test_where_a_colour_lies_or_is_turned_does_not_matter(colour: tuple[int, int, int], turns: int, shift: int) -> None:
    image = np.rot90(np.roll(patches(RED, colour), shift, axis=1), turns)
    found = measured(learned(good=GREY), View(np.ascontiguousarray(image)))
    assert found.values["delta_e"] == measured(learned(good=GREY), View(patches(RED, colour))).values["delta_e"]


def test_darker_is_further() -> None:
    away = measured(learned(good=GREY), places(patches(*[(level,) * 3 for level in (128, 120, 110, 90)])))
    values = away.values["delta_e"]
    assert values == tuple(sorted(values))  # type: ignore[arg-type]


def test_noise_hardly_matters() -> None:
    noisy = np.clip(patches(RED) + np.random.default_rng(1).normal(0, 8, (20, 20, 3)), 0, 255).astype(np.uint8)
    assert measured(learned(good=RED), View(noisy)).values["delta_e"][0] < 1  # type: ignore[index]


def test_regions_and_masks() -> None:
    seen = view(
        patches(RED, GREEN), CircleRoi(x=20, y=10, radius=8), masks=(Rectangle(x=20, y=0, width=20, height=20),)
    )
    assert measured(learned(good=RED), seen).values["delta_e"][0] == pytest.approx(0, abs=1e-3)  # type: ignore[index]


def test_grey_and_sixteen_bits() -> None:
    deep = places(patches(RED, GREY).astype(np.uint16) * 16, full_scale=4080)
    found = measured(learned(red=RED, grey=GREY), deep)
    assert found.values["delta_e"] == pytest.approx((0, 0), abs=1e-3)
    grey = np.full((20, 20), 128, np.uint8)
    assert measured(learned(grey=GREY), View(grey)).values["delta_e"] == (pytest.approx(0, abs=1e-3),)


def test_samples_of_a_name_are_averaged_and_more_are_learned_on_top() -> None:
    tool, image = ColorMatch(), patches((110,) * 3, (140,) * 3)
    both = tool.teach([Sample(places(image), ("grey", "grey"))])
    one = tool.teach([Sample(places(image), ("grey", "bad"))])
    more = tool.teach([Sample(places(image), ("bad", "grey"))], one)
    seen = places(patches(GREY))
    assert measured(more, seen).values == measured(both, seen).values
    assert measured(one, seen).values["delta_e"] > measured(both, seen).values["delta_e"]  # type: ignore[operator]


def test_what_does_not_do_says_why() -> None:
    with pytest.raises(ToolError, match="not taught"):
        ColorMatch().prepare(NOT_TAUGHT, Calibration())
    broken = Taught({"colours": np.zeros((2, 3)), "names": np.array(["a"])})
    with pytest.raises(ToolError, match="teach this step"):
        ColorMatch().prepare(broken, Calibration())
    with pytest.raises(TeachError, match="no region is labelled good"):
        ColorMatch().teach([Sample(View(patches(RED)), ("bad",))])
    with pytest.raises(TeachError, match="2 labels for 1 regions"):
        ColorMatch().teach([Sample(View(patches(RED)), ("good", "good"))])
    with pytest.raises(TimeLimitError):
        measured(learned(good=RED), View(patches(RED), deadline_ns=0))
    assert measured(learned(good=RED), View(np.zeros((1, 1), np.uint8))).values["delta_e"][0] > 30  # type: ignore[index]
