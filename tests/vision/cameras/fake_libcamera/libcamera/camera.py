"""A camera that exposes frames all the time, and its manager."""

import mmap
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import controls, properties
from .configuration import SENSOR, CameraConfiguration
from .control import ControlId, ControlInfo
from .geometry import Rectangle, Size, StreamRole
from .memory import FrameBuffer, FrameMetadata, Stream

_CONTROL_DELAY = 2  # frames until a control shows, as with real sensors
_ID = "/base/soc/i2c0mux/i2c@1/imx477@1a"


class Request:
    class Status(Enum):
        Pending = 0
        Complete = 1
        Cancelled = 2

    def __init__(self, cookie: int) -> None:
        self.cookie = cookie
        self.buffers: dict[Stream, FrameBuffer] = {}
        self.reuse()

    def reuse(self) -> None:
        self.status = Request.Status.Pending
        self.metadata: dict[ControlId, Any] = {}
        self.asked: dict[ControlId, Any] = {}

    def add_buffer(self, stream: Stream, buffer: FrameBuffer) -> None:
        self.buffers[stream] = buffer

    def set_control(self, control: ControlId, value: Any) -> None:
        self.asked[control] = value


class Camera:
    """`picture(number, exposure_us)` gives the next frame's B, G, R; `unplugged` stops the frames."""

    id = _ID

    def __init__(self, manager: "CameraManager") -> None:
        self._manager = manager
        self._owner: object = None
        self._queue: deque[Request] = deque()
        self._pending: deque[dict[ControlId, Any]] = deque()
        self._now: dict[ControlId, Any] = {}
        self._running = False
        self.sequence = 0
        self.unplugged = False
        self.picture: Callable[[int, int], tuple[int, int, int]] = lambda number, _: (number % 256, number // 256, 99)
        whole = Rectangle(0, 0, *SENSOR)
        self.controls = {
            controls.ExposureTime: ControlInfo(60, 674181621, 20000),
            controls.AnalogueGain: ControlInfo(1.0, 22.26, 1.0),
            controls.AeEnable: ControlInfo(False, True, True),
            controls.AwbEnable: ControlInfo(False, True, True),
            controls.FrameDurationLimits: ControlInfo(8333, 674193371, 33333),
            controls.ScalerCrop: ControlInfo(Rectangle(0, 0, 64, 64), whole, whole),
            controls.NoiseReductionMode: ControlInfo(0, 4, 0),
            controls.ExposureTimeMode: ControlInfo(0, 1, 0),
            controls.AnalogueGainMode: ControlInfo(0, 1, 0),
        }
        self.properties = {
            properties.Model: "imx477",
            properties.Rotation: 180,
            properties.Location: 2,
            properties.PixelArraySize: Size(*SENSOR),
            properties.ColorFilterArrangement: 0,
            properties.PixelArrayActiveAreas: [Rectangle(8, 16, *SENSOR)],
        }

    def acquire(self) -> None:
        if self._owner:
            raise RuntimeError("Failed to acquire camera: Device or resource busy")
        self._owner = True

    def release(self) -> None:
        self._owner = None

    def generate_configuration(self, roles: list[StreamRole]) -> CameraConfiguration:
        return CameraConfiguration(roles)

    def configure(self, configuration: CameraConfiguration) -> int:
        return 0

    def create_request(self, cookie: int) -> Request:
        return Request(cookie)

    def queue_request(self, request: Request) -> None:
        self._queue.append(request)

    def start(self, asked: dict[ControlId, Any] | None = None) -> None:
        self._now = {
            controls.ExposureTime: 10000,
            controls.AnalogueGain: 1.0,
            controls.FrameDurationLimits: (33333, 33333),
        } | (asked or {})
        self._pending.clear()
        self._running = True
        self._thread = threading.Thread(target=self._expose_all, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._running = False
        self._thread.join()
        while self._queue:
            request = self._queue.popleft()
            request.status = Request.Status.Cancelled
            self._manager.done(request)

    def _expose_all(self) -> None:
        due = time.monotonic()
        while self._running:
            shortest_us, _ = self._now[controls.FrameDurationLimits]
            period_s = max(shortest_us, self._now[controls.ExposureTime]) / 1e6
            due += period_s
            time.sleep(max(0.0, due - time.monotonic()))
            self.sequence += 1
            if self._queue and not self.unplugged:  # without a buffer the frame is dropped
                self._complete(self._queue.popleft(), int(period_s * 1e6))

    def _complete(self, request: Request, period_us: int) -> None:
        self._pending.append(request.asked)
        if len(self._pending) > _CONTROL_DELAY:
            self._now.update(self._pending.popleft())
        read_out_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        exposure_us, gain = self._now[controls.ExposureTime], self._now[controls.AnalogueGain]
        for stream, buffer in request.buffers.items():
            _fill(stream, buffer, self.picture(self.sequence, exposure_us))
            buffer.metadata.status = FrameMetadata.Status.Success
        request.metadata = {
            controls.ExposureTime: exposure_us // 19 * 19,  # in whole lines
            controls.AnalogueGain: round(gain * 256) / 256,
            controls.SensorTimestamp: read_out_ns,
            controls.FrameDuration: period_us,
        }
        request.status = Request.Status.Complete
        self._manager.done(request)


def _fill(stream: Stream, buffer: FrameBuffer, colour: tuple[int, int, int]) -> None:
    configuration, plane = stream.configuration, buffer.planes[0]
    if str(configuration.pixel_format) != "RGB888":
        return
    with mmap.mmap(plane.fd, plane.length) as memory:
        size = configuration.size
        whole: NDArray[np.uint8] = np.frombuffer(memory, np.uint8, configuration.stride * size.height)
        image = whole.reshape(size.height, configuration.stride)[:, : size.width * 3].reshape(
            size.height, size.width, 3
        )
        image[:] = colour
        image[0, 0] = 0  # not all of one grey
        del whole, image


class CameraManager:
    _only: "CameraManager | None" = None

    @classmethod
    def singleton(cls) -> "CameraManager":
        if cls._only is None:
            cls._only = cls()
        return cls._only

    def __init__(self) -> None:
        self.event_fd = os.eventfd(0, os.EFD_NONBLOCK)
        self.cameras = [Camera(self)]
        self._done: deque[Request] = deque()

    def get(self, name: str) -> Camera:
        return next(camera for camera in self.cameras if camera.id == name)

    def done(self, request: Request) -> None:
        self._done.append(request)
        os.eventfd_write(self.event_fd, 1)

    def get_ready_requests(self) -> list[Request]:
        try:
            os.eventfd_read(self.event_fd)
        except BlockingIOError:
            return []
        return [self._done.popleft() for _ in range(len(self._done))]
