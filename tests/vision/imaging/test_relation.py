"""What a difference does to what was there."""

import numpy as np
import pytest

from vision.imaging.relation import relation
from vision.imaging.spots import spots

TRACKS = np.full((60, 80), 40, np.uint8)
TRACKS[10:20] = TRACKS[40:50] = 200  # two bright bands


def change(x: int, y: int, w: int, h: int, level: int) -> tuple[np.ndarray, np.ndarray]:
    laid, mask = TRACKS.copy(), np.zeros_like(TRACKS)
    laid[y : y + h, x : x + w] = level
    mask[y : y + h, x : x + w] = 255 * (TRACKS[y : y + h, x : x + w] != level)
    return laid, mask


@pytest.mark.parametrize(
    ("box", "level", "how"),
    [
        pytest.param((30, 27, 6, 6), 200, "alone", id="a splash"),
        pytest.param((30, 20, 6, 6), 200, "touches", id="a spur"),
        pytest.param((30, 20, 6, 20), 200, "joins", id="a bridge"),
        pytest.param((30, 13, 6, 4), 40, "alone", id="a pin hole"),
        pytest.param((30, 10, 6, 5), 40, "touches", id="a bite"),
        pytest.param((30, 10, 6, 10), 40, "joins", id="an open track"),
        pytest.param((0, 20, 6, 20), 200, "joins", id="at the edge of the image"),
        pytest.param((30, 27, 6, 6), 120, "alone", id="half as bright"),
    ],
)
@pytest.mark.parametrize("negative", [False, True])
def test_seen_from_its_own_kind(box: tuple[int, int, int, int], level: int, how: str, negative: bool) -> None:
    laid, mask = change(*box, level)
    (spot,) = spots(mask, 1)
    brighter = level > TRACKS[mask > 0].mean()
    if negative:
        assert relation(255 - TRACKS, 255 - laid, spot, not brighter) == how
    else:
        assert relation(TRACKS, laid, spot, brighter) == how
