"""Stand-in for libcamera's Python bindings: what picamera2 imports from the package itself."""

import sys

from . import controls, properties
from .camera import Camera, CameraManager, Request
from .configuration import CameraConfiguration, SensorConfiguration, StreamConfiguration
from .control import ControlId, ControlInfo, ControlType
from .geometry import ColorSpace, Orientation, PixelFormat, Rectangle, Size, StreamRole, Transform
from .memory import FrameBuffer, FrameBufferAllocator, FrameMetadata, Stream

_libcamera = sys.modules[__name__]  # the compiled part of the bindings, by which picamera2 names some types

__all__ = [
    "Camera",
    "CameraConfiguration",
    "CameraManager",
    "ColorSpace",
    "ControlId",
    "ControlInfo",
    "ControlType",
    "FrameBuffer",
    "FrameBufferAllocator",
    "FrameMetadata",
    "Orientation",
    "PixelFormat",
    "Rectangle",
    "Request",
    "SensorConfiguration",
    "Size",
    "Stream",
    "StreamConfiguration",
    "StreamRole",
    "Transform",
    "controls",
    "properties",
]
