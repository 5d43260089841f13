"""Where a tool looks: regions of a frame, moved with the part."""

import math
from typing import Annotated, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Pose = NDArray[np.float64]
"""``(2, 3)`` affine matrix from taught frame pixels to this frame's pixels."""

IDENTITY: Pose = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
IDENTITY.setflags(write=False)


class _Region(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Rectangle(_Region):
    """A rectangle, covering ``x <= column < x + width`` before it is turned about its centre."""

    kind: Literal["rectangle"] = "rectangle"
    x: float
    """Left edge (px)"""
    y: float
    """Top edge (px)"""
    width: Annotated[float, Field(gt=0)]
    """Width (px)"""
    height: Annotated[float, Field(gt=0)]
    """Height (px)"""
    angle_deg: float = 0.0
    """Turned counter-clockwise about the centre (deg)"""

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + (self.width - 1) / 2, self.y + (self.height - 1) / 2

    def outline(self) -> NDArray[np.float64]:
        """``(4, 2)`` corners of the covered area, clockwise on screen from the top left one."""
        cx, cy = self.centre
        w, h = self.width / 2, self.height / 2
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        return np.array(
            [(cx + dx * c + dy * s, cy - dx * s + dy * c) for dx, dy in ((-w, -h), (w, -h), (w, h), (-w, h))]
        )


class CircleRoi(_Region):
    """All pixels whose centre is at most `radius` from the centre."""

    kind: Literal["circle"] = "circle"
    x: float
    """Centre (px)"""
    y: float
    """Centre (px)"""
    radius: Annotated[float, Field(gt=0)]
    """Radius (px)"""

    @property
    def centre(self) -> tuple[float, float]:
        return self.x, self.y

    def outline(self) -> NDArray[np.float64]:
        """``(64, 2)`` points."""
        t = np.linspace(0, 2 * np.pi, 64, endpoint=False)
        return np.stack([self.x + self.radius * np.cos(t), self.y + self.radius * np.sin(t)], axis=1)


class Polygon(_Region):
    """The inside of a closed line."""

    kind: Literal["polygon"] = "polygon"
    points: Annotated[tuple[tuple[float, float], ...], Field(min_length=3)]
    """Corners (px)"""

    @property
    def centre(self) -> tuple[float, float]:
        box = self.outline()
        return tuple(((box.min(axis=0) + box.max(axis=0)) / 2).tolist())

    def outline(self) -> NDArray[np.float64]:
        return np.asarray(self.points, dtype=np.float64)


Roi = Annotated[Rectangle | CircleRoi | Polygon, Field(discriminator="kind")]


def moved(points: NDArray[np.float64], pose: Pose) -> NDArray[np.float64]:
    """`points`, ``(n, 2)``, carried by `pose`."""
    return np.asarray(points @ pose[:, :2].T + pose[:, 2])


def mask_of(outline: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """``(height, width)``, 255 where the pixel's centre is inside `outline`, sub-pixel corners kept."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_8, 4)
    return mask
