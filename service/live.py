"""Live frames: the newest one, encoded once for all who watch."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from service.api.results import JUDGEMENTS, overlays
from service.api.route import dumps
from service.hub import Preview
from service.inspection import Inspection
from service.settings import LiveSettings
from vision.frame import Frame

log = logging.getLogger(__name__)
WIDTH_STEP = 160  # px: widths are rounded up to a multiple, so that viewers share what was encoded

Encode = Callable[[Frame, tuple[int, int], int], Awaitable[bytes]]
"""JPEG of a frame scaled to (width, height) px at a quality of 20-100; runs in a thread of its own."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The times of the live stream, in seconds."""

    heartbeat_s: float = 1.0  # a message at least so often
    acknowledge_s: float = 5.0  # a viewer that does not acknowledge within this is closed
    hold_s: float = 1.0  # an inspection stands so long before live frames go on


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame to show; `serial` orders them, whatever the camera counts."""

    serial: int
    frame: Frame
    inspection: Inspection | None = None

    def size(self, width: int) -> tuple[int, int]:
        """Width and height of its JPEG for a viewer who asked for `width`; never more than the frame has."""
        full = self.frame
        width = min(-(-width // WIDTH_STEP) * WIDTH_STEP, full.width)
        return width, max(1, round(full.height * width / full.width))

    def header(self, size: tuple[int, int]) -> dict[str, Any]:
        """What travels in front of the JPEG; overlays in pixels of the full frame."""
        done, full = self.inspection, self.frame
        return {
            "kind": "inspection" if done else "live",
            "frame_id": full.frame_id,
            "acquired_ms": full.acquired_at_us // 1000,
            "width": full.width,
            "height": full.height,
            "image_width": size[0],
            "image_height": size[1],
            "inspection_id": done.accepted.number if done else None,
            "judgement": JUDGEMENTS[done.outcome.judgement] if done else None,
            "overlays": overlays(done.result.steps) if done else [],
        }


def message(header: dict[str, Any], jpeg: bytes = b"") -> bytes:
    """Header length as big-endian u32, header as JSON, JPEG."""
    head = dumps(header)
    return len(head).to_bytes(4, "big") + head + jpeg


class FrameSource:
    """One slot with the newest frame. `run` fills it with live frames while somebody watches."""

    def __init__(self, settings: LiveSettings, encode: Encode, preview: Preview, pace: Pace | None = None) -> None:
        self.settings, self.pace = settings, pace or Pace()
        self._encode, self._preview = encode, preview
        self._shown: Shown | None = None
        self._serial = 0
        self._hold_until = 0.0
        self._new = asyncio.Event()
        self._watched = asyncio.Event()
        self._encoding: dict[int, asyncio.Future[bytes]] = {}  # of the frame in the slot, by width
        self.viewers = 0
        self.encoded = 0  # pictures, once for all viewers of one width

    def inspected(self, inspection: Inspection) -> None:
        """Show a finished inspection's first frame; live frames wait meanwhile."""
        if inspection.acquisition is not None:
            self._hold_until = time.monotonic() + self.pace.hold_s
            self._put(inspection.acquisition.first, inspection)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """One viewer more, as long as it lasts."""
        self.viewers += 1
        self._watched.set()
        try:
            yield
        finally:
            self.viewers -= 1
            if not self.viewers:
                self._watched.clear()
                self._encoding.clear()
                if self._shown and not self._shown.inspection:
                    self._shown = None  # an old live frame must not greet the next viewer

    async def run(self) -> None:
        """Take live frames at `fps` while somebody watches; never ends."""
        while True:
            await self._watched.wait()
            started = time.monotonic()
            if started < self._hold_until:
                await asyncio.sleep(self._hold_until - started)
                continue
            try:
                await self._take()
            except Exception:  # a camera's defect ends neither the picture for ever nor the station
                log.exception("no live frame")
            await asyncio.sleep(max(0.0, started + 1 / self.settings.fps - time.monotonic()))

    async def newer(self, than: int) -> Shown:
        """The newest frame, once its serial is above `than`."""
        while self._shown is None or self._shown.serial <= than:
            await self._new.wait()
        return self._shown

    async def message(self, shown: Shown, width: int) -> bytes:
        """The frame as it is sent to a viewer who asked for `width` px.

        Raises:
            Exception: Whatever the encoder raises.
        """
        size = shown.size(width)
        if shown is not self._shown:  # a newer one has come meanwhile: encoded for this viewer alone
            return await self._whole(shown, size)
        future = self._encoding.get(size[0])
        if future is None:
            future = self._encoding[size[0]] = asyncio.ensure_future(self._whole(shown, size))
            future.add_done_callback(_seen)
        return await asyncio.shield(future)  # a viewer who leaves takes it from nobody

    async def _whole(self, shown: Shown, size: tuple[int, int]) -> bytes:
        self.encoded += 1
        return message(shown.header(size), await self._encode(shown.frame, size, self.settings.quality))

    async def _take(self) -> None:
        frame = await self._preview.preview()
        if frame is not None and time.monotonic() >= self._hold_until and self.viewers:
            self._put(frame, None)

    def _put(self, frame: Frame, inspection: Inspection | None) -> None:
        self._serial += 1
        self._shown = Shown(self._serial, frame, inspection)
        self._encoding = {}
        self._new.set()
        self._new = asyncio.Event()


def _seen(future: "asyncio.Future[bytes]") -> None:
    """An encoder's failure belongs to the viewers; where all have left, to nobody."""
    if not future.cancelled():
        future.exception()
