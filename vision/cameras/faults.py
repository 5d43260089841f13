"""What a test, or a demonstration, can do to a simulated camera: everything that happens to real ones."""

import time
from dataclasses import dataclass
from enum import Enum, unique


@unique
class Spoiled(Enum):
    """What the sensor delivers instead of the picture."""

    BLACK = "black"
    WHITE = "white"
    TORN = "torn"  # the lower half is missing


@dataclass(slots=True)
class Faults:
    """May be changed from any thread at any time; takes effect with the next frame."""

    unplugged: bool = False
    """No device: `open` fails, and so does an exposure that is under way"""
    frozen: bool = False
    """The same pixels come again and again"""
    stale_frames: int = 0
    """So many frames from before the request are delivered first"""
    spoiled: Spoiled | None = None
    """The pixels are not those of the part"""
    mode: tuple[int, int] | None = None
    """The camera has changed to this width and height (px) by itself"""
    stalled: bool = False
    """Driver calls do not return, whatever their deadline, until this is False again"""

    def pass_through(self) -> None:
        """Called by the camera in every driver call; returns when nothing is stalled."""
        while self.stalled:
            time.sleep(0.005)
