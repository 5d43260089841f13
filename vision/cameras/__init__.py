"""Cameras, one a file; `make_camera` chooses by the settings' type and imports nothing that only another type needs."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .settings import CameraSettings, FolderSettings, OpenCvSettings, PiCameraSettings, SimulatedSettings

if TYPE_CHECKING:
    from .camera import Camera
    from .folder import FolderCamera
    from .opencv import OpenCvCamera
    from .picamera2 import PiCamera
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

# Only names and no imports: reading the settings, which needs this package, must not cost OpenCV's import.
_HOMES = {
    "Camera": "camera",
    "FolderCamera": "folder",
    "OpenCvCamera": "opencv",
    "PiCamera": "picamera2",
    "SimulatedCamera": "simulated",
}


def make_camera(settings: CameraSettings) -> "Camera":
    """The camera of these settings, not yet open."""
    match settings:
        case SimulatedSettings():
            from .simulated import SimulatedCamera

            return SimulatedCamera(settings)
        case FolderSettings():
            from .folder import FolderCamera

            return FolderCamera(settings)
        case OpenCvSettings():
            from .opencv import OpenCvCamera

            return OpenCvCamera(settings)
        case PiCameraSettings():
            from .picamera2 import PiCamera

            return PiCamera(settings)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
