"""The part that the simulated camera looks at: a machined bracket with four pins."""

from .geometry import BRACKET, HEIGHT_PX, WIDTH_PX, Box, Bracket, Circle, PinRow
from .light import REFERENCE_EXPOSURE_US, Sensor
from .parts import PRODUCT, Defect, DefectKind, Part, Placement, ProductionLine
from .pins import PinShape
from .scene import Scene

__all__ = [
    "BRACKET",
    "HEIGHT_PX",
    "PRODUCT",
    "REFERENCE_EXPOSURE_US",
    "WIDTH_PX",
    "Box",
    "Bracket",
    "Circle",
    "Defect",
    "DefectKind",
    "Part",
    "PinRow",
    "PinShape",
    "Placement",
    "ProductionLine",
    "Scene",
    "Sensor",
]
