"""One opened `cv2.VideoCapture`: its settings, its pace, its frames."""

import math
import resource
import statistics
import time
from itertools import pairwise
from typing import cast

import cv2

from ..errors import CameraError
from ..frame import Image
from .clock import seconds_left
from .image_file import decode_image
from .source import Source

_OPEN_TIMEOUT_MS = 3000
_READ_TIMEOUT_MS = 1000
_MEASURED_FRAMES = 9  # the first few may have been waiting
_MEASURE_LIMIT_NS = 1_000_000_000
_STREAM = [
    cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
    _OPEN_TIMEOUT_MS,
    cv2.CAP_PROP_READ_TIMEOUT_MSEC,
    _READ_TIMEOUT_MS,
    cv2.CAP_PROP_N_THREADS,
    1,  # a decoder with more of them holds a frame back for each
]
_MANUAL_EXPOSURE = 1  # V4L2_EXPOSURE_MANUAL
_EXPOSURE_UNIT_US = 100  # of V4L2_CID_EXPOSURE_ABSOLUTE


class Capture:
    """Raises CameraError everywhere: the source is not there, lost, or cannot do what is asked."""

    def __init__(self, source: Source) -> None:
        source.check()
        self._source = source
        try:
            self._capture = cv2.VideoCapture(source.target, source.backend, _STREAM if source.address else [])
        except cv2.error as exc:
            raise source.not_opened() from exc
        if not self._capture.isOpened():
            raise source.not_opened()
        # Motion JPEG is decoded here: FFmpeg would scale a frame of another size to the first one's without a word
        codec = int(self._capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little", signed=True)
        self._packets = source.address and codec == b"MJPG" and self._capture.set(cv2.CAP_PROP_FORMAT, -1)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # where the driver lets us; draining does not rely on it
        self._found = [(prop, self._capture.get(prop)) for prop in (cv2.CAP_PROP_AUTO_EXPOSURE, cv2.CAP_PROP_EXPOSURE)]
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self.period_ns = int(1e9 / rate) if math.isfinite(rate) and 1 <= rate <= 1000 else 33_333_333

    def ask_size(self, width: int, height: int) -> None:
        """0 = as it is. What the device cannot do is an error: a recipe taught at another size would judge wrongly."""
        for prop, asked, word in (
            (cv2.CAP_PROP_FRAME_WIDTH, width, "width"),
            (cv2.CAP_PROP_FRAME_HEIGHT, height, "height"),
        ):
            if asked:
                self._capture.set(prop, asked)
            found = int(self._capture.get(prop))
            if asked and found != asked:
                raise CameraError(f"Camera {self._source}: it cannot do a {word} of {asked} px, it has {found}")

    def ask_exposure(self, exposure_us: int) -> None:
        """0 = as the device had it when it was opened."""
        if exposure_us == 0:
            for prop, value in self._found:  # an exposure that is automatic again is not set: that may be refused
                self._capture.set(prop, value)
            return
        automatic_off = self._capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, _MANUAL_EXPOSURE)
        units = max(1, round(exposure_us / _EXPOSURE_UNIT_US))
        if not (automatic_off and self._capture.set(cv2.CAP_PROP_EXPOSURE, units)):
            raise CameraError(f"Camera {self._source}: its exposure cannot be set to {exposure_us} us")

    def measure_period(self) -> None:
        """Watch a few frames arrive: sources are slower or faster than they say."""
        deadline_ns = time.monotonic_ns() + _MEASURE_LIMIT_NS
        arrivals: list[int] = []
        while len(arrivals) < _MEASURED_FRAMES and seconds_left(deadline_ns) > 0:
            arrivals.append(self.grab()[0])
        if len(arrivals) >= 2:
            between = [later - earlier for earlier, later in pairwise(arrivals)]
            self.period_ns = max(1, int(statistics.median(between[-5:])))

    def grab(self) -> tuple[int, bool]:
        """The next frame: when it was here (CLOCK_MONOTONIC, ns), and whether it had to be waited for.

        Waiting is sleep for half a period or more. A thread that the system took off the processor while it fetched
        an old frame was long about it too, but did not sleep.
        """
        sleeps, began_ns = _sleeps(), time.monotonic_ns()
        if not self._capture.grab():
            raise CameraError(f"Camera {self._source}: lost: no frame came; check cable, power and network")
        arrived_ns = time.monotonic_ns()
        return arrived_ns, _sleeps() > sleeps and arrived_ns - began_ns >= self.period_ns // 2

    def retrieve(self) -> Image:
        """The pixels of the frame grabbed last."""
        good, image = self._capture.retrieve()
        if not good or image is None:
            raise CameraError(f"Camera {self._source}: lost: a frame came that cannot be decoded")
        if self._packets:
            return decode_image(image.tobytes(), f"Camera {self._source}")
        return cast("Image", image)

    def next_of_file(self) -> Image:
        """The next frame of a file; after the last one the first."""
        if not self._capture.grab():
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            if not self._capture.grab():
                raise CameraError(f"Camera {self._source}: the file has no frame that can be decoded")
        return self.retrieve()

    def close(self) -> None:
        self._capture.release()


def _sleeps() -> int:
    """How often this thread has given up the processor by itself."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
