"""Carry images and poses from one set of pixels to another."""

import math
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..roi import Pose


def pose_at(pose: Pose, origin: tuple[float, float]) -> Pose:
    """`pose` for points counted from `origin` rather than from the frame's first pixel."""
    out = np.array(pose, np.float64)
    out[:, 2] += out[:, :2] @ np.asarray(origin, np.float64)
    return out


def inverse(pose: Pose) -> Pose:
    """The way back."""
    return cast("Pose", cv2.invertAffineTransform(np.asarray(pose, np.float64)))


def similarity(about: tuple[float, float], to: tuple[float, float], angle_deg: float, scale: float = 1.0) -> Pose:
    """Turn by `angle_deg` (counter-clockwise on screen) and scale about `about`, which comes to lie at `to`."""
    c, s = scale * math.cos(math.radians(angle_deg)), scale * math.sin(math.radians(angle_deg))
    return np.array([[c, s, to[0] - c * about[0] - s * about[1]], [-s, c, to[1] + s * about[0] - c * about[1]]])


def pull(image: NDArray[Any], pose: Pose, size: tuple[int, int], outside: int | None = None) -> NDArray[Any]:
    """An image of `size` (width, height) whose pixel p is `image` at `pose` p, bilinear.

    Beyond the edge of `image` lies `outside`, or its nearest pixel. A pose of whole shifts copies pixels unchanged.
    """
    if (copied := _copied(image, pose, size, outside)) is not None:
        return copied
    return cast(
        "NDArray[Any]",
        cv2.warpAffine(
            image,
            np.asarray(pose, np.float64),
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT,
            borderValue=float(outside or 0),
        ),
    )


def _copied(image: NDArray[Any], pose: Pose, size: tuple[int, int], outside: int | None) -> NDArray[Any] | None:
    """None where it is no whole shift, or nothing of the image is seen."""
    if not (np.array_equal(np.rint(pose), pose) and np.array_equal(pose[:, :2], np.eye(2))):
        return None
    x, y = int(pose[0, 2]), int(pose[1, 2])
    (h, w), (right, bottom) = image.shape[:2], (x + size[0], y + size[1])
    seen = image[max(0, y) : max(0, bottom), max(0, x) : max(0, right)]
    if not seen.size:
        return None
    beyond = max(0, -y), max(0, bottom - h), max(0, -x), max(0, right - w)
    if not any(beyond):
        return seen.copy()
    edge = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
    return cast("NDArray[Any]", cv2.copyMakeBorder(seen, *beyond, edge, value=[float(outside or 0)] * 4))
