"""The contract between a recipe and its tools: what a tool declares, gets and gives back."""

import math
import time
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Generic, Literal, Protocol, Self, TypeVar, get_args

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from .calibration import Calibration
from .errors import TimeLimitError, ToolError
from .frame import Image, Inputs
from .imaging.pixels import Pixels
from .result import Feature, Reading, Shape
from .roi import IDENTITY, Pose

F = TypeVar("F")
Unit = Literal["", "px", "deg", "grey", "%", "length", "area"]
"""`length` and `area` become px or mm with the recipe's calibration."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that a tool takes."""

    name: str
    unit: Unit = ""
    help: str = ""
    main: bool = False  # the one the PLC gets as float32
    int16: Literal["count", "score", ""] = ""  # as the PLC's whole number; score is 0-1 and travels x 1000
    each_region: bool = False  # a tuple, one number a region: limits hold for each


class Ref(str, Generic[F]):
    """The name of an earlier step's feature or reading, as ``step`` or ``step.name``."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        # The kind goes into the schema, so that the console offers what fits.
        kind = next((one.__name__ for one in get_args(source) if isinstance(one, type)), "")
        extra = {"pydantic_js_extra": {"x-ref": kind}}
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(min_length=1), metadata=extra)


@dataclass(frozen=True, slots=True)
class Taught:
    """What a tool learned: named arrays, files and texts. `parameters` are what it proposes for its own fields."""

    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def array(self, name: str) -> NDArray[Any]:
        """A taught array.

        Raises:
            ToolError: It is not there: the step was not taught with this tool.
        """
        try:
            return self.arrays[name]
        except KeyError:
            raise ToolError(f"not taught: {name!r} is missing from the taught data; teach this step") from None


NOT_TAUGHT = Taught()


@dataclass(frozen=True, slots=True)
class Region:
    """One region of a step on this frame."""

    outline: NDArray[np.float64]  # ``(n, 2)`` frame px, already moved with the part
    centre: tuple[float, float]  # frame px
    angle_deg: float  # of its own x axis, counter-clockwise
    size: tuple[float, float]  # width and height before turning, px
    mask: NDArray[np.uint8]  # ``(height, width)`` of `box`: 255 inside, masks taken away
    box: tuple[int, int, int, int]  # x, y, width, height: the axis-parallel box of the outline inside the frame

    @property
    def transform(self) -> Pose:
        """``(2, 3)``: from pixels of the upright region (origin its first pixel) to frame pixels."""
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        dx, dy = (self.size[0] - 1) / 2, (self.size[1] - 1) / 2
        x, y = self.centre
        return np.array([[c, s, x - c * dx - s * dy], [-s, c, y + s * dx - c * dy]])

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
    inputs: Inputs = field(default_factory=Inputs)
    parameters: Mapping[str, float] = field(default_factory=dict)  # the recipe's inputs from the PLC, by name
    layers: frozenset[str] = frozenset()  # the intermediate images asked for
    deadline_ns: int | None = None  # CLOCK_MONOTONIC
    window: tuple[float, float] | None = None  # raw levels shown as 0 and 255; None = 0 and `full_scale`
    pixels: Pixels | None = None  # `raw` in 8 bits, where steps share it

    @property
    def grey(self) -> NDArray[np.uint8]:
        """The whole frame, ``(height, width)``, 0-255."""
        return self._pixels.grey

    @property
    def colour(self) -> NDArray[np.uint8]:
        """The whole frame, ``(height, width, 3)`` BGR, 0-255."""
        return self._pixels.colour

    @cached_property
    def _pixels(self) -> Pixels:
        return self.pixels or Pixels(self.raw, self.full_scale, self.window)

    def upright(self, region: Region, image: Image) -> Image:
        """`region` of `image` (``grey`` or ``colour``) turned upright: ``size`` pixels, resampled, edges repeated."""
        size = (max(1, round(region.size[0])), max(1, round(region.size[1])))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(image, region.transform, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[return-value]

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

    def length(self, p: tuple[float, float], q: tuple[float, float]) -> float:
        """Distance of two frame points: mm in a calibrated recipe, else px."""
        return self.calibration.length(p, q)

    def area(self, area_px: float) -> float:
        """An area given in square pixels: mm² in a calibrated recipe, else px²."""
        return self.calibration.area(area_px)

    def check_time(self) -> None:
        """Raise TimeLimitError when the step's time limit is over; long loops call this."""
        if self.deadline_ns is not None and time.monotonic_ns() > self.deadline_ns:
            raise TimeLimitError("time limit of the step is over")


class Findings:
    """What a tool says about one view. Measures are given by their declared names as keywords."""

    def __init__(
        self,
        *,
        found: bool = True,
        reason: str = "",
        readings: Sequence[Reading] = (),
        features: Mapping[str, Feature] | None = None,
        overlay: Sequence[Shape] = (),
        layers: Mapping[str, Image] | None = None,
        objects: int | None = None,
        pose: Pose | None = None,
        **values: float | tuple[float, ...] | None,
    ) -> None:
        """`pose` (only of a locating tool): taught px -> this frame's px, moves the regions of later steps."""
        self.found, self.reason, self.readings = found, reason, tuple(readings)
        self.features, self.overlay, self.layers = dict(features or {}), tuple(overlay), dict(layers or {})
        self.objects, self.pose, self.values = objects, pose, values


class Prepared(Protocol):
    """A tool made ready for the line."""

    def measure(self, view: View) -> Findings: ...


@dataclass(frozen=True, slots=True)
class Sample:
    """A view to learn from, with one label a region: good, bad, a class or a text."""

    view: View
    labels: tuple[str, ...] = ("good",)


class Tool(BaseModel):
    """What measures at a step. Fields are its parameters; their docstrings are the console's help."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    version: ClassVar[int] = 1  # of the taught data: raised when older data no longer fits
    measures: ClassVar[tuple[Measure, ...]] = ()
    readings: ClassVar[tuple[str, ...]] = ()
    features: ClassVar[Mapping[str, type]] = {}
    layers: ClassVar[tuple[str, ...]] = ()
    region_kinds: ClassVar[tuple[str, ...]] = ("rectangle", "circle", "polygon")
    regions: ClassVar[tuple[int, int]] = (0, 1)  # fewest and most
    learns: ClassVar[bool] = False  # has `teach`, and needs taught data
    locates: ClassVar[bool] = False  # gives a pose: may be the fixture of later steps

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Get ready off the line, warm-up included; a tool with nothing to get ready is its own `Prepared`.

        Raises:
            ToolError: Taught data is missing or does not fit.
        """
        return self

    @abstractmethod
    def measure(self, view: View) -> Findings:
        """Measure one part.

        Raises:
            ToolError: It cannot be done on this image; the step becomes ERROR.
        """
        raise NotImplementedError

    @classmethod
    def parameters(cls) -> Mapping[str, Any]:
        """Fields by name, without `type`."""
        return {k: v for k, v in cls.model_fields.items() if k != "type"}

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn from samples, on top of what was taught before.

        Raises:
            TeachError: The samples do not do.
        """
        raise NotImplementedError(f"{type(self).__name__} learns nothing")

    def with_parameters(self, taught: Taught) -> Self:
        """This tool with the parameters that teaching proposed."""
        return self.model_validate(self.model_dump() | dict(taught.parameters))
