"""Thin marks in any direction."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import colour, deep, view
from vision.calibration import Calibration
from vision.errors import TimeLimitError, ToolError
from vision.roi import CircleRoi, Rectangle
from vision.tools import Scratch

SHAPE = (140, 160)
Y, X = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]].astype(float)
REGION = Rectangle(x=10, y=10, width=140, height=120)


def scratched(
    angle_deg: float = 30, length: float = 60, width: float = 2, contrast: float = 40, *, x: float = 80, y: float = 70,
    level: float = 120, noise: float = 2, seed: int = 1,
) -> np.ndarray:  # fmt: skip
    t = math.radians(angle_deg)
    along, across = (X - x) * math.cos(t) - (Y - y) * math.sin(t), (X - x) * math.sin(t) + (Y - y) * math.cos(t)
    share = np.clip(width / 2 + 0.5 - np.abs(across), 0, min(width, 1)) * np.clip(
        length / 2 + 0.5 - np.abs(along), 0, 1
    )
    image = level + contrast * share + np.random.default_rng(seed).normal(0, noise, SHAPE)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("angle", "contrast"), [(0.0, 40.0), (17.0, -40.0), (45.0, 40.0), (70.0, -40.0), (90.0, 40.0), (133.0, -40.0)]
)
def test_one_scratch_in_any_direction(angle: float, contrast: float) -> None:
    found = Scratch().measure(view(scratched(angle, contrast=contrast), REGION))
    assert found.values["count"] == 1
    assert found.values["longest"] == pytest.approx(60, abs=5)
    assert found.values["contrast"] == pytest.approx(31, abs=8)  # of a thin one: what a little blur leaves
    (mark,) = found.objects.first
    assert mark.label == ("bright" if contrast > 0 else "dark")
    assert (mark.place.x, mark.place.y) == pytest.approx((80, 70), abs=6)
    off = (mark.values["angle_deg"] - angle + 90) % 180 - 90
    assert abs(off) < 6
    assert found.reason.startswith("1 mark ")


def test_a_clean_noisy_surface_has_none() -> None:
    found = Scratch().measure(view(scratched(contrast=0, noise=6), REGION))
    assert found.values == {"count": 0, "longest": 0, "total": 0, "contrast": 0}


def test_an_edge_a_ramp_and_a_blob_are_none() -> None:
    image = scratched(contrast=0).astype(float)
    image[:, 100:] += 80
    image += X / 4
    image[np.hypot(X - 50, Y - 60) < 7] += 60
    assert Scratch().measure(view(np.clip(image, 0, 255).astype(np.uint8), REGION)).values["count"] == 0


def test_a_bent_scratch_is_one_and_two_are_two() -> None:
    image = scratched(contrast=0)
    ring = (np.abs(np.hypot(X - 80, Y - 110) - 60) < 1.2) & (Y < 80)
    image[ring] = 170
    bent = Scratch().measure(view(image, REGION)).values
    assert bent["count"] == 1
    assert bent["longest"] == pytest.approx(126, abs=15)
    two = np.maximum(scratched(20, 50, x=60, y=50), scratched(100, 50, x=110, y=90, contrast=30))
    found = Scratch().measure(view(two, REGION)).values
    assert found["count"] == 2
    assert found["total"] == pytest.approx(100, abs=10)


@settings(max_examples=4, deadline=None)
@given(st.floats(-20, 20), st.floats(-20, 20), st.integers(60, 180), st.floats(0, 180))
def test_it_moves_with_the_scratch_and_not_with_light(dx: float, dy: float, level: int, angle: float) -> None:
    found = Scratch().measure(view(scratched(angle, x=80 + dx, y=70 + dy, level=level), REGION))
    assert found.values["count"] == 1
    place = found.objects.first[0].place
    assert (place.x, place.y) == pytest.approx((80 + dx, 70 + dy), abs=6)


def test_polarity_can_be_asked_for() -> None:
    image = np.maximum(scratched(0, y=40, noise=0), 120)
    image = np.where(scratched(0, y=90, contrast=-40, noise=0) < 110, 80, image).astype(np.uint8)
    assert Scratch().measure(view(image, REGION)).values["count"] == 2
    bright, dark = (Scratch(polarity=p).measure(view(image, REGION)) for p in ("bright", "dark"))
    assert (bright.values["count"], dark.values["count"]) == (1, 1)
    assert bright.objects.first[0].place.y < 50 < dark.objects.first[0].place.y


@pytest.mark.parametrize(("least", "count"), [(52, 1), (68, 0)])
def test_length_at_its_limit(least: float, count: int) -> None:
    assert Scratch(min_length_px=least).measure(view(scratched(), REGION)).values["count"] == count


@pytest.mark.parametrize(("least", "count"), [(26, 1), (42, 0)])
def test_contrast_at_its_limit(least: float, count: int) -> None:
    assert Scratch(min_contrast_grey=least).measure(view(scratched(0, width=3, y=70), REGION)).values["count"] == count


@pytest.mark.parametrize(("width", "count"), [(4, 1), (14, 0)])
def test_what_is_broad_is_no_scratch(width: float, count: int) -> None:
    assert Scratch().measure(view(scratched(0, 90, width), REGION)).values["count"] == count


def test_masks_and_several_regions() -> None:
    image = scratched(0, 70)
    assert (
        Scratch().measure(view(image, REGION, masks=(Rectangle(x=30, y=60, width=100, height=20),))).values["count"]
        == 0
    )
    assert Scratch().measure(view(image, CircleRoi(x=80, y=70, radius=50))).values["count"] == 1
    halves = Rectangle(x=10, y=10, width=70, height=120), Rectangle(x=80, y=10, width=70, height=120)
    assert Scratch().measure(view(image, *halves)).values["count"] == 2


def test_colour_16_bits_millimetres_layers_and_the_same_again() -> None:
    image = scratched()
    plain = Scratch().measure(view(image, REGION)).values
    assert Scratch().measure(view(image, REGION)).values == plain
    assert Scratch().measure(view(colour(image), REGION)).values == pytest.approx(plain)
    assert Scratch().measure(view(deep(image), REGION, full_scale=4080)).values == pytest.approx(plain, rel=1e-3)
    small = Scratch().measure(view(image, REGION, calibration=Calibration(0.1), layers=frozenset({"marks"})))
    assert small.values["longest"] == pytest.approx(plain["longest"] / 10)
    assert small.layers["marks"].shape == SHAPE
    assert small.layers["marks"][70, 80] > 20


def test_nothing_to_look_at() -> None:
    assert Scratch().measure(view(np.full((1, 1), 90, np.uint8))).values["count"] == 0
    with pytest.raises(ToolError, match="outside of the frame"):
        view(scratched(), Rectangle(x=900, y=10, width=10, height=10))


def test_the_time_limit_is_kept() -> None:
    with pytest.raises(TimeLimitError):
        Scratch().measure(view(scratched(), REGION, deadline_ns=time.monotonic_ns() - 1))
