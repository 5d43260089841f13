"""What is done to a frame before a step sees it, on drawn images of every depth."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from vision.errors import ToolError
from vision.frame import Image
from vision.pipeline.preprocess import preprocess
from vision.recipe import Filter, Flatten, Gamma, Grey, Mean, Median, Morphology, Stretch

DEPTHS = [
    pytest.param(np.uint8, 255, id="8 bit"),
    pytest.param(np.uint16, 4095, id="12 bit"),
    pytest.param(np.uint16, 65535, id="16 bit"),
]
OPERATIONS = ("erode", "dilate", "open", "close", "gradient", "top_hat", "black_hat")
EVERY: Sequence[dict[str, Any]] = (
    {"filter": "median", "size_px": 5},
    {"filter": "gaussian", "sigma_px": 20},
    {"filter": "mean", "width_px": 201, "height_px": 1},
    *({"filter": "morphology", "operation": o, "width_px": 7} for o in OPERATIONS),
    {"filter": "flatten", "size_px": 1000},
    {"filter": "flatten", "by": "subtract", "size_px": 2, "level_grey": 0},
    {"filter": "gamma", "gamma": 0.1},
    {"filter": "stretch"},
    {"filter": "stretch", "low_grey": 254, "high_grey": 255},
    {"filter": "equalise"},
    {"filter": "grey", "red": -4, "green": 4, "blue": 0},
    {"filter": "channel", "channel": "hue"},
)  # fmt: skip
FILTER: TypeAdapter[Filter] = TypeAdapter(Filter)


def spot(dtype: Any, full: int, colour: bool = False) -> Image:
    """Dark with a bright square of 3 x 3 px and one of 9 x 9."""
    image = np.full((40, 60), full // 5, dtype)
    image[10:13, 10:13] = image[20:29, 30:39] = full * 4 // 5
    return cv2.merge([image] * 3) if colour else image  # type: ignore[return-value]


@pytest.mark.parametrize(("dtype", "full"), DEPTHS)
@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
def test_small_spots_are_taken_out_or_left_alone_by_morphology(dtype: Any, full: int, colour: bool) -> None:
    image = spot(dtype, full, colour)

    def done(operation: str) -> Image:
        return preprocess(image, [Morphology(operation=operation, shape="rectangle", width_px=5, height_px=5)], full)  # type: ignore[arg-type]

    dark, bright = full // 5, full * 4 // 5
    assert (done("open")[11, 11] == dark).all()
    assert (done("open")[20:29, 30:39] == bright).all()
    assert (done("top_hat")[11, 11] == bright - dark).all()
    assert (done("top_hat")[24, 34] == 0).all()
    assert (done("dilate")[8:15, 8:15] == bright).all()
    assert (done("erode")[22:27, 32:37] == bright).all()
    assert (done("erode")[21, 31] == dark).all()
    assert (done("gradient")[24, 34] == 0).all()
    assert (done("gradient")[24, 30] == bright - dark).all()
    inverted = (full - image).astype(dtype)
    black = preprocess(inverted, [Morphology(operation="black_hat", shape="rectangle", width_px=5, height_px=5)], full)
    assert (black[11, 11] == bright - dark).all()
    closed = preprocess(inverted, [Morphology(operation="close", shape="rectangle", width_px=5, height_px=5)], full)
    assert (closed[11, 11] == full - dark).all()


@pytest.mark.parametrize("size", [(4, 1), (1, 4)], ids=["wide", "high"])
def test_the_window_need_not_be_square(size: tuple[int, int]) -> None:
    image = np.zeros((20, 20), np.uint8)
    image[10, 10] = 200
    grown = preprocess(
        image, [Morphology(operation="dilate", shape="rectangle", width_px=size[0], height_px=size[1])], 255
    )
    assert (int((grown[10] > 0).sum()), int((grown[:, 10] > 0).sum())) == size
    blurred = preprocess(image, [Mean(width_px=size[0], height_px=size[1])], 255)
    assert blurred.max() == 50


@pytest.mark.parametrize(("dtype", "full"), DEPTHS)
@pytest.mark.parametrize("by", ["divide", "subtract"])
def test_uneven_light_is_taken_out(by: Any, dtype: Any, full: int) -> None:
    """A ramp that triples the light, or adds to it; marks in it come out alike at both ends."""
    ramp = np.linspace(0.2, 0.6, 400)[None, :].repeat(120, 0)
    for x in (40, 350):
        if by == "divide":
            ramp[55:60, x : x + 5] *= 0.5
        else:
            ramp[55:60, x : x + 5] -= 0.1
    image = np.rint(ramp * full).astype(dtype)
    even = preprocess(image, [Flatten(by=by, size_px=20, level_grey=128)], full) / (full / 255)
    ground = even[10:110, 80:320]
    assert abs(ground - 128).max() < 4
    dark, light = even[57, 42], even[57, 352]
    assert dark == pytest.approx(light, abs=3)
    assert dark == pytest.approx(64 if by == "divide" else 128 - 25.5, abs=5)


def test_flattening_works_however_wide_and_on_black() -> None:
    image = np.zeros((30, 30), np.uint8)
    assert preprocess(image, [Flatten(size_px=1000)], 255).max() == 0
    assert (preprocess(image + np.uint8(7), [Flatten(size_px=1000)], 255) == 128).all()


def test_colours_are_flattened_each_by_itself() -> None:
    image = np.zeros((40, 40, 3), np.uint8)
    image[:] = (200, 100, 50)
    assert (preprocess(image, [Flatten(size_px=30, level_grey=90)], 255) == 90).all()


@pytest.mark.parametrize(("dtype", "full"), DEPTHS)
def test_gamma_bends_between_black_and_white(dtype: Any, full: int) -> None:
    image = np.array([[0, full // 4, full // 2, full]], dtype)
    bent = preprocess(image, [Gamma(gamma=2)], full)
    assert list(bent[0]) == [round((int(v) / full) ** 2 * full) for v in image[0]]
    assert (preprocess(image, [Gamma()], full) == image).all()
    assert preprocess(image, [Gamma(gamma=0.5)], full)[0, 1] == pytest.approx(full / 2, rel=0.01)


@pytest.mark.parametrize(("dtype", "full"), DEPTHS)
def test_contrast_is_stretched_between_two_levels(dtype: Any, full: int) -> None:
    scale = full / 255
    image = np.rint(np.array([[50, 100, 125, 150, 200]]) * scale).astype(dtype)
    found = preprocess(image, [Stretch(low_grey=100, high_grey=150)], full)
    assert found[0] / scale == pytest.approx([0, 0, 127.5, 255, 255], abs=2)


@pytest.mark.parametrize(("dtype", "full"), DEPTHS)
def test_contrast_is_stretched_by_what_the_frame_has(dtype: Any, full: int) -> None:
    scale = full / 255
    image = np.rint(np.linspace(100, 150, 1000) * scale).astype(dtype).reshape(20, 50)
    whole = preprocess(image, [Stretch(outside_percent=0)], full)
    assert (int(whole.min()), int(whole.max())) == (0, full)
    speck = image.copy()
    speck[0, :4] = full  # 0.4 % of it
    assert preprocess(speck, [Stretch(outside_percent=0.5)], full)[10, 25] / scale == pytest.approx(134, abs=3)
    assert preprocess(speck, [Stretch(outside_percent=0)], full)[10, 25] / scale < 50
    half = preprocess(image, [Stretch(low_grey=0)], full)
    assert half[0, 0] / scale == pytest.approx(100 * 255 / 150, abs=3)


def test_a_frame_of_one_level_is_not_stretched() -> None:
    image = np.full((5, 5), 77, np.uint8)
    assert (preprocess(image, [Stretch()], 255) == 77).all()


def test_stretching_keeps_hues() -> None:
    image = np.zeros((2, 2, 3), np.uint8)
    image[0], image[1] = (100, 100, 100), (150, 100, 125)
    stretched = preprocess(image, [Stretch(outside_percent=0)], 255)
    assert [int(v) for v in stretched[1, 0]] == [255, 0, 127]


@pytest.mark.parametrize(("dtype", "full"), DEPTHS)
def test_colours_become_grey_by_weights(dtype: Any, full: int) -> None:
    image = np.zeros((3, 3, 3), dtype)
    image[:] = (full // 10, full // 5, full // 2)  # blue, green, red
    luminance = preprocess(image, [Grey()], full)
    assert luminance.shape == (3, 3)
    assert luminance.dtype == dtype
    assert luminance[0, 0] == pytest.approx(full * (0.0114 + 0.1174 + 0.1495), rel=0.01)
    assert preprocess(image, [Grey(red=1, green=-1, blue=0)], full)[0, 0] == pytest.approx(full * 0.3, rel=0.01)
    assert preprocess(image, [Grey(red=-1, green=0, blue=0)], full)[0, 0] == 0
    assert preprocess(image, [Grey(red=4, green=0, blue=0)], full)[0, 0] == full
    assert preprocess(image, [Grey(red=-1, green=0, blue=0, offset_grey=255)], full)[0, 0] == pytest.approx(
        full / 2, rel=0.01
    )


def test_a_grey_frame_has_no_colours_to_weigh() -> None:
    with pytest.raises(ToolError, match="grey by weights: the frame is grey"):
        preprocess(np.zeros((3, 3), np.uint8), [Grey()], 255)


def test_they_come_one_after_the_other() -> None:
    image = np.zeros((9, 9, 3), np.uint8)
    image[..., 2] = 100
    image[4, 4] = 255
    found = preprocess(image, [Grey(red=1, green=0, blue=0), Median(), Stretch(low_grey=50, high_grey=150)], 255)
    assert (found == 127).all()
    assert not found.flags.writeable


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (3, 2, 3), (1, 1, 3)])
@pytest.mark.parametrize(("dtype", "full"), DEPTHS)
def test_any_filter_keeps_size_and_depth_of_any_frame(shape: tuple[int, ...], dtype: Any, full: int) -> None:
    image = np.random.default_rng(1).integers(0, full + 1, shape).astype(dtype)
    for given_as in EVERY:
        one = FILTER.validate_python(given_as)
        if len(shape) == 2 and given_as["filter"] in ("grey", "channel"):
            continue
        found = preprocess(image, [one], full)
        assert (found.shape[:2], found.dtype) == (shape[:2], dtype)
        assert found.max() <= full


@settings(max_examples=15, deadline=None)
@given(st.integers(-40, 40), st.sampled_from([Flatten(by="subtract", size_px=15), Stretch(outside_percent=0)]))
def test_a_brighter_frame_comes_out_the_same(brighter: int, one: Filter) -> None:
    image = np.full((40, 50), 100, np.uint8)
    image[10:20, 10:20] = 160
    assert (
        preprocess((image.astype(np.int16) + brighter).astype(np.uint8), [one], 255) == preprocess(image, [one], 255)
    ).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"filter": "gamma", "gamma": 0},
        {"filter": "gamma", "gamma": float("nan")},
        {"filter": "stretch", "low_grey": 9, "high_grey": 9},
        {"filter": "morphology"},
        {"filter": "morphology", "operation": "open", "width_px": 64},
        {"filter": "mean", "width_px": 0},
        {"filter": "flatten", "size_px": 1},
        {"filter": "grey", "red": 0, "green": 0, "blue": 0},
        {"filter": "blur"},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FILTER.validate_python(wrong)


@pytest.mark.parametrize(
    "edge", [{"filter": "gamma", "gamma": 10}, {"filter": "flatten", "size_px": 2}, {"filter": "mean", "width_px": 201}]
)
def test_what_just_can_be(edge: dict[str, Any]) -> None:
    assert preprocess(spot(np.uint8, 255), [FILTER.validate_python(edge)], 255).shape == (40, 60)
