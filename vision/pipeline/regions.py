"""A step's regions on this frame: moved with the part, cut by masks, clipped to the frame."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from ..imaging.strip import Lies, Strip
from ..roi import CircleRoi, LineRoi, PathRoi, Pose, Rectangle, RingSector, Roi, disc_of, mask_of, moved, ring_of
from ..tool import Region
from ..view import Ring

Box = tuple[int, int, int, int]
LONGEST_PATH = 100_000
"""px: a mistyped point must not fill the memory."""


def place_regions(regions: Sequence[Roi], masks: Sequence[Roi], pose: Pose, shape: tuple[int, int]) -> list[Region]:
    """The regions that a tool gets; with masks and no region, the whole frame less the masks.

    Args:
        shape: ``(height, width)`` of the frame.

    Raises:
        ToolError: A region lies wholly outside of the frame, or nothing of it is left.
    """
    if not regions and masks:
        return [_less(_whole(shape), masks, pose, "the frame")]
    return [
        _less(_placed(roi, pose, shape, f"region {i}"), masks, pose, f"region {i}") for i, roi in enumerate(regions, 1)
    ]


def _placed(roi: Roi, pose: Pose, shape: tuple[int, int], name: str) -> Region:
    outline = moved(roi.outline(), pose)
    box = _box(_extremes(roi, pose, outline), shape)
    if box[2] <= 0 or box[3] <= 0:
        (left, top), (right, bottom) = np.ceil(outline.min(axis=0)), np.floor(outline.max(axis=0))
        covered = f"it covers x {left:.0f} to {right:.0f}, y {top:.0f} to {bottom:.0f}"
        raise ToolError(f"{name} lies outside of the frame: {covered}; the frame is {shape[1]} x {shape[0]} px")
    path = _path(roi, pose)
    lies = None if path is None else path.within(box)
    mask = _mask(roi, pose, box, outline) if lies is None else _as_mask(lies)
    if not mask.any():
        raise ToolError(f"{name} has no pixel inside the frame")
    size = _size(roi, pose) if path is None else (path.length, path.width)
    return Region(
        outline, _centre(roi, pose), _angle(roi, pose), size, mask, box, _ring(roi, pose), path, lies, roi.kind
    )


def _less(region: Region, masks: Sequence[Roi], pose: Pose, name: str) -> Region:
    if not masks:
        return region
    mask = region.mask.copy()
    x, y, w, h = region.box
    for roi in masks:
        # Only where it lies: most masks are small, and regions may be large.
        outline = moved(roi.outline(), pose)
        left, top, width, height = _box(_extremes(roi, pose, outline), (y + h, x + w))
        box = max(left, x), max(top, y), left + width - max(left, x), top + height - max(top, y)
        if box[2] > 0 and box[3] > 0:
            part = mask[box[1] - y : box[1] - y + box[3], box[0] - x : box[0] - x + box[2]]
            part[_mask(roi, pose, box, outline) > 0] = 0
    if not mask.any():
        raise ToolError(f"{name} is wholly covered by masks")
    return replace(region, mask=mask)


def _whole(shape: tuple[int, int]) -> Region:
    h, w = shape
    outline = np.array([(-0.5, -0.5), (w - 0.5, -0.5), (w - 0.5, h - 0.5), (-0.5, h - 0.5)])
    return Region(outline, ((w - 1) / 2, (h - 1) / 2), 0.0, (w, h), np.full((h, w), 255, np.uint8), (0, 0, w, h))


def _extremes(roi: Roi, pose: Pose, outline: NDArray[np.float64]) -> NDArray[np.float64]:
    if isinstance(roi, PathRoi):  # round where it bends
        line, half = moved(roi.course(), pose), roi.width / 2 * _scale(pose)
        return np.concatenate([line - half, line + half])
    if not isinstance(roi, CircleRoi | RingSector) or (isinstance(roi, RingSector) and roi.sweep_deg < 360):
        return outline
    # The outline is a polygon with its corners on the circle: between them the circle reaches further.
    radius = (roi.radius if isinstance(roi, CircleRoi) else roi.outer) * _scale(pose)
    x, y = _centre(roi, pose)
    return np.array([(x - radius, y - radius), (x + radius, y + radius)])


def _box(outline: NDArray[np.float64], shape: tuple[int, int]) -> Box:
    """The pixels whose centres may lie inside, clipped to the frame."""
    # Far outside, where a bad pose puts a region, the numbers would not fit an int.
    most = max(shape) + 1
    points = np.round(outline, 6)
    low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    left, top = (max(0, math.ceil(min(max(end, -1), most))) for end in low)
    right, bottom = (math.floor(min(max(end, -1), most)) for end in high)
    right, bottom = min(right, shape[1] - 1), min(bottom, shape[0] - 1)
    return left, top, right - left + 1, bottom - top + 1


def _mask(roi: Roi, pose: Pose, box: Box, outline: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Inside `box`, of the region whose moved outline is `outline`."""
    x, y, width, height = box
    if isinstance(roi, CircleRoi):
        cx, cy = _centre(roi, pose)
        return disc_of((cx - x, cy - y), roi.radius * _scale(pose), (height, width))
    if isinstance(roi, RingSector) and roi.sweep_deg >= 360:  # its outline has a seam, where pixels would be lost
        (cx, cy), scale = _centre(roi, pose), _scale(pose)
        return ring_of((cx - x, cy - y), (roi.inner * scale, roi.outer * scale), (height, width))
    if (path := _path(roi, pose)) is not None:
        return _as_mask(path.within(box))
    return mask_of(outline - (x, y), (height, width))


def _as_mask(lies: Lies) -> NDArray[np.uint8]:
    return np.multiply(lies.inside, 255, dtype=np.uint8)


def _path(roi: Roi, pose: Pose) -> Strip | None:
    if not isinstance(roi, PathRoi):
        return None
    line = moved(roi.course(), pose)
    if (length := float(np.hypot(*np.diff(line, axis=0).T).sum())) > LONGEST_PATH:
        raise ToolError(f"a path is {length:.0f} px long, more than {LONGEST_PATH}")
    return Strip.along(line, roi.width * _scale(pose), roi.closed)


def _ring(roi: Roi, pose: Pose) -> Ring | None:
    if not isinstance(roi, RingSector):
        return None
    scale = _scale(pose)
    return Ring(roi.inner * scale, roi.outer * scale, _angle(roi, pose) + roi.start_deg, roi.sweep_deg)


def _centre(roi: Roi, pose: Pose) -> tuple[float, float]:
    x, y = roi.centre
    (a, b, c), (d, e, f) = pose.tolist()
    return a * x + b * y + c, d * x + e * y + f


def _scale(pose: Pose) -> float:
    (a, b, _), (c, d, _) = pose.tolist()
    return math.sqrt(abs(a * d - b * c))


def _angle(roi: Roi, pose: Pose) -> float:
    turned = math.degrees(math.atan2(-pose[1, 0], pose[0, 0]))
    return turned + (roi.angle_deg if isinstance(roi, Rectangle | LineRoi) else 0.0)


def _size(roi: Roi, pose: Pose) -> tuple[float, float]:
    scale = _scale(pose)
    if isinstance(roi, Rectangle):
        return roi.width * scale, roi.height * scale
    if isinstance(roi, LineRoi):
        return roi.length * scale, roi.width * scale
    if isinstance(roi, RingSector):
        middle = math.radians(roi.sweep_deg) * (roi.inner + roi.outer) / 2
        return middle * scale, (roi.outer - roi.inner) * scale
    # Circles and polygons have pixel centres on their edges, so one pixel more than the way from edge to edge.
    width, height = (2 * roi.radius,) * 2 if isinstance(roi, CircleRoi) else np.ptp(roi.outline(), axis=0).tolist()
    return width * scale + 1, height * scale + 1
