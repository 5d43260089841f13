"""What a step sees of one part: pixels, regions, and what earlier steps found."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .calibration import Calibration
from .errors import TimeLimitError, ToolError
from .frame import Image, Inputs
from .imaging.pixels import Pixels
from .imaging.strip import Lies, Strip
from .imaging.warp import pull
from .result import Circle, Feature, Line, Point, Reading
from .roi import IDENTITY, Pose, moved

F = TypeVar("F", Point, Line, Circle)
MOST_PIXELS = 50_000_000
"""Of an upright region: a mistyped width must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring's sector on this frame, about its region's centre."""

    inner: float  # px
    outer: float  # px
    start_deg: float  # counter-clockwise from the right
    sweep_deg: float


@dataclass(frozen=True, slots=True)
class Region:
    """One region of a step on this frame."""

    outline: NDArray[np.float64]  # ``(n, 2)`` frame px, already moved with the part
    centre: tuple[float, float]  # frame px
    angle_deg: float  # of its own x axis, counter-clockwise
    size: tuple[float, float]  # width and height before turning, px; of a bent strip its length and width
    mask: NDArray[np.uint8]  # ``(height, width)`` of `box`: 255 inside, masks taken away
    box: tuple[int, int, int, int]  # x, y, width, height: the axis-parallel box of the outline inside the frame
    ring: Ring | None = None  # of a ring sector
    path: Strip | None = None  # of a path
    lies: Lies | None = None  # of a path: where the pixels of `box` lie in it
    kind: str = "rectangle"  # as the recipe calls it
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What tools worked out of where its pixels lie: a region that does not move with the part serves many parts."""

    @property
    def bent(self) -> Strip | None:
        """Of a path and a ring sector, which are upright when straightened; a ring's from its start on."""
        if self.ring is None:
            return self.path
        radii = self.ring.inner, self.ring.outer
        return Strip.round(self.centre, radii, self.ring.start_deg, self.ring.sweep_deg)

    @property
    def strip(self) -> Strip:
        """Along its middle: of one that is not bent from its left to its right side."""
        if (bent := self.bent) is not None:
            return bent
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        (x, y), half = self.centre, self.size[0] / 2
        ends = np.array([(x - c * half, y + s * half), (x + c * half, y - s * half)])
        return Strip.along(ends, self.size[1])

    @property
    def transform(self) -> Pose:
        """``(2, 3)``: from pixels of the upright region (origin its first pixel) to frame pixels; not of bent ones."""
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        dx, dy = (self.size[0] - 1) / 2, (self.size[1] - 1) / 2
        x, y = self.centre
        return np.array([[c, s, x - c * dx - s * dy], [-s, c, y + s * dx - c * dy]])

    def to_frame(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Points of the upright image, ``(n, 2)`` px, to where they lie in the frame."""
        if (bent := self.bent) is None:
            return moved(np.asarray(points, np.float64), self.transform)
        strip = _reading(self, bent)
        at = (np.asarray(points, np.float64) + 0.5) / strip.size * (strip.length, strip.width)
        return strip.to_frame(at[:, 0], at[:, 1] - strip.width / 2)

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height of its upright image, px; at least 1.

        Raises:
            ToolError: It would be too large to be made.
        """
        width, height = (max(1, round(side)) for side in self.size)
        if width * height > MOST_PIXELS:
            raise ToolError(f"the region is {width} x {height} px, more than {MOST_PIXELS // 10**6} million pixels")
        return width, height

    def cut(self, image: Image) -> Image:
        """The part of `image` (of the whole frame's size) inside `box`; a view."""
        x, y, w, h = self.box
        return image[y : y + h, x : x + w]


@dataclass
class View:
    """What a step sees of one part. `raw` is never resampled; edges are measured on it."""

    raw: Image  # the frame's own pixels after the step's pre-processing
    regions: tuple[Region, ...] = ()  # none = the whole frame was meant; then `whole` covers it
    full_scale: int = 255
    pose: Pose = field(default_factory=lambda: IDENTITY)  # taught px -> this frame's px, from the fixture step
    calibration: Calibration = field(default_factory=Calibration)
    features: Mapping[str, Feature] = field(default_factory=dict)  # "step" and "step.name"
    readings: Mapping[str, Reading] = field(default_factory=dict)
    values: Mapping[str, float | str] = field(default_factory=dict)  # measures as judged, and texts as read
    inputs: Inputs = field(default_factory=Inputs)
    parameters: Mapping[str, float] = field(default_factory=dict)  # the recipe's inputs from the PLC, by name
    layers: frozenset[str] = frozenset()  # the intermediate images asked for
    deadline_ns: int | None = None  # CLOCK_MONOTONIC
    window: tuple[float, float] | None = None  # raw levels shown as 0 and 255; None = 0 and `full_scale`
    pixels: Pixels | None = None  # `raw` in 8 bits, where steps share it

    @cached_property
    def grey(self) -> NDArray[np.uint8]:
        """The first region turned upright, or the whole frame: ``(height, width)``, 0-255."""
        return np.asarray(self.upright(self.region, self.frame_grey), np.uint8)

    @cached_property
    def colour(self) -> NDArray[np.uint8]:
        """The first region turned upright, or the whole frame: ``(height, width, 3)`` BGR, 0-255."""
        return np.asarray(self.upright(self.region, self.frame_colour), np.uint8)

    @property
    def frame_grey(self) -> NDArray[np.uint8]:
        """The whole frame as it is, ``(height, width)``, 0-255."""
        return self._pixels.grey

    @property
    def frame_colour(self) -> NDArray[np.uint8]:
        """The whole frame as it is, ``(height, width, 3)`` BGR, 0-255."""
        return self._pixels.colour

    @cached_property
    def _pixels(self) -> Pixels:
        return self.pixels or Pixels(self.raw, self.full_scale, self.window)

    def upright(self, region: Region, image: Image) -> Image:
        """`region` of `image` (``frame_grey`` or ``frame_colour``) turned upright.

        ``size`` pixels, edges repeated; resampled only where the region is turned or begins between pixels.
        `Region.transform` leads back to the frame. What lies outside a circle, a polygon or under a mask is shown as it
        is: see `upright_mask`. A path is straightened from its beginning to its end; a ring's sector clockwise, what is
        outside on top, as text round a bore is read.
        """
        if region is self.whole:
            return image
        if region.bent is not None:
            region.upright_size  # noqa: B018 - raises where the image would fill the memory
            return _reading(region, region.bent).straightened(image)
        return pull(image, region.transform, region.upright_size)

    def upright_mask(self, region: Region) -> NDArray[np.uint8]:
        """What belongs to the region of its upright image: 255 inside, 0 outside and under masks."""
        x, y, w, h = region.box
        if region.bent is not None:
            region.upright_size  # noqa: B018 - raises where the mask would fill the memory
            mask = np.zeros(self.raw.shape[:2], np.uint8)
            mask[y : y + h, x : x + w] = region.mask
            seen = _reading(region, region.bent).straightened(mask, outside=0)
            return np.where(seen > 127, 255, 0).astype(np.uint8)
        local = region.transform - np.array([[0, 0, x], [0, 0, y]])
        return np.where(pull(region.mask, local, region.upright_size, outside=0) > 127, 255, 0).astype(np.uint8)

    @cached_property
    def whole(self) -> Region:
        """The whole frame as a region."""
        h, w = self.raw.shape[:2]
        outline = np.array([(-0.5, -0.5), (w - 0.5, -0.5), (w - 0.5, h - 0.5), (-0.5, h - 0.5)])
        return Region(outline, ((w - 1) / 2, (h - 1) / 2), 0.0, (w, h), np.full((h, w), 255, np.uint8), (0, 0, w, h))

    @property
    def region(self) -> Region:
        """The first region, or the whole frame."""
        return self.regions[0] if self.regions else self.whole

    @property
    def areas(self) -> tuple[Region, ...]:
        """All regions, or the whole frame as the only one."""
        return self.regions or (self.whole,)

    def point(self, name: str) -> Point:
        """The point that an earlier step found, by ``step`` or ``step.name``."""
        return self._feature(name, Point)

    def line(self, name: str) -> Line:
        """The line that an earlier step found."""
        return self._feature(name, Line)

    def circle(self, name: str) -> Circle:
        """The circle that an earlier step found."""
        return self._feature(name, Circle)

    def value(self, name: str) -> float | str:
        """The number that an earlier step measured or the text that it read, by ``step`` or ``step.name``."""
        try:
            return self.values[name]
        except KeyError:
            raise ToolError(f"{name!r} was neither measured nor read by an earlier step") from None

    def _feature(self, name: str, kind: type[F]) -> F:
        found = self.features.get(name)
        if not isinstance(found, kind):
            raise ToolError(f"{name!r} is no {kind.__name__.lower()} that an earlier step found")
        return found

    def length(self, p: tuple[float, float], q: tuple[float, float]) -> float:
        """Distance of two frame points: mm in a calibrated recipe, else px."""
        return self.calibration.length(p, q)

    def area(self, contour: NDArray[Any]) -> float:
        """Area inside a closed line of frame points, ``(n, 2)``: mm² in a calibrated recipe, else px²."""
        return self.calibration.area(contour)

    def pixel_area(self, count: float) -> float:
        """Area of so many frame pixels: mm² in a calibrated recipe, else px²."""
        return self.calibration.pixel_area(count)

    def check_time(self) -> None:
        """Raise TimeLimitError when the step's time limit is over; long loops call this."""
        if self.deadline_ns is not None and time.monotonic_ns() > self.deadline_ns:
            raise TimeLimitError("time limit of the step is over")


def _reading(region: Region, strip: Strip) -> Strip:
    """As it is read: round a bore clockwise."""
    return strip if region.ring is None else strip.backwards()
