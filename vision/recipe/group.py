"""Steps that repeat together: over a grid of places, or for each part that a locating step finds."""

import math
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from .strict import Name, Number, Strict

MOST_INSTANCES = 256
"""Of one group."""

MOST_RESULTS = 512
"""Step results of one part: all are judged, stored and shown, and that takes time on every part."""


class Grid(Strict):
    """Places in columns and rows at a pitch. The regions of the steps are those of the first place, i = 1.

    Counted row by row from there: i = row x columns + column + 1, columns and rows from 0.
    """

    kind: Literal["grid"] = "grid"
    columns: Annotated[int, Field(ge=1, le=MOST_INSTANCES)] = 1
    """Places side by side"""
    rows: Annotated[int, Field(ge=1, le=MOST_INSTANCES)] = 1
    """Such lines of places"""
    dx: Number = 0.0
    """From a column to the next, to the right; below 0 to the left"""
    dy: Number = 0.0
    """From a row to the next, downwards; below 0 upwards"""
    unit: Literal["px", "mm"] = "px"
    """Of dx and dy; mm needs a calibrated recipe"""
    angle_deg: Number = 0.0
    """The grid turned counter-clockwise about its first place (deg); the regions themselves are not turned"""

    @model_validator(mode="after")
    def _places_differ(self) -> Self:
        if self.places > MOST_INSTANCES:
            raise ValueError(f"{self.columns} x {self.rows} are {self.places} places, at most {MOST_INSTANCES} can be")
        for many, pitch, name in ((self.columns, self.dx, "dx"), (self.rows, self.dy, "dy")):
            if many > 1 and pitch == 0:
                what = "columns" if name == "dx" else "rows"
                raise ValueError(f"{many} {what} need a pitch: {name} is 0, so all of them would be one place")
        return self

    @property
    def places(self) -> int:
        return self.columns * self.rows

    def offsets(self, mm_per_px: float | None) -> list[tuple[float, float]]:
        """By place, from the first: x and y in px of the image that was taught."""
        size = (mm_per_px or 1.0) if self.unit == "mm" else 1.0
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        right, down = self.dx / size, self.dy / size
        return [
            (column * right * c + row * down * s, row * down * c - column * right * s)
            for row in range(self.rows)
            for column in range(self.columns)
        ]


class Found(Strict):
    """Each part that a step found, in that step's order; the regions move with it."""

    kind: Literal["found"] = "found"
    of: Annotated[Name, Field(json_schema_extra={"x-ref": "parts"})]
    """The locating step; it has to look for more than one part"""


class Group(Strict):
    """Steps that repeat. Their results are ``step[i]``, i from 1; inside, a step's name means the one of the same i."""

    name: Name
    """As the steps name it"""
    repeat: Annotated[Grid | Found, Field(discriminator="kind")]
    """Over what"""

    @model_validator(mode="before")
    @classmethod
    def _not_nested(cls, data: Any) -> Any:
        if isinstance(data, dict) and (inner := sorted({"group", "groups", "steps"} & data.keys())):
            raise ValueError(f"{inner[0]}: groups are not nested, and name no steps: a step names its one group")
        return data

    @property
    def of(self) -> str | None:
        """The step whose parts it repeats over, None = a grid."""
        return self.repeat.of if isinstance(self.repeat, Found) else None
