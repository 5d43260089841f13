"""The ``[camera]`` section: one model a camera type."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Camera(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class SimulatedSettings(_Camera):
    """A production line of brackets, drawn."""

    type: Literal["simulated"] = "simulated"
    """Where frames come from"""
    seed: int = 1
    """Same seed, same parts"""
    defect_rate: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Share of parts with a defect"""
    jitter_px: Annotated[float, Field(ge=0, le=100)] = 6.0
    """Largest shift of a part from its place (px)"""
    rotation_deg: Annotated[float, Field(ge=0, le=20)] = 2.0
    """Largest turn of a part (deg)"""
    noise_grey: Annotated[float, Field(ge=0, le=50)] = 1.5
    """Sensor noise, standard deviation (grey levels)"""
    light_drift: Annotated[float, Field(ge=0, le=0.5)] = 0.03
    """Slow change of the lighting, largest share"""
    exposure_us: Annotated[int, Field(ge=20, le=30000)] = 4000
    """Exposure time (us)"""


class FolderSettings(_Camera):
    """A folder of images: each trigger gets the next one, by name, round and round."""

    type: Literal["folder"] = "folder"
    """Where frames come from"""
    path: Path
    """Folder with PNG, JPEG, BMP or TIFF files"""
    loop: bool = True
    """Begin again after the last one"""
    pattern: str = "*"
    """Which files, for example \"*.png\" """


class OpenCvSettings(_Camera):
    """Anything OpenCV opens: a V4L2 index, a video file, an RTSP or HTTP address."""

    type: Literal["opencv"] = "opencv"
    """Where frames come from"""
    source: int | str = 0
    """Device index, file or URL"""
    width: Annotated[int, Field(ge=0)] = 0
    """Asked for, 0 = as the device has it (px)"""
    height: Annotated[int, Field(ge=0)] = 0
    """Asked for, 0 = as the device has it (px)"""
    exposure_us: Annotated[int, Field(ge=0)] = 0
    """0 = as the device has it (us)"""
    latency_ms: Annotated[int, Field(ge=0, le=10000)] = 0
    """Longest time from exposure to arrival, for network cameras; 0 = one frame period (ms)"""


class PiCameraSettings(_Camera):
    """A Raspberry Pi camera by picamera2."""

    type: Literal["picamera2"] = "picamera2"
    """Where frames come from"""
    index: Annotated[int, Field(ge=0)] = 0
    """Which camera"""
    width: Annotated[int, Field(ge=64)] = 1280
    """Of a frame (px)"""
    height: Annotated[int, Field(ge=64)] = 960
    """Of a frame (px)"""
    exposure_us: Annotated[int, Field(ge=0)] = 4000
    """0 = automatic (us)"""
    gain_db: Annotated[float, Field(ge=0, le=40)] = 0.0
    """Analogue gain (dB)"""


CameraSettings = Annotated[
    SimulatedSettings | FolderSettings | OpenCvSettings | PiCameraSettings, Field(discriminator="type")
]
