"""Frames that no tool may judge."""

import numpy as np
import pytest

from vision.errors import ImageFormatError, ImageQualityError
from vision.frame import Frame
from vision.pipeline.gate import check_format, check_quality
from vision.recipe import ImageEntry


def frame(image: np.ndarray, full_scale: int = 255) -> Frame:
    return Frame(image, 1, 0, 0, full_scale=full_scale)


def scene(seed: int = 1, shape: tuple[int, ...] = (240, 320)) -> np.ndarray:
    """A part on a belt, with the noise of a sensor."""
    image = np.random.default_rng(seed).normal(60, 3, shape)
    image[60:180, 80:240] += 100
    return np.clip(image, 0, 255).astype(np.uint8)


def noise(level: float, sigma: float = 1.5) -> np.ndarray:
    return np.clip(np.random.default_rng(2).normal(level, sigma, (240, 320)), 0, 255).astype(np.uint8)


def cut(image: np.ndarray, rows: slice, value: int) -> np.ndarray:
    image = image.copy()
    image[rows] = value
    return image


def flat(value: int) -> np.ndarray:
    return np.full((48, 64), value, np.uint8)


def hot(image: np.ndarray, value: int) -> np.ndarray:
    image = image.copy()
    image[100, 100] = value
    return image


@pytest.mark.parametrize(
    ("image", "words"),
    [
        pytest.param(np.zeros((48, 64), np.uint8), "wholly black", id="all 0"),
        pytest.param(noise(3), "wholly black", id="covered lens"),
        pytest.param(np.full((48, 64, 3), 255, np.uint8), "wholly white", id="all 255"),
        pytest.param(noise(254), "wholly white", id="blinded"),
        pytest.param(cut(scene(), slice(120, None), 0), "bottom 120 rows", id="lower half missing"),
        pytest.param(cut(scene(), slice(None, 120), 0), "top 120 rows", id="upper half missing"),
        pytest.param(cut(scene(), slice(120, None), 128), "bottom 120 rows", id="grey half of a cut JPEG"),
        pytest.param(cut(scene(shape=(240, 320, 3)), slice(180, None), 0), "bottom 60 rows", id="a quarter, colour"),
        pytest.param(cut(flat(200), slice(24, None), 0), "bottom 24 rows", id="half of a flat one"),
    ],
)
def test_bad_frames(image: np.ndarray, words: str) -> None:
    with pytest.raises(ImageQualityError, match=words):
        check_quality(frame(image))


def test_a_hot_pixel_makes_no_black_frame_good() -> None:
    black = np.zeros((400, 400), np.uint8)
    with pytest.raises(ImageQualityError):
        check_quality(frame(hot(black, 255)))


def discs() -> np.ndarray:
    image = np.zeros((100, 100), np.uint8)
    image[10:30, 20:60] = 255
    return image


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(scene(), id="grey"),
        pytest.param(scene(shape=(240, 320, 3)), id="colour"),
        pytest.param(discs(), id="drawn on black"),
        pytest.param(255 - discs(), id="drawn on white"),
        pytest.param(cut(scene(), slice(200, None), 0), id="less than a quarter"),
        pytest.param(cut(flat(200), slice(24, None), 100), id="a drawn edge"),
        pytest.param(np.full((48, 64), 128, np.uint8), id="flat grey"),
        pytest.param(noise(20), id="dark, but not black"),
        pytest.param(noise(240), id="bright, but not white"),
    ],
)
def test_good_frames(image: np.ndarray) -> None:
    check_quality(frame(image))


def test_twelve_bits_have_their_own_black_and_white() -> None:
    check_quality(frame(np.full((48, 64), 2000, np.uint16), 4095))
    with pytest.raises(ImageQualityError, match="white"):
        check_quality(frame(np.full((48, 64), 4095, np.uint16), 4095))
    with pytest.raises(ImageQualityError, match="black"):
        check_quality(frame(np.full((48, 64), 100, np.uint16), 4095))


WANTED = ImageEntry(width=320, height=240, channels=3, bits=8)


@pytest.mark.parametrize(
    ("image", "full_scale", "words"),
    [
        (np.zeros((240, 321, 3), np.uint8), 255, "width is 321, the recipe was made for 320"),
        (np.zeros((120, 320, 3), np.uint8), 255, "height is 120, the recipe was made for 240"),
        (np.zeros((240, 320), np.uint8), 255, "channels is 1, the recipe was made for 3"),
        (np.zeros((240, 320, 3), np.uint16), 4095, "bits is 12, the recipe was made for 8"),
        (np.zeros((240, 320, 4), np.uint8), 255, "is no grey or BGR image"),
        (np.zeros((240, 320, 3), np.float32), 255, "float32"),
    ],
)
def test_other_formats(image: np.ndarray, full_scale: int, words: str) -> None:
    with pytest.raises(ImageFormatError, match=f"image format: .*{words}"):
        check_format(frame(image, full_scale), WANTED)


def test_what_the_recipe_leaves_open_is_not_checked() -> None:
    check_format(frame(np.zeros((240, 320, 3), np.uint8)), WANTED)
    check_format(frame(np.zeros((9, 9), np.uint16), 1023), ImageEntry())
