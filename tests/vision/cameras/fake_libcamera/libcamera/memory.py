"""Frame buffers over file descriptors."""

import os
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Stream:
    """`configuration` is set by the stream configuration that owns it."""

    configuration: Any = None


class FrameMetadata:
    class Status(Enum):
        Success = 0
        Error = 1
        Cancelled = 2

    def __init__(self, planes: list[Any]) -> None:
        self.status = FrameMetadata.Status.Success
        self.sequence = 0
        self.timestamp = 0
        self.planes = planes


class FrameBuffer:
    @dataclass(eq=False)
    class Plane:
        fd: int = -1
        offset: int = 0
        length: int = 0

        @property
        def bytes_used(self) -> int:
            return self.length

    def __init__(self, planes: list[Any]) -> None:
        self.planes = planes
        self.metadata = FrameMetadata(planes)


@dataclass
class FrameBufferAllocator:
    """The bindings' own allocator; picamera2 imports it and uses the DMA heap instead."""

    camera: Any
    kept: dict[Stream, list[FrameBuffer]] = field(default_factory=dict)

    def allocate(self, stream: Stream) -> int:
        size = stream.configuration.frame_size
        buffers = []
        for _ in range(stream.configuration.buffer_count):
            fd = os.memfd_create("frame")
            os.ftruncate(fd, size)
            buffers.append(FrameBuffer([FrameBuffer.Plane(fd, 0, size)]))
        self.kept[stream] = buffers
        return len(buffers)

    def buffers(self, stream: Stream) -> list[FrameBuffer]:
        return self.kept[stream]
