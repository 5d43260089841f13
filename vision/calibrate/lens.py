"""A lens from several views of a board, and how well it is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..calibration import Lens
from ..errors import TeachError
from .board import Sighting

Floats = NDArray[np.float64]
FEWEST_VIEWS = 3
FREE = 8  # fx, fy, cx, cy, k1, k2, p1, p2; k3 stays 0: few lenses need it, and few boards tell it
FLAGS = cv2.CALIB_FIX_K3
POSE = 6  # parameters of a view


@dataclass(frozen=True, slots=True)
class KnownLens:
    """A lens, and the information of the views about it: the inverse of its covariance, in px of one corner."""

    lens: Lens
    information: Floats  # ``(8, 8)`` of `parameters`
    residual_px: float  # root mean square distance of corners from where lens and poses put them
    size: tuple[int, int]  # of the frames, px

    @property
    def parameters(self) -> Floats:
        return parameters_of(self.lens)


def learn_lens(sightings: Sequence[Sighting]) -> KnownLens:
    """Fit a lens to views of one board, tilted against each other and near the corners of the frame.

    Raises:
        TeachError: Too few views, or of different sizes, or they do not tell a lens.
    """
    if len(sightings) < FEWEST_VIEWS:
        raise TeachError(f"{len(sightings)} views of the board do not tell a lens, {FEWEST_VIEWS} are needed")
    sizes = {one.size for one in sightings}
    if len(sizes) > 1:
        raise TeachError(f"the views have different sizes: {', '.join(f'{w}x{h}' for w, h in sorted(sizes))} px")
    (size,) = sizes
    objects = [_flat(one).astype(np.float32) for one in sightings]
    images = [one.image_px.astype(np.float32) for one in sightings]
    try:
        rms, matrix, distortion, turns, places = cv2.calibrateCamera(
            objects,
            images,
            size,
            None,
            None,
            flags=FLAGS,
        )
    except cv2.error as exc:
        raise TeachError(f"the views do not tell a lens; tilt the board more: {exc.err}") from exc
    lens = Lens(np.asarray(matrix, np.float64), np.asarray(distortion, np.float64).ravel()[:5])
    if not (np.isfinite(lens.matrix).all() and np.isfinite(lens.distortion).all()):
        raise TeachError("the views do not tell a lens; tilt the board more, and show it near the frame's corners")
    information = np.zeros((FREE, FREE))
    for sighting, turn, place in zip(sightings, turns, places, strict=True):
        _, pose, about_lens = projected(lens, sighting, np.concatenate([turn.ravel(), place.ravel()]))
        mixed = about_lens.T @ pose
        information += about_lens.T @ about_lens - mixed @ np.linalg.solve(pose.T @ pose, mixed.T)
    return KnownLens(lens, information, float(rms), size)


def projected(lens: Lens, sighting: Sighting, pose: Floats) -> tuple[Floats, Floats, Floats]:
    """Where the corners should be, ``(n, 2)``; derivatives by the pose, ``(2 n, 6)``, and the lens, ``(2 n, 8)``."""
    points, jacobian = cv2.projectPoints(_flat(sighting), pose[:3], pose[3:], lens.matrix, lens.distortion)
    by: Floats = np.asarray(jacobian, np.float64)
    return np.asarray(points, np.float64).reshape(-1, 2), by[:, :POSE], by[:, POSE : POSE + FREE]


def parameters_of(lens: Lens) -> Floats:
    """The free ones, ``(8,)``."""
    k = lens.matrix
    return np.array([k[0, 0], k[1, 1], k[0, 2], k[1, 2], *lens.distortion[:4]])


def lens_of(parameters: Floats) -> Lens:
    """Of the free ones, ``(8,)``."""
    fx, fy, cx, cy = parameters[:4].tolist()
    return Lens(np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1.0]]), np.array([*parameters[4:], 0.0]))


def _flat(sighting: Sighting) -> Floats:
    return np.column_stack([sighting.board_mm, np.zeros(len(sighting.board_mm))])
