"""The tools of the station, in one discriminated union."""

from typing import Annotated

from pydantic import Field

from .angle import Angle
from .anomaly import Anomaly
from .arc import Arc
from .area import Area
from .bead import Bead
from .blob_count import BlobCount
from .brightness import Brightness
from .caliper import Caliper
from .camera_check import CameraCheck
from .circle_fit import CircleFit
from .classify import Classify
from .code_reader import CodeReader
from .color_area import ColorArea
from .color_match import ColorMatch
from .concentricity import Concentricity
from .contrast import Contrast
from .display import Display
from .distance import Distance
from .edge_defect import EdgeDefect
from .edge_density import EdgeDensity
from .formula import Formula
from .gauge import Gauge
from .golden_template import GoldenTemplate
from .histogram import Histogram
from .intersection import Intersection
from .line_fit import LineFit
from .locate import Locate
from .locate_blob import LocateBlob
from .machine_position import MachinePosition
from .midline import Midline
from .midpoint import Midpoint
from .onnx import Onnx
from .outline import Outline
from .parallelism import Parallelism
from .pattern_count import PatternCount
from .pattern_match import PatternMatchTool
from .perpendicular import Perpendicular
from .presence import Presence
from .scan import Scan
from .scratch import Scratch
from .tangent import Tangent
from .text import Text
from .texture import Texture

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
    | Formula
    | MachinePosition
    | CameraCheck
    | GoldenTemplate
    | Locate
    | Presence
    | Area
    | Classify
    | ColorMatch
    | Contrast
    | EdgeDensity
    | Histogram
    | LocateBlob
    | PatternCount
    | PatternMatchTool
    | Bead
    | EdgeDefect
    | Outline
    | Scan
    | Scratch
    | Texture
    | Anomaly
    | Onnx
    | Display
    | Gauge
    | Text
    | CodeReader,
    Field(discriminator="type"),
]  # fmt: skip

__all__ = [
    "Angle",
    "Anomaly",
    "AnyTool",
    "Arc",
    "Area",
    "Bead",
    "BlobCount",
    "Brightness",
    "Caliper",
    "CameraCheck",
    "CircleFit",
    "Classify",
    "CodeReader",
    "ColorArea",
    "ColorMatch",
    "Concentricity",
    "Contrast",
    "Display",
    "Distance",
    "EdgeDefect",
    "EdgeDensity",
    "Formula",
    "Gauge",
    "GoldenTemplate",
    "Histogram",
    "Intersection",
    "LineFit",
    "Locate",
    "LocateBlob",
    "MachinePosition",
    "Midline",
    "Midpoint",
    "Onnx",
    "Outline",
    "Parallelism",
    "PatternCount",
    "PatternMatchTool",
    "Perpendicular",
    "Presence",
    "Scan",
    "Scratch",
    "Tangent",
    "Text",
    "Texture",
]
