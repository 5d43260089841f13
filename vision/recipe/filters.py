"""Pre-processing of a step: what is done to the frame before the tool sees it."""

from typing import Annotated, Literal

from pydantic import Field

from .strict import Strict


class Median(Strict):
    """Take single wrong pixels out."""

    filter: Literal["median"] = "median"
    size_px: Literal[3, 5] = 3
    """Width of the window (px)"""


class Gaussian(Strict):
    """Smooth noise."""

    filter: Literal["gaussian"] = "gaussian"
    sigma_px: Annotated[float, Field(ge=0.3, le=20)] = 1.0
    """Standard deviation (px)"""


class Equalise(Strict):
    """Even out light and contrast over the frame; grey levels then say nothing about brightness."""

    filter: Literal["equalise"] = "equalise"
    strength: Annotated[float, Field(gt=0, le=40)] = 2.0
    """How much contrast may be raised"""
    tiles: Annotated[int, Field(ge=1, le=32)] = 8
    """Fields across and down that are evened out by themselves"""


class Channel(Strict):
    """Go on with one colour channel as a grey image."""

    filter: Literal["channel"] = "channel"
    channel: Literal["red", "green", "blue", "hue", "saturation", "value"]
    """Which one; hue is 0-255 round the colour circle"""


Filter = Annotated[Median | Gaussian | Equalise | Channel, Field(discriminator="filter")]
