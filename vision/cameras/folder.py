"""Images of a folder instead of a camera: each shot takes the next one, by name as people count."""

import re
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import CameraError, FrameError
from ..frame import AS_SET, Acquisition, Frame, Image, Shot
from .clock import utc_us
from .image_file import SUFFIXES, read_image
from .settings import FolderSettings


class FolderCamera:
    """The list is read anew at each `open` and after its last image.

    A shot's exposure and gain have no effect on what has been photographed.
    """

    simulated = True

    def __init__(self, settings: FolderSettings) -> None:
        self.name = f"Folder {settings.path.name or settings.path}"
        self._settings = settings
        self._files: list[Path] = []
        self._next = 0
        self._frame_id = 0
        self._last: Image | None = None
        self._last_name = ""

    def prepare(self) -> None:
        """Nothing to do before the folder is looked at."""

    def open(self) -> None:
        self._files = self._listed()
        self._frame_id = 0  # but the place in the list stays: what has been shown does not come again
        self._last = None

    def acquire(self, shots: Sequence[Shot], deadline_ns: int) -> Acquisition:
        """A file that cannot be read fails this trigger; the next one takes the file after it."""
        requested_ns = time.monotonic_ns()
        frames = {shot.name: self._frame(self._taken()) for shot in shots}
        if time.monotonic_ns() > deadline_ns:
            raise CameraError(f"{self.name}: reading took longer than the acquisition limit")
        return Acquisition(frames, (time.monotonic_ns() - requested_ns) // 1000, requested_ns)

    def preview(self, shot: Shot = AS_SET) -> Frame:
        """The last image again; before the first trigger, the first one."""
        if self._last is None:
            self._check_open()
            self._load(self._files[0])
        return self._frame(None)

    def check(self) -> None:
        if not self._settings.path.is_dir():
            raise CameraError(f"{self.name}: {self._settings.path.absolute()} is no longer there")

    def close(self) -> None:
        self._files = []
        self._last = None

    def _listed(self) -> list[Path]:
        folder, pattern = self._settings.path, self._settings.pattern
        if not folder.is_dir():
            raise CameraError(f"{folder.absolute()}: there is no such folder; [camera] path must name one with images")
        try:
            files = [file for file in folder.glob(pattern) if file.suffix.lower() in SUFFIXES and file.is_file()]
        except (OSError, ValueError, NotImplementedError) as exc:
            raise CameraError(f"{folder.absolute()}: pattern {pattern!r}: {exc}") from exc
        if not files:
            raise CameraError(
                f"{folder.absolute()}: no image matches {pattern!r}; put PNG, JPEG, BMP or TIFF files there "
                "or change [camera] pattern"
            )
        return sorted(files, key=lambda file: _natural(file.relative_to(folder).as_posix()))

    def _taken(self) -> Path:
        self._check_open()
        if self._next >= len(self._files):
            self._begin_again()
        file = self._files[self._next]
        self._next += 1
        return file

    def _begin_again(self) -> None:
        """After the last image: what has come since, or all of them anew."""
        listed = self._listed()
        if self._settings.loop:
            self._files, self._next = listed, 0
            return
        shown = set(self._files)
        self._files += [file for file in listed if file not in shown]
        if self._next >= len(self._files):
            raise FrameError(f"{self.name}: all {len(self._files)} images have been shown ([camera] loop is off)")

    def _frame(self, file: Path | None) -> Frame:
        if file is not None:
            self._load(file)
        assert self._last is not None
        self._frame_id += 1
        now = time.monotonic_ns()
        full_scale = 255 if self._last.dtype == np.uint8 else 65535
        return Frame(self._last, self._frame_id, now, utc_us(now), full_scale=full_scale, label=self._last_name)

    def _load(self, file: Path) -> None:
        self._last, self._last_name = read_image(file), file.name

    def _check_open(self) -> None:
        if not self._files:
            raise CameraError(f"{self.name}: it is not open")


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Sorts part2 before part10; equal but for the case of letters, capitals first."""
    chunks = re.split(r"(\d+)", name)
    return [(int(chunk), "") if chunk.isdecimal() else (0, chunk.casefold()) for chunk in chunks], name
