"""From pixels to millimetres: by one size of all pixels, or through the lens onto the plane of the parts."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
UNDISTORTED = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 40, 1e-10)

STORED_AS, STORED_VERSION = "calibration", 1
"""As a recipe's entry of taught data calls it."""


@dataclass(frozen=True, slots=True)
class Lens:
    """A camera as OpenCV models it: focal lengths and centre in px, distortion k1, k2, p1, p2, k3."""

    matrix: Floats  # ``(3, 3)``
    distortion: Floats  # ``(5,)``

    def undistorted(self, points: Floats) -> Floats:
        """Frame points, ``(n, 2)`` px, as directions: x / z and y / z."""
        flat = np.asarray(points, np.float64).reshape(-1, 1, 2)
        if not len(flat):
            return np.zeros((0, 2))
        seen = cv2.undistortPoints(flat, self.matrix, self.distortion, None, None, None, UNDISTORTED)
        return np.asarray(seen, np.float64).reshape(-1, 2)


@dataclass(frozen=True, slots=True)
class Plane:
    """Where the parts lie: from directions of the lens (without one: from frame px) to millimetres on the plane."""

    to_mm: Floats  # ``(3, 3)`` homography
    lens: Lens | None = None

    def points(self, points: Floats) -> Floats:
        """Frame points, ``(n, 2)`` px, in mm on the plane."""
        seen = self.lens.undistorted(points) if self.lens is not None else np.asarray(points, np.float64)
        x, y, w = self.to_mm @ np.column_stack([seen, np.ones(len(seen))]).T
        return np.stack([x / w, y / w], axis=1)


@dataclass(frozen=True, slots=True)
class Calibration:
    """`mm_per_px` None = not calibrated, lengths stay in px. With a `plane` lengths are measured on it.

    Then `mm_per_px` is the size of a pixel in the frame's middle, by which single pixels count.
    """

    mm_per_px: float | None = None
    plane: Plane | None = None

    @property
    def unit(self) -> str:
        return "px" if self.mm_per_px is None else "mm"

    def points(self, points: NDArray[Any]) -> Floats:
        """Frame points, ``(n, 2)``, in `unit`; y down, the origin is the plane's or the frame's."""
        if self.plane is not None:
            return self.plane.points(points)
        return np.asarray(points, np.float64) * (self.mm_per_px or 1.0)

    def length(self, p: tuple[float, float], q: tuple[float, float]) -> float:
        """The distance between two frame points, in `unit`."""
        if self.plane is not None:
            (ax, ay), (bx, by) = self.plane.points(np.array([p, q])).tolist()
            return math.hypot(bx - ax, by - ay)
        return math.dist(p, q) * (self.mm_per_px or 1.0)

    def area(self, contour: NDArray[Any]) -> float:
        """The area inside a closed line, ``(n, 2)`` frame points, in `unit` squared."""
        x, y = self.points(contour).T
        return 0.5 * float(np.abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)))

    def pixel_area(self, count: float) -> float:
        """The area of so many pixels, in `unit` squared."""
        return count * (self.mm_per_px or 1.0) ** 2


def by_distance(p: tuple[float, float], q: tuple[float, float], mm: float) -> Calibration:
    """The size of a pixel from two frame points that are `mm` apart.

    Raises:
        ValueError: The points are the same, or the distance is not above 0.
    """
    px = math.dist(p, q)
    if px <= 0 or not 0 < mm < math.inf:
        raise ValueError(f"a distance of {mm:g} mm over {px:g} px gives no size of a pixel; both have to be above 0")
    return Calibration(mm / px)
