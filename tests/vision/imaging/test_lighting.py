"""What one picture says of exposure and focus."""

import cv2
import numpy as np
import pytest

from vision.frame import Frame, Image
from vision.imaging.lighting import lighting


def frame(image: Image, full_scale: int = 255) -> Frame:
    return Frame(image, 1, 0, 0, full_scale=full_scale)


def stripes(bright: int = 120, dark: int = 40) -> Image:
    image = np.full((120, 160), dark, np.uint8)
    image[:, ::8] = image[:, 1::8] = image[:, 2::8] = image[:, 3::8] = bright
    return image


def test_shares_and_histogram_count_pixels() -> None:
    image = np.full((10, 20), 100, np.uint8)
    image[:2] = 0
    image[-1] = 255
    said = lighting(frame(image))
    assert (said.dark, said.bright) == (0.2, 0.1)
    assert (said.histogram[0], said.histogram[100], said.histogram[255]) == (40, 140, 20)
    assert said.mean_grey == pytest.approx(0.7 * 100 + 0.1 * 255)


def test_one_white_channel_is_clipped_already() -> None:
    image = np.full((10, 10, 3), 90, np.uint8)
    image[:5, :, 2] = 255
    said = lighting(frame(image))
    assert said.bright == 0.5
    assert said.histogram[255] == 0


def test_sixteen_bits_are_seen_at_their_own_white() -> None:
    image = np.full((10, 10), 2048, np.uint16)
    image[0] = 4095
    said = lighting(frame(image, 4095))
    assert said.bright == 0.1
    assert said.histogram[128] == 90
    assert sum(said.histogram) == 100


def test_focus_falls_with_blur_and_not_with_light() -> None:
    sharp = lighting(frame(stripes())).focus
    assert lighting(frame(np.asarray(cv2.GaussianBlur(stripes(), (0, 0), 2), np.uint8))).focus < sharp / 3
    assert lighting(frame(stripes(240, 80))).focus == pytest.approx(sharp, rel=0.01)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_where_nothing_is_to_be_seen_it_is_zero(grey: int) -> None:
    assert lighting(frame(np.full((1, 1), grey, np.uint8))).focus == 0
