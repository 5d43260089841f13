"""Seven-segment digits, drawn as displays show them."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.errors import ToolError
from vision.imaging.seven_segment import SEGMENTS
from vision.roi import Rectangle
from vision.tool import Findings, View
from vision.tools import Display

from .drawn import view

W, H, THICK, GAP, PITCH = 30, 56, 7, 2, 46
BARS = {  # left, top, right, bottom of each segment in a digit of W x H
    "a": (THICK, 0, W - THICK, THICK),
    "g": (THICK, (H - THICK) // 2, W - THICK, (H + THICK) // 2),
    "d": (THICK, H - THICK, W - THICK, H),
    "f": (0, THICK, THICK, H // 2 - GAP),
    "b": (W - THICK, THICK, W, H // 2 - GAP),
    "e": (0, H // 2 + GAP, THICK, H - THICK),
    "c": (W - THICK, H // 2 + GAP, W, H - THICK),
}


def shown(
    text: str, *, ground: float = 40, lit: float = 210, ghost: float = 0.0, lean: float = 0.0, size: float = 1.0
) -> np.ndarray:
    """Lit segments on a noisy ground; unlit ones show by the share `ghost`."""
    places = len(text.replace(".", "").replace(":", ""))
    share = np.zeros((H + 40, 40 + PITCH * places + 20), np.float32)
    x, y = 24, 20
    for character in text:
        if character == ".":
            share[y + H - 6 : y + H, x - 13 : x - 7] = 1
            continue
        if character == ":":
            for row in (15, 36):
                share[y + row : y + row + 6, x - 12 : x - 6] = 1
            continue
        for name, (left, top, right, bottom) in BARS.items():
            share[y + top : y + bottom, x + left : x + right] = 1 if name in SEGMENTS[character] else ghost
        x += PITCH
    pose = np.array([[1, lean, -lean * share.shape[0] / 2], [0, 1, 0]])
    share = cv2.warpAffine(share, pose, share.shape[::-1], flags=cv2.INTER_LINEAR)
    share = cv2.resize(share, None, fx=size, fy=size, interpolation=cv2.INTER_AREA if size < 1 else cv2.INTER_LINEAR)
    noise = np.random.default_rng(2).normal(0, 3, share.shape)
    image = ground + (lit - ground) * cv2.GaussianBlur(share, (0, 0), 0.8) + noise
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def read(image: np.ndarray, **parameters: object) -> Findings:
    return Display.model_validate(parameters).measure(View(image))


def text(findings: Findings) -> str:
    return findings.readings[0].text if findings.found else findings.reason


@settings(max_examples=15, deadline=None)
@given(
    value=st.integers(0, 99999),
    lean=st.floats(-0.22, 0.22),
    levels=st.sampled_from([(40, 210), (200, 60), (90, 130), (160, 120)]),
    ghost=st.sampled_from([0.0, 0.15]),
)
def test_numbers_are_read_however_they_lean_and_shine(
    value: int, lean: float, levels: tuple[int, int], ghost: float
) -> None:
    ground, lit = levels
    polarity = "light" if lit > ground else "dark"
    found = read(shown(f"{value:05d}", ground=ground, lit=lit, lean=lean, ghost=ghost), polarity=polarity)
    assert text(found) == f"{value:05d}"
    assert found.values["value"] == value
    assert found.values["digits"] == 5


@pytest.mark.parametrize(
    ("shows", "value"), [("12.5", 12.5), ("-0.75", -0.75), ("8.8.8", None), ("12:30", None), ("1", 1), ("111.1", 111.1)]
)
def test_points_colons_and_signs(shows: str, value: float | None) -> None:
    found = read(shown(shows))
    assert text(found) == shows
    assert found.values["value"] == value


@pytest.mark.parametrize("size", [0.5, 0.7, 2.5])
def test_any_size(size: float) -> None:
    assert text(read(shown("-47.06", size=size))) == "-47.06"


def test_letters_where_they_are_allowed() -> None:
    assert text(read(shown("E04"), characters="0123456789E")) == "E04"
    assert text(read(shown("E04"))) == "place 1 shows none of 0123456789-: segments a, d, e, f, g are lit"


def test_polarity_is_found_by_what_covers_less() -> None:
    assert text(read(shown("27"))) == text(read(shown("27", ground=210, lit=40))) == "27"


def test_a_digit_with_a_dead_segment_is_another_digit_or_none() -> None:
    image = shown("82")
    image[20:28, 24 : 24 + W] = 40  # the eight loses a
    assert text(read(image)).startswith("place 1 shows none of")


def test_the_number_of_digits_is_held() -> None:
    image = shown("123")
    assert read(image, digits=3).found
    assert read(image, digits=4).reason == "3 digits found, 4 needed"
    assert read(image, digits=2).reason == "3 digits found, 2 needed"


def test_a_digit_at_the_least_score_is_one() -> None:
    image = shown("8")
    image[20 + H - THICK : 20 + H, :] = (0.7 * image[20 + H - THICK : 20 + H, :] + 0.3 * 40).astype(np.uint8)
    score = read(image).values["score"]
    assert isinstance(score, float)
    assert read(image, min_score=score - 0.001).found
    assert "not clear" in read(image, min_score=score + 0.001).reason


def test_signs_are_drawn_where_they_stand() -> None:
    image = np.full((200, 300), 40, np.uint8)
    part = shown("80")
    image[60 : 60 + part.shape[0], 100 : 100 + part.shape[1]] = part
    found = Display().measure(view(image, Rectangle(x=95, y=55, width=part.shape[1] + 5, height=part.shape[0] + 5)))
    assert [shape.label for shape in found.overlay] == ["8", "0"]
    for i, shape in enumerate(found.overlay):
        low, high = np.min(shape.points, axis=0), np.max(shape.points, axis=0)
        assert low == pytest.approx((100 + 24 + PITCH * i - 0.5, 79.5), abs=2.5)
        assert high == pytest.approx((100 + 24 + PITCH * i + W - 0.5, 79.5 + H), abs=2.5)


def test_grey_colour_and_sixteen_bits_are_read_alike() -> None:
    image = shown("305.7")
    deep = Display().measure(View(image.astype(np.uint16) * 257, full_scale=65535))
    colour = read(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR))
    assert text(deep) == text(colour) == "305.7"
    assert deep.values == read(image).values


def test_nothing_to_read_is_not_found_and_never_a_number() -> None:
    assert read(np.full((60, 100), 90, np.uint8)).reason == "no digits found: contrast 0 grey levels"
    noise = np.random.default_rng(1).integers(0, 256, (60, 100)).astype(np.uint8)
    assert not read(noise).found


def test_regions_that_do_not_do_are_errors() -> None:
    with pytest.raises(ToolError, match="the region is 1 x 1 px"):
        read(np.zeros((1, 1), np.uint8))
    with pytest.raises(ToolError, match="draw it round the digits"):
        read(np.zeros((2100, 2100), np.uint8))
    with pytest.raises(ToolError, match="time limit"):
        Display().measure(View(shown("1"), deadline_ns=0))
    with pytest.raises(ValueError, match="seven segments show no 'K'"):
        Display(characters="0K")


@pytest.mark.parametrize("lit", [210, 5])
def test_the_layer_is_what_counts_as_lit(lit: float) -> None:
    image = shown("8", ground=100, lit=lit)
    layer = Display().measure(View(image, layers=frozenset({"binarised"}))).layers["binarised"]
    assert layer.shape == image.shape
    assert (layer[20 + H // 2, 24 + W // 2], layer[5, 5]) == (255, 0)  # the middle bar, and the ground
    assert not read(image).layers
