"""A Raspberry Pi camera by the picamera2 package, which is imported when the camera is opened and not before."""

import contextlib
import importlib
import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from typing import Any

import numpy as np

from ..errors import CameraError
from ..frame import Acquisition, Frame, Image, Shot
from .clock import boot_to_monotonic_ns, seconds_left, utc_us
from .freshness import Freshness
from .settings import PiCameraSettings

_PREVIEW_LIMIT_NS = 2_000_000_000
_FIRST_FRAME_S = 3.0  # sensor start-up included
_BUFFERS = 4
_EXPOSURE_TOLERANCE = 0.02  # sensors count exposure in lines and gain in steps
_EXPOSURE_TOLERANCE_US = 60
_GAIN_TOLERANCE = 0.02
_FAILURES = (RuntimeError, OSError, KeyError, IndexError, ValueError, TimeoutError, CancelledError)


class PiCamera:
    """BGR, 8 bits. The camera runs all the time; a trigger takes the first frame whose exposure began after it.

    picamera2 and libcamera run threads of their own that hand frames through; none is made here.
    """

    simulated = False

    def __init__(self, settings: PiCameraSettings) -> None:
        self.name = f"Pi camera {settings.index}"
        self._settings = settings
        self._camera: Any = None
        self._frame_id = 0

    def open(self) -> None:
        self.close()
        picamera2 = self._package()
        with self._translated("cannot be opened"):
            self._camera = picamera2.Picamera2(self._settings.index)
        try:
            with self._translated("cannot be started"):
                self._start()
        except CameraError:
            self.close()
            raise
        self._freshness = Freshness(self.name)
        self._frame_id = 0

    def acquire(self, shots: Sequence[Shot], deadline_ns: int) -> Acquisition:
        requested_ns = time.monotonic_ns()
        frames = {shot.name: self._frame(shot, deadline_ns) for shot in shots}
        return Acquisition(frames, (time.monotonic_ns() - requested_ns) // 1000)

    def preview(self) -> Frame:
        return self._frame(Shot(), time.monotonic_ns() + _PREVIEW_LIMIT_NS)

    def close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is not None:
            with contextlib.suppress(*_FAILURES):  # of a camera that is gone
                camera.close()

    def _package(self) -> Any:
        try:
            return importlib.import_module("picamera2")
        except ImportError as exc:
            raise CameraError(
                f"{self.name}: picamera2 cannot be imported ({exc}); install it with "
                "'apt install python3-picamera2' and an environment that sees system packages, "
                "or 'pip install vision-inspection[picamera2]' beside libcamera's Python bindings"
            ) from exc
