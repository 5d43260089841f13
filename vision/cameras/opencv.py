"""Anything OpenCV opens: a V4L2 device, a video file, an RTSP or HTTP stream."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import CameraError, FrameError
from ..frame import AS_SET, Acquisition, Frame, Image, Shot
from .capture import Capture
from .clock import seconds_left, utc_us
from .freshness import Freshness, began_after
from .settings import OpenCvSettings
from .source import Source

_PREVIEW_LIMIT_NS = 2_000_000_000


class OpenCvCamera:
    """One source. A file is played frame by frame, a live one is drained until a frame is new enough.

    How a live frame is known to be new: a driver or a socket that holds old frames hands them over at once, so a call
    that had to wait for its frame saw it arrive. What arrived was exposed one frame period earlier at most, or
    `latency_ms` where the settings name one, as they should for a network camera: a stream does not tell when its
    frames were exposed.
    """

    simulated = False

    def __init__(self, settings: OpenCvSettings) -> None:
        self._source = Source(settings.source)
        self.name = f"Camera {self._source}"
        self._settings = settings
        self._capture: Capture | None = None
        self._freshness = Freshness(self.name)
        self._frame_id = 0

    def prepare(self) -> None:
        """All that takes time needs the device."""

    def open(self) -> None:
        self.close()
        capture = Capture(self._source)
        try:
            if self._source.live:
                capture.ask_size(self._settings.width, self._settings.height)
                if self._settings.exposure_us:
                    capture.ask_exposure(self._settings.exposure_us)
                capture.measure_period()
        except CameraError:
            capture.close()
            raise
        self._capture = capture
        self._freshness.reopened()
        self._exposure_us = self._settings.exposure_us
        self._frame_id = 0
        self._last: Image | None = None

    def acquire(self, shots: Sequence[Shot], deadline_ns: int) -> Acquisition:
        requested_ns = time.monotonic_ns()
        frames = {shot.name: self._frame(shot, deadline_ns) for shot in shots}
        return Acquisition(frames, (time.monotonic_ns() - requested_ns) // 1000, requested_ns)

    def preview(self, shot: Shot = AS_SET) -> Frame:
        """Of a live source the next frame; of a file the last one again."""
        if not self._source.live and self._capture is not None and self._last is not None:
            return self._stamped(self._last, time.monotonic_ns())
        return self._frame(shot, time.monotonic_ns() + _PREVIEW_LIMIT_NS)

    def check(self) -> None:
        """The device's file, or the next frame of a stream, which nobody else fetches while there are no triggers."""
        self._source.check()
        if self._source.address and self._source.live and self._capture is not None:
            self._capture.grab()

    def close(self) -> None:
        if self._capture is not None:
            self._capture.close()
        self._capture = None

    def _frame(self, shot: Shot, deadline_ns: int) -> Frame:
        if self._capture is None:
            raise CameraError(f"{self.name}: it is not open")
        try:
            if self._source.live:
                exposed_ns, image = self._live(self._capture, shot, deadline_ns)
                self._freshness.check(image)
            else:
                exposed_ns, image = time.monotonic_ns(), self._capture.next_of_file()
        except CameraError:
            self.close()  # what is lost or has changed its format must be opened again
            raise
        self._last = image
        return self._stamped(image, exposed_ns)

    def _live(self, capture: Capture, shot: Shot, deadline_ns: int) -> tuple[int, Image]:
        if shot.gain_db is not None:
            raise FrameError(f"{self.name}: shot {shot.name!r} asks for {shot.gain_db:g} dB, its gain cannot be set")
        requested_ns = time.monotonic_ns() + self._settle_ns(capture, shot)
        latency_ns = self._settings.latency_ms * 1_000_000 or capture.period_ns
        while True:
            arrived_ns, waited = capture.grab()
            if waited and began_after(arrived_ns - latency_ns, requested_ns):
                return arrived_ns - latency_ns, capture.retrieve()
            if seconds_left(deadline_ns) < 0:
                raise CameraError(f"{self.name}: no frame exposed after the trigger within the acquisition limit")

    def _settle_ns(self, capture: Capture, shot: Shot) -> int:
        """Set what the shot asks for; how long until frames show it: the one under way, and the one after it.

        Raises:
            FrameError: The source does not take it, and is there all the same.
        """
        wanted = self._settings.exposure_us if shot.exposure_us is None else shot.exposure_us
        if wanted == self._exposure_us:
            return 0
        try:
            capture.ask_exposure(wanted)
        except CameraError as exc:
            raise FrameError(f"shot {shot.name!r}: {exc}") from exc
        self._exposure_us = wanted
        return 2 * capture.period_ns

    def _stamped(self, image: Image, exposed_ns: int) -> Frame:
        self._frame_id += 1
        full_scale = 255 if image.dtype == np.uint8 else 65535
        label = "" if self._source.live else Path(str(self._source)).name
        utc = utc_us(exposed_ns)
        return Frame(image, self._frame_id, exposed_ns, utc, self._exposure_us, full_scale=full_scale, label=label)
