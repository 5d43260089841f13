"""Pre-processing of a step: what is done to the frame before the tool sees it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

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


class Mean(Strict):
    """Blur by the mean of a window: also along a brushed or striped surface, with a window that is long one way."""

    filter: Literal["mean"] = "mean"
    width_px: Annotated[int, Field(ge=1, le=201)] = 5
    """Of the window (px)"""
    height_px: Annotated[int, Field(ge=1, le=201)] = 5
    """Of the window (px)"""


class Morphology(Strict):
    """Grow or shrink what is bright."""

    filter: Literal["morphology"] = "morphology"
    operation: Literal["erode", "dilate", "open", "close", "gradient", "top_hat", "black_hat"]
    """erode: dark grows; dilate: bright grows; open: takes small bright spots out; close: small dark ones; gradient:
    leaves edges; top_hat: leaves small bright spots; black_hat: leaves small dark ones, as bright"""
    shape: Literal["rectangle", "ellipse", "cross"] = "ellipse"
    """Of the window"""
    width_px: Annotated[int, Field(ge=1, le=63)] = 3
    """Of the window (px): what is narrower is small"""
    height_px: Annotated[int, Field(ge=1, le=63)] = 3
    """Of the window (px)"""


class Flatten(Strict):
    """Take uneven light or background out: what changes slowly over the frame."""

    filter: Literal["flatten"] = "flatten"
    by: Literal["divide", "subtract"] = "divide"
    """divide: light that falls unevenly; subtract: light or haze that is added"""
    size_px: Annotated[float, Field(ge=2, le=1000)] = 50.0
    """What is larger than this is background (px): the standard deviation of the blur"""
    level_grey: Annotated[float, Field(ge=0, le=255)] = 128.0
    """Grey level that the background becomes (0-255)"""


class Gamma(Strict):
    """Bend the grey levels: below 1 shows what is in the dark, above 1 what is in the light; black and white stay."""

    filter: Literal["gamma"] = "gamma"
    gamma: Annotated[float, Field(ge=0.1, le=10)] = 1.0
    """The level, as a share of white, to this power"""


class Stretch(Strict):
    """Spread the grey levels between two over the whole range; what lies outside becomes black or white.

    A level that is left out is taken from each frame: then grey levels say nothing about brightness.
    """

    filter: Literal["stretch"] = "stretch"
    low_grey: Annotated[float, Field(ge=0, le=255)] | None = None
    """Becomes black (0-255); left out: the darkest in the frame"""
    high_grey: Annotated[float, Field(ge=0, le=255)] | None = None
    """Becomes white (0-255); left out: the brightest in the frame"""
    outside_percent: Annotated[float, Field(ge=0, le=40)] = 0.5
    """Of the pixels, so many are not counted at each end where a level is taken from the frame (%)"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low_grey is not None and self.high_grey is not None and self.low_grey >= self.high_grey:
            raise ValueError(f"low_grey {self.low_grey:g} is not below high_grey {self.high_grey:g}")
        return self


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


class Grey(Strict):
    """Go on with a weighted sum of the colour channels as a grey image; below 0 takes a colour away."""

    filter: Literal["grey"] = "grey"
    red: Annotated[float, Field(ge=-4, le=4)] = 0.299
    """Weight of red"""
    green: Annotated[float, Field(ge=-4, le=4)] = 0.587
    """Weight of green"""
    blue: Annotated[float, Field(ge=-4, le=4)] = 0.114
    """Weight of blue"""
    offset_grey: Annotated[float, Field(ge=-255, le=255)] = 0.0
    """Added to the sum, in grey levels of 0-255"""

    @model_validator(mode="after")
    def _shows_something(self) -> Self:
        if not (self.red or self.green or self.blue):
            raise ValueError("all weights are 0: nothing would be seen")
        return self


Filter = Annotated[
    Median | Gaussian | Mean | Morphology | Flatten | Gamma | Stretch | Equalise | Channel | Grey,
    Field(discriminator="filter"),
]
