"""Boards of known size, and their corners in an image."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import TeachError
from ..frame import Image
from ..imaging.pixels import Pixels

Floats = NDArray[np.float64]
FEWEST = 12  # corners: fewer do not tell a plane from its noise
REFINED = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 60, 1e-5)
SHARE = 6  # of a square's side: half the window in which a corner is refined
WINDOW_PX = (3, 11)


@dataclass(frozen=True, slots=True)
class Sighting:
    """Corners of a board in one image. Arrays of one length."""

    board_mm: Floats  # ``(n, 2)`` on the board
    image_px: Floats  # ``(n, 2)`` in the frame
    size: tuple[int, int]  # width and height of the frame, px


class Board(Protocol):
    """A flat target."""

    def sighting(self, image: Image, full_scale: int = 255) -> Sighting:
        """Its corners in `image`, sub-pixel.

        Raises:
            TeachError: It is not seen.
        """


@dataclass(frozen=True, slots=True)
class Chessboard:
    """Black and white squares; all inner corners have to be seen."""

    columns: int  # inner corners in a row
    rows: int  # inner corners in a column
    square_mm: float

    def sighting(self, image: Image, full_scale: int = 255) -> Sighting:
        grey = Pixels(image, full_scale).grey
        shape = (self.columns, self.rows)
        if min(shape) < 3:
            raise TeachError(f"a board of {self.columns}x{self.rows} inner corners is too small, 3x3 are needed")
        found, seen = cv2.findChessboardCorners(grey, shape)
        if not found:
            raise TeachError(
                f"no chessboard of {self.columns}x{self.rows} inner corners is seen; all of them have to be, "
                "with a light margin round the board"
            )
        corners = np.asarray(seen, np.float32)
        y, x = np.divmod(np.arange(self.columns * self.rows), self.columns)
        places = np.stack([x, y], axis=1) * self.square_mm
        return Sighting(
            places, _refined(grey, corners, _spacing(corners, self.columns)), (grey.shape[1], grey.shape[0])
        )


@dataclass(frozen=True, slots=True)
class Charuco:
    """A chessboard with ArUco markers in its white squares; a part of it may be hidden."""

    columns: int  # squares in a row
    rows: int  # squares in a column
    square_mm: float
    marker_mm: float
    dictionary: str = "DICT_4X4_50"

    def sighting(self, image: Image, full_scale: int = 255) -> Sighting:
        grey = Pixels(image, full_scale).grey
        board = self.drawn()
        corners, ids, _, _ = cv2.aruco.CharucoDetector(board).detectBoard(grey)
        count = 0 if ids is None else len(ids)
        if count < FEWEST:
            raise TeachError(
                f"{count} corners of a ChArUco board of {self.columns}x{self.rows} squares ({self.dictionary}) "
                f"are seen, {FEWEST} needed"
            )
        places = np.asarray(board.getChessboardCorners(), np.float64)[np.asarray(ids).ravel(), :2]
        pixels = np.asarray(corners, np.float64).reshape(-1, 2)
        return Sighting(places, pixels, (grey.shape[1], grey.shape[0]))

    def drawn(self) -> cv2.aruco.CharucoBoard:
        """The board as OpenCV knows it.

        Raises:
            TeachError: There is no such dictionary, or it cannot be.
        """
        name = getattr(cv2.aruco, self.dictionary, None)
        if name is None or not self.dictionary.startswith("DICT_"):
            raise TeachError(f"there is no ArUco dictionary {self.dictionary!r}, for example DICT_4X4_50")
        if not 0 < self.marker_mm < self.square_mm or min(self.columns, self.rows) < 3:
            raise TeachError(
                f"a ChArUco board of {self.columns}x{self.rows} squares of {self.square_mm:g} mm with markers of "
                f"{self.marker_mm:g} mm cannot be: 3x3 squares, and markers smaller than these, are needed"
            )
        words = cv2.aruco.getPredefinedDictionary(name)
        return cv2.aruco.CharucoBoard((self.columns, self.rows), self.square_mm, self.marker_mm, words)


def _spacing(corners: NDArray[np.float32], columns: int) -> float:
    rows = corners.reshape(-1, columns, 2)
    return float(np.hypot(*np.diff(rows, axis=1).reshape(-1, 2).T).min())


def _refined(grey: NDArray[np.uint8], corners: NDArray[np.float32], spacing: float) -> Floats:
    half = int(min(max(spacing / SHARE, WINDOW_PX[0]), WINDOW_PX[1]))
    found = cv2.cornerSubPix(grey, corners, (half, half), (-1, -1), REFINED)
    return np.asarray(found, np.float64).reshape(-1, 2)
