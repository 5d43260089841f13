"""The properties that picamera2 reads."""

from enum import IntEnum

from .control import ControlId, ControlType


class draft:  # noqa: N801 - the bindings' name
    class ColorFilterArrangementEnum(IntEnum):
        RGGB = 0
        GRBG = 1
        GBRG = 2
        BGGR = 3
        RGB = 4
        MONO = 5


Model = ControlId(101, "Model", ControlType.String)
Rotation = ControlId(102, "Rotation", ControlType.Integer32)
Location = ControlId(103, "Location", ControlType.Integer32)
PixelArraySize = ControlId(104, "PixelArraySize", ControlType.Size)
ColorFilterArrangement = ControlId(105, "ColorFilterArrangement", ControlType.Integer32)
PixelArrayActiveAreas = ControlId(106, "PixelArrayActiveAreas", ControlType.Rectangle)
