"""One exposure, and the exposures of one trigger."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]
"""``(height, width)`` grey or ``(height, width, 3)`` BGR, ``uint8`` or ``uint16``."""

DEFAULT_SHOT = "default"


@dataclass(frozen=True, slots=True)
class Frame:
    """One exposure and its facts. The image is made read-only."""

    image: Image
    frame_id: int  # counts the camera's frames since it was opened
    exposed_at_ns: int  # CLOCK_MONOTONIC at the start of the exposure
    acquired_at_us: int  # UTC of the same moment
    exposure_us: int = 0  # 0 = not known
    gain_db: float = 0.0
    full_scale: int = 255  # the value of white; 255 for uint8, e.g. 4095 for 12 bits in uint16
    label: str = ""  # where it came from, for example a file name

    def __post_init__(self) -> None:
        self.image.setflags(write=False)

    @property
    def width(self) -> int:
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        return int(self.image.shape[0])


@dataclass(frozen=True, slots=True)
class Shot:
    """What one named exposure of an acquisition needs; None = as the camera is set."""

    name: str = DEFAULT_SHOT
    exposure_us: int | None = None
    gain_db: float | None = None
    light: str | None = None


AS_SET = Shot()
"""With the camera's own exposure and gain."""


@dataclass(frozen=True, slots=True)
class Acquisition:
    """The frames of one trigger by shot name, in the order they were exposed; never empty."""

    frames: Mapping[str, Frame]
    duration_us: int = 0  # from the request to the last frame in memory
    requested_ns: int = 0  # CLOCK_MONOTONIC of the request; 0 = not known

    def __post_init__(self) -> None:
        object.__setattr__(self, "frames", MappingProxyType(dict(self.frames)))

    @property
    def first(self) -> Frame:
        """The frame of the first shot."""
        return next(iter(self.frames.values()))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What came with the trigger, latched at its acceptance; the pipeline adds when the frame was exposed."""

    part_id: str = ""
    strings: tuple[str, ...] = ()  # recipe strings 1-4 of the PLC
    parameters: tuple[int, ...] = ()  # 64 register words, typed by the recipe; most significant word first
    accepted_at_us: int = 0  # UTC
    zone: str = "UTC"  # IANA name of the station's time zone, for dates that tools match
    acquired_at_us: int = 0  # UTC, of the frame that the step sees; 0 outside of a step
