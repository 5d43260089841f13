"""The tools of the station: the name of each one's class by its type, which is also the name of its module here.

A tool is imported when something asks for it (`vision.recipe.any_tool`): a station needs those of its recipes alone.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

TOOLS: Mapping[str, str] = {
    "brightness": "Brightness",
    "blob_count": "BlobCount",
    "color_area": "ColorArea",
    "caliper": "Caliper",
    "line_fit": "LineFit",
    "circle_fit": "CircleFit",
    "arc": "Arc",
    "distance": "Distance",
    "angle": "Angle",
    "intersection": "Intersection",
    "midpoint": "Midpoint",
    "midline": "Midline",
    "perpendicular": "Perpendicular",
    "tangent": "Tangent",
    "concentricity": "Concentricity",
    "parallelism": "Parallelism",
    "formula": "Formula",
    "machine_position": "MachinePosition",
    "camera_check": "CameraCheck",
    "golden_template": "GoldenTemplate",
    "locate": "Locate",
    "presence": "Presence",
    "area": "Area",
    "classify": "Classify",
    "color_match": "ColorMatch",
    "contrast": "Contrast",
    "edge_density": "EdgeDensity",
    "histogram": "Histogram",
    "locate_blob": "LocateBlob",
    "pattern_count": "PatternCount",
    "pattern_match": "PatternMatchTool",
    "bead": "Bead",
    "edge_defect": "EdgeDefect",
    "outline": "Outline",
    "scan": "Scan",
    "scratch": "Scratch",
    "texture": "Texture",
    "anomaly": "Anomaly",
    "onnx": "Onnx",
    "display": "Display",
    "gauge": "Gauge",
    "text": "Text",
    "code_reader": "CodeReader",
}


def __getattr__(name: str) -> Any:
    """``from vision.tools import Caliper`` imports that one."""
    kind = next((kind for kind, known in TOOLS.items() if known == name), None)
    if kind is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{kind}"), name)
