"""The tools of the station, in one discriminated union."""

from typing import Annotated

from pydantic import Field

from .angle import Angle
from .anomaly import Anomaly
from .arc import Arc
from .blob_count import BlobCount
from .brightness import Brightness
from .caliper import Caliper
from .camera_check import CameraCheck
from .circle_fit import CircleFit
from .color_area import ColorArea
from .concentricity import Concentricity
from .distance import Distance
from .golden_template import GoldenTemplate
from .intersection import Intersection
from .line_fit import LineFit
from .locate import Locate
from .machine_position import MachinePosition
from .midline import Midline
from .midpoint import Midpoint
from .onnx import Onnx
from .parallelism import Parallelism
from .perpendicular import Perpendicular
from .presence import Presence
from .tangent import Tangent

AnyTool = Annotated[
    Brightness
    | BlobCount
    | ColorArea
    | Caliper
    | LineFit
    | CircleFit
    | Arc
    | Distance
    | Angle
    | Intersection
    | Midpoint
    | Midline
    | Perpendicular
    | Tangent
    | Concentricity
    | Parallelism
    | MachinePosition
    | CameraCheck
    | GoldenTemplate
    | Locate
    | Presence
    | Anomaly
    | Onnx,
    Field(discriminator="type"),
]  # fmt: skip

__all__ = [
    "Angle",
    "Anomaly",
    "AnyTool",
    "Arc",
    "BlobCount",
    "Brightness",
    "Caliper",
    "CameraCheck",
    "CircleFit",
    "ColorArea",
    "Concentricity",
    "Distance",
    "GoldenTemplate",
    "Intersection",
    "LineFit",
    "Locate",
    "MachinePosition",
    "Midline",
    "Midpoint",
    "Onnx",
    "Parallelism",
    "Perpendicular",
    "Presence",
    "Tangent",
]
