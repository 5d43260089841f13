"""Lenses and planes from boards whose place is known."""

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest

from tests.vision.calibrate.boards import CHARUCO, CHESS, LENS, POSES, SIZE, charuco, chessboard, photograph
from vision.calibrate import Charuco, Chessboard, KnownLens, Sighting, find_plane, learn_lens
from vision.calibration import Calibration, by_distance
from vision.errors import TeachError


@cache
def photographs(kind: Callable[[], tuple[np.ndarray, float]]) -> tuple[np.ndarray, ...]:
    picture, px_per_mm = kind()
    return tuple(photograph(picture, px_per_mm, *pose) for pose in POSES)


@cache
def known() -> KnownLens:
    return learn_lens([CHESS.sighting(image) for image in photographs(chessboard)])


def test_the_lens_is_found_with_its_distortion() -> None:
    lens = known()
    assert lens.residual_px < 0.12
    assert np.abs(lens.lens.matrix - LENS.matrix).max() < 3
    corners = np.array([(20.0, 20.0), (620, 20), (620, 460), (20, 460)])
    assert lens.lens.undistorted(corners) == pytest.approx(
        LENS.undistorted(corners), abs=4e-3
    )  # 2 px where no board was


@pytest.mark.parametrize("view", [1, 3])
def test_distances_on_the_plane_in_mm_where_no_corner_was_seen(view: int) -> None:
    """The right third of the board is painted over; what lies there is measured."""
    full = CHESS.sighting(photographs(chessboard)[view])
    seen = full.board_mm[:, 0] < 100
    part = Sighting(full.board_mm[seen], full.image_px[seen], full.size)
    found = find_plane(part, known())
    assert found.residual_mm < 0.1
    hidden = full.image_px[~seen]
    measured = found.calibration.points(hidden)
    assert np.hypot(*(measured - full.board_mm[~seen]).T).max() < 0.2
    p, q = hidden[0], hidden[-1]
    wanted = np.hypot(*(full.board_mm[~seen][0] - full.board_mm[~seen][-1]))
    assert found.calibration.length(tuple(p), tuple(q)) == pytest.approx(wanted, abs=0.15)


def test_without_a_lens_a_tilted_plane_is_a_homography() -> None:
    grid = np.array([(x, y) for y in range(4) for x in range(5)], float) * 10
    h = np.array([[3.0, 0.2, 100], [0.1, 2.8, 80], [1e-3, 5e-4, 1]])
    x, y, w = h @ np.column_stack([grid, np.ones(20)]).T
    found = find_plane(Sighting(grid, np.stack([x / w, y / w], axis=1), SIZE))
    assert found.largest_mm < 1e-4
    assert found.calibration.length((x[0] / w[0], y[0] / w[0]), (x[4] / w[4], y[4] / w[4])) == pytest.approx(40)
    corners = np.stack([x / w, y / w], axis=1)[[0, 4, 19, 15]]
    assert found.calibration.area(corners) == pytest.approx(40 * 30)


def test_a_charuco_board_may_be_partly_hidden() -> None:
    images = photographs(charuco)
    lens = learn_lens([CHARUCO.sighting(image) for image in images])
    assert lens.residual_px < 0.3
    half = images[1].copy()
    half[:, 350:] = 90
    seen = CHARUCO.sighting(half)
    assert 12 <= len(seen.image_px) < 54
    assert find_plane(seen, lens).residual_mm < 0.1


@pytest.mark.parametrize("depth", ["colour", "16 bits"])
def test_colour_and_16_bits_see_the_same_corners(depth: str) -> None:
    grey = photographs(chessboard)[1]
    image = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR) if depth == "colour" else grey.astype(np.uint16) * 257
    seen = CHESS.sighting(image, 65535 if depth == "16 bits" else 255)
    assert seen.image_px == pytest.approx(CHESS.sighting(grey).image_px)


GREY = np.full((480, 640), 128, np.uint8)


@pytest.mark.parametrize(
    ("board", "words"),
    [
        (Chessboard(9, 6, 20), "no chessboard of 9x6 inner corners is seen"),
        (Chessboard(2, 6, 20), "2x6 inner corners is too small"),
        (Charuco(10, 7, 20, 14), "0 corners of a ChArUco board of 10x7 squares"),
        (Charuco(10, 7, 20, 20), "markers smaller than these"),
        (Charuco(10, 7, 20, 14, "DICT_OF_MINE"), "there is no ArUco dictionary 'DICT_OF_MINE'"),
    ],
)
def test_what_is_not_seen_is_said(board: Chessboard | Charuco, words: str) -> None:
    with pytest.raises(TeachError, match=words):
        board.sighting(GREY)


def test_too_little_to_learn_from_is_said() -> None:
    one = CHESS.sighting(photographs(chessboard)[0])
    with pytest.raises(TeachError, match="2 views of the board do not tell a lens, 3 are needed"):
        learn_lens([one, one])
    with pytest.raises(TeachError, match="different sizes: 320x240, 640x480 px"):
        learn_lens([one, one, Sighting(one.board_mm, one.image_px, (320, 240))])
    with pytest.raises(TeachError, match="11 corners do not tell a plane, 12 are needed"):
        find_plane(Sighting(one.board_mm[:11], one.image_px[:11], SIZE))
    find_plane(Sighting(one.board_mm[:12], one.image_px[:12], SIZE))
    with pytest.raises(TeachError, match="the frame is 320x240 px, the lens was learned on 640x480 px"):
        find_plane(Sighting(one.board_mm, one.image_px, (320, 240)), known())


def test_the_size_of_a_pixel_by_a_known_distance() -> None:
    assert by_distance((0, 0), (30, 40), 5.0).length((10, 10), (10, 30)) == pytest.approx(2.0)
    assert Calibration().length((0, 0), (3, 4)) == 5
    with pytest.raises(ValueError, match="both have to be above 0"):
        by_distance((1, 1), (1, 1), 5)
