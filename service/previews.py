"""The camera while somebody sets it up: a frame at an exposure that is only tried, where that disturbs nobody."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from service.bench import Superseded
from service.camera_keeper import NoImage
from vision.cameras.camera import Camera
from vision.frame import Frame, Shot
from vision.imaging.encode import jpeg, reduced
from vision.imaging.lighting import Lighting, lighting

LOOK_S = 0.005
WAIT_S = 5.0  # for a camera that is busy with somebody else's frame
QUALITY = 80
SHARE = 4  # of the time that an acquisition may take, one part at most is exposure: frames under way come first


class Hindrance(StrEnum):
    """Why no frame may be asked for now."""

    NONE = ""
    LOST = "lost"
    ONLINE = "online"
    PART = "part"


WORDS = {
    Hindrance.LOST: "the camera is not there",
    Hindrance.ONLINE: "the station is online and this camera is the line's: take it offline first",
    Hindrance.PART: "a part is still being inspected",
}


class NotShown(Exception):
    """No frame could be had; says why."""


class Owner(Protocol):
    """The camera's one owner: `CameraKeeper`."""

    @property
    def camera(self) -> Camera: ...

    @property
    def there(self) -> bool: ...

    @property
    def busy(self) -> bool:
        """A call to the camera waits or runs."""
        ...

    async def tried(self, shot: Shot) -> Frame:
        """The next frame with this exposure and gain, for it alone. Raises NoImage."""
        ...


@dataclass(frozen=True, slots=True)
class Pictured:
    """A frame, what it says, and its JPEG."""

    frame: Frame
    lighting: Lighting
    jpeg: bytes


class Previews:
    """One frame at a time, and of one client's requests that wait the newest."""

    def __init__(
        self, owner: Owner, line: Callable[[], Hindrance], thread: Callable[..., Awaitable[Any]], limit_ms: int
    ) -> None:
        """
        Args:
            line: What the line is doing that forbids it.
            thread: Where pictures are measured and encoded.
            limit_ms: For one acquisition.
        """
        self._owner, self._line, self._thread = owner, line, thread
        self.longest_us = limit_ms * 1000 // SHARE
        self._busy = asyncio.Lock()
        self._newest: dict[str, object] = {}
        self.waiting = 0  # requests that have no answer yet

    @property
    def camera(self) -> Camera:
        """For its name and kind."""
        return self._owner.camera

    @property
    def hindrance(self) -> Hindrance:
        """A camera that is drawn or a folder answers at any time, any other only while no part can be triggered."""
        if not self._owner.there:
            return Hindrance.LOST
        return Hindrance.NONE if self._owner.camera.simulated else self._line()

    async def take(self, client: str, shot: Shot, width: int) -> Pictured:
        """A frame of now, at most `width` px wide in its JPEG.

        Raises:
            Superseded: The client asked something newer meanwhile.
            NotShown: It may not be asked for, or did not come.
        """
        ticket = self._newest[client] = object()
        self.waiting += 1
        try:
            async with self._busy:
                if self._newest[client] is not ticket:
                    raise Superseded
                frame = await self._frame(shot)
            if self._newest[client] is not ticket:  # nobody would look at it
                raise Superseded
            pictured: Pictured = await self._thread(picture, frame, width)
            return pictured
        finally:
            self.waiting -= 1
            if self._newest.get(client) is ticket:
                del self._newest[client]

    async def _frame(self, shot: Shot) -> Frame:
        if shot.exposure_us is not None and shot.exposure_us > self.longest_us:
            raise NotShown(
                f"an exposure of {shot.exposure_us} us is too long to be tried: {self.longest_us} us at most, "
                f"1/{SHARE} of [station] acquisition_limit_ms"
            )
        end = asyncio.get_running_loop().time() + WAIT_S
        while self._owner.busy and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(LOOK_S)
        if hindrance := self.hindrance:  # nothing can come between this look and the camera's call
            raise NotShown(WORDS[hindrance])
        try:
            return await self._owner.tried(shot)
        except NoImage as exc:
            raise NotShown(str(exc)) from exc


def picture(frame: Frame, width: int) -> Pictured:
    """Blocks."""
    return Pictured(frame, lighting(frame), jpeg(reduced(frame.image, width), frame.full_scale, QUALITY))
