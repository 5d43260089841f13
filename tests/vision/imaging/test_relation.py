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


def ring(x: int, y: int, half: int, *, gap: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """A bright square line, 2 px wide, round what is dark; or a hook that leaves it open."""
    laid = TRACKS.copy()
    laid[y - half : y + half, x - half : x + half] = 200
    laid[y - half + 2 : y + half - 2, x - half + 2 : x + half - 2] = 40
    if gap:
        laid[y - 1 : y + 1, x + half - 2 : x + half] = 40
    return laid, (255 * (laid != TRACKS)).astype(np.uint8)


@pytest.mark.parametrize(
    ("at", "half", "gap", "how"),
    [
        pytest.param((40, 30), 6, False, "encloses", id="a ring by itself"),
        pytest.param((40, 30), 6, True, "alone", id="an open ring"),
        pytest.param((40, 24), 5, False, "encloses", id="a loop at a track"),
        pytest.param((40, 30), 3, False, "alone", id="four pixels are a gap"),
    ],
)
@pytest.mark.parametrize("negative", [False, True])
def test_what_goes_round_some_of_the_other_kind_encloses(
    at: tuple[int, int], half: int, gap: bool, how: str, negative: bool
) -> None:
    laid, mask = ring(*at, half, gap=gap)
    (spot,) = spots(mask, 1)
    if negative:
        assert relation(255 - TRACKS, 255 - laid, spot, False) == how
    else:
        assert relation(TRACKS, laid, spot, True) == how


def test_what_was_shut_in_before_is_not_enclosed_by_what_fills_a_part_of_it() -> None:
    master = np.full((60, 80), 40, np.uint8)
    master[15:45, 25:55] = 200
    master[22:38, 32:48] = 40
    laid = master.copy()
    laid[22:28, 32:38] = 200
    (spot,) = spots((255 * (laid != master)).astype(np.uint8), 1)
    assert relation(master, laid, spot, True) == "touches"
