"""Tell where a point lies in the coordinates of a robot or a table."""

import math
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..calibration import Calibration
from ..errors import ToolError
from ..imaging.similar import Similarity, similarity_between
from ..result import Point
from ..tool import Findings, Measure, Prepared, Ref, Taught, Tool, View

THIN = 1e-3  # of their extent: points so near to one line tell no angle


class Pair(BaseModel):
    """One point as the camera and as the machine know it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    x_px: float
    """In the frame (px)"""
    y_px: float
    """In the frame (px)"""
    x: float
    """In the machine, in its own unit"""
    y: float
    """In the machine, in its own unit"""


class MachinePosition(Tool):
    """Turn a point that an earlier step found into machine coordinates, known by three or more pairs of points.

    In a recipe that is calibrated with a board the lens is taken out first. The machine may count y up or down.
    """

    type: Literal["machine_position"] = "machine_position"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("x", help="In the machine's unit", main=True),
        Measure("y", help="In the machine's unit"),
        Measure("angle_deg", unit="deg", help="Of the point's direction in the machine, -180 to 180"),
        Measure("residual", help="Root mean square distance of the pairs from what they give together"),
        Measure("largest", help="Distance of the pair that fits worst"),
    )
    regions: ClassVar[tuple[int, int]] = (0, 0)

    point: Ref[Point]
    """The point; with its direction where it has one, as a located part has"""
    pairs: Annotated[tuple[Pair, ...], Field(min_length=3, max_length=100)]
    """The same points in the frame and in the machine, far apart and not on one line"""

    @model_validator(mode="after")
    def _not_on_a_line(self) -> Self:
        for what, places in (
            ("frame", [(p.x_px, p.y_px) for p in self.pairs]),
            ("machine", [(p.x, p.y) for p in self.pairs]),
        ):
            spread = np.linalg.svd(np.array(places) - np.mean(places, axis=0), compute_uv=False)
            if spread[1] <= THIN * spread[0]:
                raise ValueError(f"the pairs' points lie on one line in the {what}: choose others")
        return self

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        return _Ready(self, calibration)

    def measure(self, view: View) -> Findings:
        return _Ready(self, view.calibration).measure(view)


class _Ready:
    """The pairs made one transformation, from mm or px."""

    def __init__(self, tool: MachinePosition, calibration: Calibration) -> None:
        self.tool, self.calibration = tool, calibration
        seen = calibration.points(np.array([(p.x_px, p.y_px) for p in tool.pairs]))
        self.to_machine: Similarity = similarity_between(seen, np.array([(p.x, p.y) for p in tool.pairs]))
        if not np.isfinite(self.to_machine.matrix).all() or abs(np.linalg.det(self.to_machine.matrix)) == 0:
            raise ToolError("the pairs give no coordinates: look for a wrong number among them")

    def measure(self, view: View) -> Findings:
        point = view.point(self.tool.point)
        t = math.radians(point.angle_deg)
        # A direction is carried over as a short way along it, since a tilted plane turns it.
        ends = self.calibration.points(np.array([(point.x, point.y), (point.x + math.cos(t), point.y - math.sin(t))]))
        (x, y), (x2, y2) = (self.to_machine.point(*end) for end in ends.tolist())
        return Findings(
            x=x,
            y=y,
            angle_deg=math.degrees(math.atan2(y2 - y, x2 - x)),
            residual=self.to_machine.residual,
            largest=self.to_machine.largest,
        )
