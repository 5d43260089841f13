"""A part as it is kept when it is taught from one image, to be found in others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from .errors import TeachError, ToolError
from .imaging.levels import levels
from .imaging.warp import inverse, pose_at, pull
from .result import Shape
from .roi import Pose, moved
from .tool import Sample, Taught
from .view import View

MARGIN_PX = 8  # kept round the region
CROSS_PX = 8  # half of what is drawn where a part lies


@dataclass(frozen=True, slots=True)
class TaughtPart:
    """The first region of an image and its surroundings, upright as the frame it was taught on."""

    image: NDArray[Any]  # ``(height, width)`` grey, ``uint8`` or ``float32`` of 0-255
    mask: NDArray[np.uint8]  # 255 where it belongs to the part
    origin: tuple[float, float]  # the region's centre in `image`
    centre: tuple[float, float]  # the region's centre in taught px
    outline: NDArray[np.float64]  # ``(n, 2)`` of the region, taught px
    frame_size: tuple[int, int]  # width and height

    @classmethod
    def learned(cls, samples: Sequence[Sample], tool: str) -> Self:
        """From the first good sample.

        Raises:
            TeachError: There is none.
        """
        good = [s.view for s in samples if s.labels[:1] == ("good",)]
        if not good:
            raise TeachError(f"{tool} learns from one good image: none of the samples is labelled good")
        view = good[0]
        back = inverse(view.pose)
        outline, centre = moved(view.region.outline, back), moved(np.array([view.region.centre]), back)[0]
        image, mask, first = _cut(view, outline)
        x, y = (centre - first).tolist()
        return cls(image, mask, (x, y), tuple(centre.tolist()), outline, (view.raw.shape[1], view.raw.shape[0]))

    @classmethod
    def of(cls, taught: Taught) -> Self:
        """As `arrays` gave it.

        Raises:
            ToolError: It is missing or does not fit.
        """
        image, mask, outline = taught.array("image"), taught.array("mask"), taught.array("outline")
        if image.ndim != 2 or image.dtype not in (np.uint8, np.float32) or not np.isfinite(image).all():
            raise ToolError(f"taught data does not fit: the model is {image.dtype} {image.shape}, not a grey image")
        if mask.shape != image.shape or mask.dtype != np.uint8:
            raise ToolError(f"taught data does not fit: a mask of {mask.shape} for a model of {image.shape}")
        if outline.ndim != 2 or outline.shape[1] != 2 or not np.isfinite(outline).all():
            raise ToolError("taught data does not fit: the outline is not a list of x and y")
        width, height = (int(side) for side in _vector(taught, "frame_size"))
        if width < 1 or height < 1:
            raise ToolError(f"taught data does not fit: frame_size is {width}x{height} px")
        return cls(image, mask, _vector(taught, "origin"), _vector(taught, "centre"), outline, (width, height))

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """To be kept."""
        return {
            "image": self.image,
            "mask": self.mask,
            "origin": np.array(self.origin),
            "centre": np.array(self.centre),
            "outline": self.outline,
            "frame_size": np.array(self.frame_size, np.int64),
        }

    @property
    def levels(self) -> NDArray[np.float32]:
        """The image, 0-255."""
        return self.image.astype(np.float32)

    def drawn(self, pose: Pose, score: float) -> list[Shape]:
        """Its outline and centre where it was found; `pose` leads from taught px to the frame's."""
        x, y = moved(np.array([self.centre]), pose)[0].tolist()
        cross = [((x - CROSS_PX, y), (x + CROSS_PX, y)), ((x, y - CROSS_PX), (x, y + CROSS_PX))]
        around = Shape(tuple(map(tuple, moved(self.outline, pose).tolist())), label=f"{score:.0%}", role="feature")
        return [around, *(Shape(line, closed=False, role="feature") for line in cross)]


def _cut(view: View, outline: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[np.uint8], NDArray[np.float64]]:
    """The part and its surroundings as taught, what belongs to it, and its first pixel in taught px."""
    first = np.floor(outline.min(axis=0)) - MARGIN_PX
    w, h = (np.ceil(outline.max(axis=0)) + MARGIN_PX - first).astype(int).tolist()
    pose = pose_at(view.pose, (first[0], first[1]))
    grey = levels(view.raw, view.full_scale)
    x, y, bw, bh = view.region.box
    inside = np.zeros(grey.shape, np.uint8)
    inside[y : y + bh, x : x + bw] = view.region.mask
    mask = np.where(pull(inside, pose, (w, h), outside=0) > 127, 255, 0).astype(np.uint8)
    image = pull(grey, pose, (w, h))
    return image.round().astype(np.uint8) if view.raw.dtype == np.uint8 else image, mask, first


def _vector(taught: Taught, name: str) -> tuple[float, float]:
    values = taught.array(name)
    if values.shape != (2,) or not np.isfinite(values).all():
        raise ToolError(f"taught data does not fit: {name} is not one x and one y")
    return float(values[0]), float(values[1])
