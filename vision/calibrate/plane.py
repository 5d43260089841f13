"""The plane of the parts from one view of a board that lies on it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..calibration import Calibration, Lens, Plane
from ..errors import TeachError
from .board import FEWEST, Sighting
from .lens import POSE, KnownLens, lens_of, parameters_of, projected

Floats = NDArray[np.float64]
ITERATIONS = 5
STILL = 1e-9  # of the sum of squares


@dataclass(frozen=True, slots=True)
class FoundPlane:
    """A plane with how far corners lie from where it puts them, in mm on it."""

    plane: Plane
    residual_mm: float  # root mean square
    largest_mm: float
    size: tuple[int, int]  # of the frame, px

    @property
    def calibration(self) -> Calibration:
        """With the size of a pixel in the frame's middle."""
        x, y = (self.size[0] - 1) / 2, (self.size[1] - 1) / 2
        corners = np.array([(x - 0.5, y - 0.5), (x + 0.5, y - 0.5), (x + 0.5, y + 0.5), (x - 0.5, y + 0.5)])
        on_plane = Calibration(1.0, self.plane)
        return Calibration(on_plane.area(corners) ** 0.5, self.plane)


def find_plane(sighting: Sighting, known: KnownLens | None = None) -> FoundPlane:
    """Where the board lies.

    With a lens its pose is fitted, and the lens once more within what is not known of it: what the corners of one view
    say about it counts as much as they can tell. Without a lens it is a homography.

    Raises:
        TeachError: Too few corners, or the frame is not of the lens's size.
    """
    if len(sighting.image_px) < FEWEST:
        raise TeachError(f"{len(sighting.image_px)} corners do not tell a plane, {FEWEST} are needed")
    plane = _by_pose(sighting, known) if known is not None else _by_homography(sighting)
    away = np.hypot(*(plane.points(sighting.image_px) - sighting.board_mm).T)
    return FoundPlane(plane, float(np.sqrt(np.mean(away**2))), float(away.max()), sighting.size)


def _by_homography(sighting: Sighting) -> Plane:
    matrix, _ = cv2.findHomography(sighting.image_px, sighting.board_mm)
    if matrix is None:
        raise TeachError("the corners do not tell a plane: they lie on a line")
    return Plane(np.asarray(matrix, np.float64))


def _by_pose(sighting: Sighting, known: KnownLens) -> Plane:
    if sighting.size != known.size:
        seen, wanted = ("{}x{}".format(*size) for size in (sighting.size, known.size))
        raise TeachError(f"the frame is {seen} px, the lens was learned on {wanted} px")
    lens, pose = known.lens, _first_pose(sighting, known.lens)
    before = np.inf
    for _ in range(ITERATIONS):
        places, by_pose, by_lens = projected(lens, sighting, pose)
        rest = (sighting.image_px - places).ravel()
        parameters = parameters_of(lens)
        off = known.parameters - parameters
        total = float(rest @ rest + off @ known.information @ off)
        if before - total <= STILL * total:
            break
        before = total
        jacobian = np.hstack([by_pose, by_lens])
        square = jacobian.T @ jacobian
        square[POSE:, POSE:] += known.information
        towards = jacobian.T @ rest
        towards[POSE:] += known.information @ off
        step = _solved(square, towards)
        pose, lens = pose + step[:POSE], lens_of(parameters + step[POSE:])
    turn = np.asarray(cv2.Rodrigues(pose[:3])[0], np.float64)
    seen_from_board = np.column_stack([turn[:, 0], turn[:, 1], pose[3:]])
    return Plane(np.asarray(np.linalg.inv(seen_from_board), np.float64), lens)


def _first_pose(sighting: Sighting, lens: Lens) -> Floats:
    flat = np.column_stack([sighting.board_mm, np.zeros(len(sighting.board_mm))])
    found, turn, place = cv2.solvePnP(flat, sighting.image_px, lens.matrix, lens.distortion)
    if not found:
        raise TeachError("the corners do not tell where the board lies")
    return np.concatenate([np.ravel(turn), np.ravel(place)]).astype(np.float64)


def _solved(square: Floats, towards: Floats) -> Floats:
    """Scaled before: its rows are px, radians, mm and distortions."""
    scale = 1 / np.sqrt(np.maximum(np.diag(square), 1e-30))
    return np.asarray(scale * np.linalg.solve(square * np.outer(scale, scale), towards * scale))
