"""Boards drawn through a known lens."""

import cv2
import numpy as np

from vision.calibrate import Charuco, Chessboard
from vision.calibration import Lens

LENS = Lens(np.array([[620.0, 0, 326], [0, 618, 236], [0, 0, 1]]), np.array([-0.25, 0.08, 0.001, -0.0005, 0]))
SIZE = (640, 480)
POSES = [
    ((0.0, 0.0, 0.0), (-80, -50, 330)),
    ((0.45, 0.0, 0.1), (-90, -60, 330)),
    ((0.0, 0.5, -0.1), (-110, -40, 350)),
    ((-0.4, 0.3, 0.2), (-60, -70, 320)),
    ((0.3, -0.45, -0.3), (-70, -20, 340)),
]
CHESS = Chessboard(9, 6, 20.0)
CHARUCO = Charuco(10, 7, 20.0, 14.0)


def photograph(picture: np.ndarray, px_per_mm: float, turn: tuple[float, ...], place: tuple[float, ...]) -> np.ndarray:
    """`picture` lying on a plane, as `LENS` sees it: two samples a pixel each way."""
    step, n = 4, 2  # the lens is smooth: rays of every fourth pixel do
    x, y = np.meshgrid(np.arange(0, SIZE[0] + step, step), np.arange(0, SIZE[1] + step, step))
    rays = LENS.undistorted(np.stack([x.ravel(), y.ravel()], axis=1))
    lattice = rays.reshape(*x.shape, 2).astype(np.float32)
    fx, fy = np.meshgrid((np.arange(SIZE[0] * n) - 0.5) / n / step, (np.arange(SIZE[1] * n) - 0.5) / n / step)
    dense = cv2.remap(lattice, fx.astype(np.float32), fy.astype(np.float32), cv2.INTER_LINEAR)
    x, rays = fx, dense.reshape(-1, 2).astype(np.float64)
    r = cv2.Rodrigues(np.array(turn))[0]
    to_board = np.linalg.inv(np.column_stack([r[:, 0], r[:, 1], np.array(place, float)]))
    bx, by, w = to_board @ np.column_stack([rays, np.ones(len(rays))]).T
    mx, my = (v.reshape(x.shape).astype(np.float32) for v in (bx / w * px_per_mm - 0.5, by / w * px_per_mm - 0.5))
    seen = cv2.remap(picture, mx, my, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=210)
    return cv2.GaussianBlur(cv2.resize(seen, SIZE, interpolation=cv2.INTER_AREA), (0, 0), 0.7)


def chessboard() -> tuple[np.ndarray, float]:
    """10 x 7 squares of 20 mm with a margin; the first inner corner lies at 40 mm."""
    squares = np.indices((7, 10)).sum(axis=0) % 2
    picture = np.kron(squares, np.ones((160, 160))).astype(np.uint8) * 190 + 30
    return cv2.copyMakeBorder(picture, 160, 160, 160, 160, cv2.BORDER_CONSTANT, value=220), 8.0


def charuco() -> tuple[np.ndarray, float]:
    picture = CHARUCO.drawn().generateImage((1600, 1120), marginSize=0)
    return (picture.astype(np.float32) * 190 / 255 + 30).astype(np.uint8), 8.0
