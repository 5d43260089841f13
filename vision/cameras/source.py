"""What OpenCV is to open, and why it might not."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import cv2

from ..errors import CameraError


class Source:
    """A device index or path, a file, or an address; as text it never shows a password."""

    def __init__(self, given: int | str) -> None:
        text = str(given)
        self.address = "://" in text
        self.device = text.isdecimal() or text.startswith("/dev/")
        self.live = self.address or self.device
        self.target: int | str = int(text) if text.isdecimal() else text
        self._shown = _without_password(text) if self.address else text

    def __str__(self) -> str:
        return self._shown

    @property
    def backend(self) -> int:
        return int(cv2.CAP_V4L2 if self.device else cv2.CAP_FFMPEG)

    def check(self) -> None:
        """Raises CameraError: There is no such device or file, or it may not be read."""
        if self.address:
            return
        path = Path(f"/dev/video{self.target}" if isinstance(self.target, int) else self.target)
        if not path.exists():
            raise CameraError(f"Camera {self}: there is no {path}{'; check the cable' if self.device else ''}")
        if not os.access(path, os.R_OK):
            raise CameraError(f"Camera {self}: {path} may not be read by this user (group video?)")

    def not_opened(self) -> CameraError:
        if self.address:
            why = "no stream could be opened within 3 s; check the address, the user and the network"
        elif self.device:
            why = "it is busy or no video device; check whether another program has it open"
        else:
            why = "this is not a video that can be played"
        return CameraError(f"Camera {self}: {why}")


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
