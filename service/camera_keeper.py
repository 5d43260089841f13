"""One camera in its own thread: opened for ever again, its loss a state and not a crash."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from protocols.alarms import CAMERA_LOST, CAMERA_NOT_OPENED, IMAGE_QUALITY, Alarm
from vision.cameras.camera import Camera
from vision.errors import CameraError, FrameError
from vision.frame import Acquisition, Frame, Shot

from .alarms import Alarms
from .offload import Offload

log = logging.getLogger(__name__)

RETRY_S = (0.5, 1.0, 2.0, 5.0)  # between attempts to open
GRACE_S = 0.05  # that a driver may take past its deadline to say so itself


class NoImage(Exception):
    """A trigger got no frame; `code` is the alarm number that its ERROR carries."""

    def __init__(self, alarm: Alarm, reason: str) -> None:
        super().__init__(reason)
        self.code = alarm.number


class CameraKeeper:
    """Owns the camera and its thread."""

    def __init__(self, camera: Camera, limit_s: float, alarms: Alarms, on_change: Callable[[bool], None]) -> None:
        """`limit_s`: time for one acquisition; `on_change`: told whether the camera is there."""
        self.camera, self._limit_s, self._alarms, self._on_change = camera, limit_s, alarms, on_change
        self._thread = Offload("camera")
        self._gone = asyncio.Event()
        self._gone.set()
        self.was_there = False

    @property
    def there(self) -> bool:
        return not self._gone.is_set()

    async def run(self) -> None:
        """Open the camera, and again whenever it is lost."""
        attempt = 0
        while True:
            try:
                await self._thread(self.camera.open)
            except CameraError as exc:
                self._alarms.raise_(CAMERA_LOST if self.was_there else CAMERA_NOT_OPENED, str(exc))
                await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
                attempt += 1
                continue
            attempt = 0
            self._found()
            await self._gone.wait()
            await self._thread(self.camera.close)

    def _found(self) -> None:
        self.was_there = True
        self._gone.clear()
        for alarm in (CAMERA_LOST, CAMERA_NOT_OPENED):
            self._alarms.clear(alarm)
        log.info("camera ready: %s", self.camera.name)
        self._on_change(True)

    async def acquire(self, shots: Sequence[Shot]) -> Acquisition:
        """Every shot of one trigger.

        Raises:
            NoImage: There is none, and why; the camera is opened anew where it seems lost.
        """
        deadline_ns = time.monotonic_ns() + int(self._limit_s * 1e9)
        try:
            async with asyncio.timeout(self._limit_s + GRACE_S):
                return await self._thread(self.camera.acquire, shots, deadline_ns)
        except FrameError as exc:  # this frame only: the camera is there
            raise NoImage(IMAGE_QUALITY, str(exc)) from exc
        except CameraError as exc:
            self.lost(str(exc))
            raise NoImage(CAMERA_LOST, f"no image: {exc}") from exc
        except TimeoutError:
            self._thread.abandon()
            self.lost("the driver does not answer")
            raise NoImage(CAMERA_LOST, f"no image within {self._limit_s:g} s") from None
        except Exception as exc:  # a defect in a driver must not stop the line
            log.exception("acquisition failed")
            self.lost("internal error, see log")
            raise NoImage(CAMERA_LOST, "internal error, see log") from exc

    async def preview(self) -> Frame | None:
        """A frame for live viewing; None where there is none to be had."""
        if not self.there or self._thread.pending:
            return None
        try:
            return await self._thread(self.camera.preview)
        except FrameError:
            return None
        except CameraError as exc:
            self.lost(str(exc))
            return None

    def lost(self, reason: str) -> None:
        """Say so once; `run` opens it again."""
        if not self.there:
            return
        log.warning("camera lost: %s", reason)
        self._gone.set()
        self._alarms.raise_(CAMERA_LOST, reason)
        self._on_change(False)

    async def close(self) -> None:
        if self.there:
            await self._thread(self.camera.close)
        await self._thread.close()
