"""A Raspberry Pi camera by the picamera2 package, which is imported when the camera is opened and not before."""

import contextlib
import importlib
import math
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..errors import CameraError, FrameError
from ..frame import AS_SET, Acquisition, Frame, Image, Shot
from .clock import boot_to_monotonic_ns, seconds_left, utc_us
from .freshness import Freshness
from .settings import PiCameraSettings

_PREVIEW_LIMIT_NS = 2_000_000_000
_BUFFERS = 4
_SHORTEST_PERIOD_US = 16_667  # no more than 60 frames a second: the processor has other work
_LONGEST_PERIOD_US = 33_333  # unless the exposure takes longer
_READOUT_US = 1_000
_TOLERANCE = 0.02  # sensors count exposure in lines and gain in steps
_TOLERANCE_US = 60
_FAILURES = (RuntimeError, OSError, KeyError, IndexError, ValueError, TimeoutError)


class PiCamera:
    """BGR, 8 bits. The camera runs all the time; a trigger takes the first frame whose exposure began after it.

    picamera2 and libcamera run threads of their own that hand frames through; none is made here.
    """

    simulated = False

    def __init__(self, settings: PiCameraSettings) -> None:
        self.name = f"Pi camera {settings.index}"
        self._settings = settings
        self._camera: Any = None
        self._freshness = Freshness(self.name)
        self._frame_id = 0

    def prepare(self) -> None:
        """Imports picamera2, which takes a while."""
        with contextlib.suppress(CameraError):  # `open` says what is missing
            self._package()

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
        self._freshness.reopened()
        self._frame_id = 0

    def acquire(self, shots: Sequence[Shot], deadline_ns: int) -> Acquisition:
        requested_ns = time.monotonic_ns()
        frames = {shot.name: self._frame(shot, deadline_ns) for shot in shots}
        return Acquisition(frames, (time.monotonic_ns() - requested_ns) // 1000, requested_ns)

    def preview(self, shot: Shot = AS_SET) -> Frame:
        return self._frame(shot, time.monotonic_ns() + _PREVIEW_LIMIT_NS)

    def check(self) -> None:
        """A frame arrives. It is there no later than the one that a trigger meanwhile would have to wait for."""
        if self._camera is not None:
            with self._translated("lost"):
                now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
                self._captured(now, time.monotonic_ns() + _PREVIEW_LIMIT_NS)

    def close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is not None:
            with contextlib.suppress(*_FAILURES):  # of a camera that is gone
                camera.cancel_all_and_flush()  # closing waits behind a job that got no frame
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

    def _start(self) -> None:
        camera, wanted = self._camera, (self._settings.width, self._settings.height)
        self._set = self._controls(AS_SET)
        camera.configure(
            camera.create_video_configuration(
                # "RGB888" is B, G, R in memory; frames from before a trigger are of no use, so none is held back
                main={"format": "RGB888", "size": wanted},
                buffer_count=_BUFFERS,
                queue=False,
                controls=self._set,
            )
        )
        found = tuple(camera.camera_configuration()["main"]["size"])
        if found != wanted:
            raise CameraError(
                f"{self.name}: image format: it cannot do {wanted[0]} x {wanted[1]} px, "
                f"the nearest is {found[0]} x {found[1]} px"
            )
        camera.start()

    def _controls(self, shot: Shot) -> dict[str, Any]:
        """What picamera2 is to set; an exposure of 0 leaves exposure and gain to the camera."""
        exposure_us = self._settings.exposure_us if shot.exposure_us is None else shot.exposure_us
        if exposure_us == 0:
            return {"AeEnable": True, "FrameDurationLimits": (_SHORTEST_PERIOD_US, _LONGEST_PERIOD_US)}
        gain_db = self._settings.gain_db if shot.gain_db is None else shot.gain_db
        longest_us = max(_LONGEST_PERIOD_US, exposure_us + _READOUT_US)
        return {
            "AeEnable": False,
            "ExposureTime": exposure_us,
            "AnalogueGain": max(1.0, math.pow(10, gain_db / 20)),
            "FrameDurationLimits": (_SHORTEST_PERIOD_US, longest_us),
        }

    def _frame(self, shot: Shot, deadline_ns: int) -> Frame:
        if self._camera is None:
            raise CameraError(f"{self.name}: it is not open")
        wanted = self._controls(shot)
        with self._translated("lost"):
            flush_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)  # the clock of SensorTimestamp
            if wanted != self._set:
                self._check_reach(wanted)
                self._camera.set_controls(wanted)
                self._set = wanted
            while True:
                image, metadata = self._captured(flush_ns, deadline_ns)
                if _shows(metadata, wanted):
                    break
        self._freshness.check(image)
        return self._stamped(image, metadata)

    def _check_reach(self, wanted: dict[str, Any]) -> None:
        """Of a value that the sensor cannot do no frame would ever come."""
        for name in ("ExposureTime", "AnalogueGain"):
            low, high, _ = self._camera.camera_controls.get(name, (0, math.inf, 0))
            if name in wanted and not low <= wanted[name] <= high:
                raise FrameError(f"{self.name}: {name} {wanted[name]:g} is beyond the sensor's {low:g} to {high:g}")

    def _captured(self, flush_ns: int, deadline_ns: int) -> tuple[Image, dict[str, Any]]:
        """The next frame whose exposure began at `flush_ns` or later."""
        job = self._camera.capture_request(wait=False, flush=flush_ns)
        try:
            request = job.get_result(timeout=max(seconds_left(deadline_ns), 0))
        except TimeoutError:
            self._camera.cancel_all_and_flush()
            raise CameraError(
                f"{self.name}: no frame exposed after the trigger, with the exposure and gain that are set, "
                "within the acquisition limit; check the cable"
            ) from None
        try:
            return np.asarray(request.make_array("main")), request.get_metadata()
        finally:
            request.release()

    def _stamped(self, image: Image, metadata: dict[str, Any]) -> Frame:
        self._frame_id += 1
        exposure_us = int(metadata["ExposureTime"])
        # SensorTimestamp is when the first line was read out, so its exposure began that much earlier
        exposed_ns = boot_to_monotonic_ns(int(metadata["SensorTimestamp"]) - exposure_us * 1000)
        gain_db = 20 * math.log10(max(float(metadata["AnalogueGain"]), 1e-6))
        return Frame(image, self._frame_id, exposed_ns, utc_us(exposed_ns), exposure_us, gain_db)

    @contextlib.contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        try:
            yield
        except _FAILURES as exc:
            raise CameraError(f"{self.name}: {what}: {_reasons(exc)}") from exc


def _shows(metadata: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a frame was exposed as set: controls take effect some frames after they were sent."""
    if wanted["AeEnable"]:
        return True
    exposure_us, gain = wanted["ExposureTime"], wanted["AnalogueGain"]
    return math.isclose(
        metadata["ExposureTime"], exposure_us, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE_US
    ) and math.isclose(metadata["AnalogueGain"], gain, rel_tol=_TOLERANCE)


def _reasons(exc: BaseException) -> str:
    """picamera2 wraps libcamera's words, which name the cause, in words that do not."""
    words: list[str] = []
    cause: BaseException | None = exc
    while cause is not None:
        words.append(str(cause) or type(cause).__name__)
        cause = cause.__cause__
    return "; ".join(dict.fromkeys(words))
