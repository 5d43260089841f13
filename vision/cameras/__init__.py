"""Cameras, one a file; `make_camera` chooses by the settings' type."""

from .camera import Camera
from .folder import FolderCamera
from .opencv import OpenCvCamera
from .picamera2 import PiCamera
from .settings import CameraSettings, FolderSettings, OpenCvSettings, PiCameraSettings, SimulatedSettings
from .simulated import SimulatedCamera

__all__ = [
    "Camera",
    "CameraSettings",
    "FolderCamera",
    "FolderSettings",
    "OpenCvCamera",
    "OpenCvSettings",
    "PiCamera",
    "PiCameraSettings",
    "SimulatedCamera",
    "SimulatedSettings",
    "make_camera",
]


def make_camera(settings: CameraSettings) -> Camera:
    """The camera of these settings, not yet open; makes and imports nothing that only another type needs."""
    match settings:
        case SimulatedSettings():
            return SimulatedCamera(settings)
        case FolderSettings():
            return FolderCamera(settings)
        case OpenCvSettings():
            return OpenCvCamera(settings)
        case PiCameraSettings():
            return PiCamera(settings)
