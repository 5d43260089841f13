"""Edges that lie a little further off than the registration saw."""

import numpy as np
import pytest

from vision.imaging.difference import Master
from vision.imaging.second_look import is_shifted
from vision.imaging.spots import Spot, spots

EVERYWHERE = np.full((120, 160), 255, np.uint8)


def step(at: int) -> np.ndarray:
    """Bright from column `at` on, with a dark bar across."""
    image = np.full((120, 160), 30, np.uint8)
    image[:, at:] = 200
    image[50:60, at:] = 30
    return image


def first_spot(master: Master, laid: np.ndarray) -> tuple[Spot, bool]:
    brighter, darker = master.brighter_darker(laid)
    return (spots(brighter, 5) or spots(darker, 5))[0], bool(spots(brighter, 5))


@pytest.mark.parametrize("off", [-5, -4, 4, 5])
def test_an_edge_that_moved_as_a_whole_is_no_difference(off: int) -> None:
    master, laid = Master(step(80), 2, 40), step(80 + off)
    spot, brighter = first_spot(master, laid)
    assert is_shifted(master, laid, EVERYWHERE, spot, brighter, reach=6, least=5)
    assert not is_shifted(master, laid, EVERYWHERE, spot, brighter, reach=0, least=5)
    assert not is_shifted(master, laid, EVERYWHERE, spot, brighter, reach=abs(off) - 3, least=5), "further than it may"


@pytest.mark.parametrize("depth", [4, 6, 12])
@pytest.mark.parametrize("off", [0, 4])
def test_a_bite_into_an_edge_stays_one(depth: int, off: int) -> None:
    master, laid = Master(step(80), 2, 40), step(80 + off)
    laid[80:90, 80 + off : 80 + off + depth] = 30
    _, darker = master.brighter_darker(laid)
    spot = max(spots(darker, 5), key=lambda one: one.box[2])
    assert not is_shifted(master, laid, EVERYWHERE, spot, False, reach=6, least=5)


def test_a_scratch_where_nothing_else_is_stays_one() -> None:
    plain = np.full((120, 160), 100, np.uint8)
    laid = plain.copy()
    laid[60:62, 40:120] = 180
    master = Master(plain, 2, 40)
    spot, brighter = first_spot(master, laid)
    assert not is_shifted(master, laid, EVERYWHERE, spot, brighter, reach=6, least=5)


def test_at_the_edge_of_the_image_nothing_is_said() -> None:
    master, laid = Master(step(80)[:14], 2, 40), step(85)[:14]
    spot, brighter = first_spot(master, laid)
    assert not is_shifted(master, laid, EVERYWHERE[:14], spot, brighter, reach=6, least=5)
