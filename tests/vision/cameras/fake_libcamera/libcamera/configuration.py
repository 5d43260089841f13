"""Stream configurations, adjusted to what the sensor can do."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from .geometry import Orientation, PixelFormat, Size, StreamRole
from .memory import Stream

SENSOR = (4056, 3040)
RAW_MODES = {"SRGGB12_CSI2P": [(2028, 1520), (4056, 3040)], "SRGGB10_CSI2P": [(1332, 990)]}
_BYTES = {"XBGR8888": 4, "XRGB8888": 4, "RGB888": 3, "BGR888": 3}


class SensorConfiguration:
    bit_depth = 0
    output_size: Any = None


class StreamFormats:
    def __init__(self, sizes: dict[str, list[tuple[int, int]]]) -> None:
        self._sizes = sizes

    @property
    def pixel_formats(self) -> list[PixelFormat]:
        return [PixelFormat(name) for name in self._sizes]

    def sizes(self, pixel_format: PixelFormat) -> list[Size]:
        return [Size(*size) for size in self._sizes[str(pixel_format)]]


class StreamConfiguration:
    def __init__(self, role: StreamRole) -> None:
        self.role = role
        self.size = Size(640, 480)
        self.pixel_format = PixelFormat()
        self.buffer_count = 4
        self.stride = 0
        self.frame_size = 0
        self.color_space: Any = None
        self.stream = Stream()
        self.stream.configuration = self
        self.formats = StreamFormats(RAW_MODES if role is StreamRole.Raw else {"XBGR8888": [SENSOR]})

    def adjust(self) -> bool:
        """Make it possible; True if that changed the size."""
        if str(self.pixel_format) not in _BYTES:  # raw, packed to 12 bits
            self.stride, self.frame_size = self.size.width * 3 // 2, self.size.width * 3 // 2 * self.size.height
            return False
        asked = self.size
        self.size = Size(min(asked.width, SENSOR[0]), min(asked.height, SENSOR[1]))
        self.stride = -(-self.size.width * _BYTES[str(self.pixel_format)] // 64) * 64
        self.frame_size = self.stride * self.size.height
        return self.size != asked


class CameraConfiguration:
    class Status(Enum):
        Valid = 0
        Adjusted = 1
        Invalid = 2

    def __init__(self, roles: list[StreamRole]) -> None:
        self._streams = [StreamConfiguration(role) for role in roles]
        self.orientation = Orientation.Rotate0
        self.sensor_config: Any = None

    def at(self, index: int) -> StreamConfiguration:
        return self._streams[index]

    def __iter__(self) -> Iterator[StreamConfiguration]:
        return iter(self._streams)

    def __len__(self) -> int:
        return len(self._streams)

    def validate(self) -> "CameraConfiguration.Status":
        changed = [stream.adjust() for stream in self._streams]
        return CameraConfiguration.Status.Adjusted if any(changed) else CameraConfiguration.Status.Valid
