"""One camera in its own thread: opened for ever again, its loss a state and not a crash."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import ParamSpec, TypeVar

from protocols.alarms import CAMERA_LOST, CAMERA_NOT_OPENED, FROZEN_IMAGE, IMAGE_FORMAT, IMAGE_QUALITY, Alarm
from vision.cameras.camera import Camera
from vision.cameras.freshness import FROZEN_AFTER
from vision.errors import CameraError, FormatChangedError, FrameError, FrozenError
from vision.frame import AS_SET, Acquisition, Frame, Shot

from .alarms import Alarms
from .offload import Abandoned, Closed, Offload

log = logging.getLogger(__name__)

RETRY_S = (0.5, 1.0, 1.5)  # between attempts to open: found again within two seconds of its return
WATCH_S = 0.5  # a camera that nobody asked for so long is looked after
GRACE_S = 0.05  # that a driver may take past its deadline to say so itself
HEAD_START_S = 0.0003  # at most, that the loop gives the camera in the turn of a trigger
OPEN_LIMIT_S = 10.0
HUNG_S = 5.0  # that a driver call may hang before another thread tries to open beside it
MOST_HUNG = 3  # threads left in driver calls; then only their end helps
CLOSE_LIMIT_S = 0.3

FAULTS = (CAMERA_LOST, CAMERA_NOT_OPENED, FROZEN_IMAGE)

P = ParamSpec("P")
R = TypeVar("R")


class NoImage(Exception):
    """A trigger got no frame; `code` is the alarm number that its ERROR carries."""

    def __init__(self, alarm: Alarm, reason: str) -> None:
        super().__init__(reason)
        self.code = alarm.number


class CameraKeeper:
    """Owns the camera and its thread."""

    def __init__(self, camera: Camera, limit_s: float, alarms: Alarms, on_change: Callable[[bool, str], None]) -> None:
        """`limit_s`: time for one acquisition; `on_change`: told whether the camera is there, and that in words."""
        self.camera, self._limit_s, self._alarms, self._on_change = camera, limit_s, alarms, on_change
        self.thread = Offload("camera", urgent=True)
        self._gone = asyncio.Event()
        self._gone.set()
        self._heard = 0.0  # when it last gave a sign of life, CLOCK_MONOTONIC
        self._framed = 0.0  # and when it last gave a frame; 0 = not yet
        self._proofs = 1  # frames that it must show before it counts as there
        self.was_there = False
        self.attempts = 0  # to open it
        self.on_missing: Callable[[], None] = lambda: None  # an attempt has failed

    @property
    def there(self) -> bool:
        return not self._gone.is_set()

    @property
    def frame_age_s(self) -> float | None:
        """Since its last frame; None = there was none."""
        return time.monotonic() - self._framed if self._framed else None

    async def run(self) -> None:
        """Open the camera, and again whenever it is lost."""
        while True:
            await self._open()
            await self._watch()
            with suppress(CameraError):
                await self._within(OPEN_LIMIT_S, self.camera.close)

    async def _open(self) -> None:
        attempt = 0
        while True:
            try:
                await self._attempt()
            except CameraError as exc:
                self._fault(exc)
                self.on_missing()
                await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
                attempt += 1
            else:
                self._found()
                return

    async def _attempt(self) -> None:
        """Open it and see that it delivers; a frozen one must show that its picture lives."""
        await self._driver_free()
        self.attempts += 1
        await self._within(OPEN_LIMIT_S, self.camera.open)
        for _ in range(self._proofs):
            with suppress(FrameError):  # that one is of no use, the camera is there
                await self._preview()

    async def _driver_free(self) -> None:
        """Two threads in one driver are the last resort."""
        end = time.monotonic() + HUNG_S
        while (hung := self.thread.hung) and (time.monotonic() < end or hung >= MOST_HUNG):
            await asyncio.sleep(0.02)

    async def _watch(self) -> None:
        """Until it is lost; a camera that nobody triggers or watches is asked whether it is still there."""
        while self.there:
            idle_s = time.monotonic() - self._heard
            if idle_s >= WATCH_S and not self.thread.pending:
                await self._check()
            with suppress(TimeoutError):
                async with asyncio.timeout(WATCH_S - idle_s if idle_s < WATCH_S else WATCH_S):
                    await self._gone.wait()

    async def _check(self) -> None:
        try:
            await self._within(self._limit_s + GRACE_S, self.camera.check)
        except CameraError as exc:
            self.lost(exc)

    def _found(self) -> None:
        self.was_there = True
        self._proofs = 1
        self._gone.clear()
        for alarm in FAULTS:
            self._alarms.clear(alarm)
        log.info("camera ready: %s", self.camera.name)
        self._on_change(True, f"camera ready: {self.camera.name}")

    def begin(self, shots: Sequence[Shot]) -> "asyncio.Future[Acquisition]":
        """Let the camera take every shot of one trigger, from now on; for `acquired`.

        Raises:
            NoImage: After `close`.
        """
        deadline_ns = time.monotonic_ns() + int(self._limit_s * 1e9)
        try:
            return self.thread.begin(HEAD_START_S, self.camera.acquire, shots, deadline_ns)
        except Closed as exc:
            raise NoImage(CAMERA_LOST, f"{self.camera.name}: closed") from exc

    async def acquired(self, begun: "asyncio.Future[Acquisition]") -> Acquisition:
        """What `begin` has begun.

        Raises:
            NoImage: There is none, and why; the camera is opened anew where it seems lost.
        """
        try:
            acquisition = await self._in_time(self._limit_s + GRACE_S, begun)
        except FrameError as exc:  # this frame only: the camera is there
            raise NoImage(IMAGE_QUALITY, str(exc)) from exc
        except CameraError as exc:
            self.lost(exc)
            alarm = IMAGE_FORMAT if isinstance(exc, FormatChangedError) else _alarm(exc)
            raise NoImage(alarm, f"no image: {exc}") from exc
        self._framed = time.monotonic()
        return acquisition

    async def preview(self) -> Frame | None:
        """A frame for live viewing; None where there is none to be had."""
        if not self.there or self.thread.pending:
            return None
        try:
            return await self._preview()
        except FrameError:
            return None
        except CameraError as exc:
            self.lost(exc)
            return None

    @property
    def busy(self) -> bool:
        """A call to the camera waits or runs."""
        return self.thread.pending > 0

    async def tried(self, shot: Shot) -> Frame:
        """As `preview`, with an exposure and gain of this frame alone.

        Raises:
            NoImage: There is none, and why; the camera is opened anew where it seems lost.
        """
        try:
            return await self._preview(shot)
        except FrameError as exc:
            raise NoImage(IMAGE_QUALITY, str(exc)) from exc
        except CameraError as exc:
            self.lost(exc)
            raise NoImage(_alarm(exc), f"no image: {exc}") from exc
        except Closed as exc:
            raise NoImage(CAMERA_LOST, f"{self.camera.name}: closed") from exc

    async def _preview(self, shot: Shot = AS_SET) -> Frame:
        frame = await self._within(self._limit_s + GRACE_S, self.camera.preview, shot)
        self._framed = time.monotonic()
        return frame

    def lost(self, reason: CameraError) -> None:
        """Say so once; `run` opens it again."""
        if not self.there:
            return
        log.warning("camera lost: %s", reason)
        self._gone.set()
        self._fault(reason)
        self._on_change(False, f"camera lost: {reason}")

    def _fault(self, exc: CameraError) -> None:
        """One alarm says what is wrong with the camera now."""
        if isinstance(exc, FrozenError):
            self._proofs = FROZEN_AFTER
        fault = _alarm(exc) if self.was_there or isinstance(exc, FrozenError) else CAMERA_NOT_OPENED
        self._alarms.raise_(fault, str(exc))
        for alarm in FAULTS:
            if alarm is not fault:
                self._alarms.clear(alarm)

    async def _within(self, limit_s: float, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._in_time(limit_s, self.thread(call, *args, **kwargs))

    async def _in_time(self, limit_s: float, call: Awaitable[R]) -> R:
        """A driver call; one that does not return in time costs its thread.

        Raises:
            CameraError: Also where the driver hangs, or has a defect.
            FrameError: As the call.
        """
        try:
            async with asyncio.timeout(limit_s):
                value = await call
        except (CameraError, FrameError):
            raise
        except (TimeoutError, Abandoned):
            self.thread.abandon()
            raise CameraError(f"{self.camera.name}: no answer from the driver within {limit_s:.2g} s") from None
        except Exception as exc:  # a defect in a driver must not stop the line
            log.exception("the camera's driver failed")
            raise CameraError(f"{self.camera.name}: internal error, see log") from exc
        self._heard = time.monotonic()
        return value

    async def let_go(self) -> None:
        """Close it for another process, once `run` has been ended; `run` may be called again."""
        self._gone.set()
        with suppress(CameraError):
            await self._within(OPEN_LIMIT_S, self.camera.close)

    async def close(self) -> None:
        if self.there:
            with suppress(CameraError):
                await self._within(CLOSE_LIMIT_S, self.camera.close)
        await self.thread.close(CLOSE_LIMIT_S)


def _alarm(exc: CameraError) -> Alarm:
    return FROZEN_IMAGE if isinstance(exc, FrozenError) else CAMERA_LOST
