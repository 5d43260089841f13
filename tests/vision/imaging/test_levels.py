"""Grey levels of any frame."""

import numpy as np
import pytest

from vision.imaging.levels import cut_levels, levels


def test_levels_are_0_to_255_with_fractions() -> None:
    image = np.array([[0, 2048, 4095]], np.uint16)
    assert levels(image, 4095)[0] == pytest.approx([0, 255 * 2048 / 4095, 255])
    assert cut_levels(image, (1, 0, 1, 1), 4095).shape == (1, 1)
    assert levels(np.full((2, 2, 3), 90, np.uint8)).tolist() == [[90, 90], [90, 90]]
