"""What every camera can do."""

from collections.abc import Sequence
from typing import Protocol

from ..frame import AS_SET, Acquisition, Frame, Shot


class Camera(Protocol):
    """One camera. All calls block, and all but `prepare` come from one thread.

    `open` may be called again after `close` or a failure.
    """

    simulated: bool
    name: str  # as shown to people

    def prepare(self) -> None:
        """What `open` would do without the device, once: another process may still have it. From any thread."""
        ...

    def open(self) -> None:
        """Raises CameraError: it is not there, or busy; the message says which and what to check."""
        ...

    def acquire(self, shots: Sequence[Shot], deadline_ns: int) -> Acquisition:
        """Expose every shot, none of them begun before this call.

        Args:
            deadline_ns: CLOCK_MONOTONIC by which the last frame must be in memory.

        Raises:
            CameraError: No frame by then, or the camera is lost.
            FrameError: This frame cannot be used, the camera is there: the next call may go well.
        """
        ...

    def preview(self, shot: Shot = AS_SET) -> Frame:
        """The next frame for live viewing; counts nothing and moves no part on.

        Args:
            shot: Exposure and gain of this frame alone: the next one is taken as the camera is set.

        Raises:
            CameraError: As `acquire`.
            FrameError: As `acquire`; also an exposure or gain that this camera cannot do.
        """
        ...

    def check(self) -> None:
        """Whether it is still there, where that can be told without holding the next trigger up.

        Raises:
            CameraError: It is gone.
        """
        ...

    def close(self) -> None:
        """Never raises."""
        ...
