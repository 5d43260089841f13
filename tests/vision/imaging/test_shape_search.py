"""The search for a part over all its angles."""

import cv2
import numpy as np
import pytest

from vision.errors import TimeLimitError
from vision.imaging.shape_model import learn
from vision.imaging.shape_search import Range, ShapeSearch


def test_a_long_search_ends_between_two_variants_when_its_time_is_over() -> None:
    image = np.zeros((120, 140), np.uint8)
    cv2.rectangle(image, (30, 40), (110, 80), 200, -1)
    model = learn(image.astype(np.float32), np.full(image.shape, 255, np.uint8), (70.0, 60.0), 1.0)
    search = ShapeSearch(model, Range(180, 0.8, 1.2), reversible=False)
    asked: list[int] = []

    def keep_time() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise TimeLimitError("time limit of the step is over")

    assert len(search.variants) > 20
    with pytest.raises(TimeLimitError):
        search.candidates(image.astype(np.float32), None, keep_time)
    assert len(asked) == 3
