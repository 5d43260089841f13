"""A file that is given up when the disk is full, so that the fault itself can be stored."""

import os
from contextlib import suppress
from pathlib import Path

SIZE = 16 * 2**20


class Ballast:
    """16 MB that nobody needs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def drop(self) -> bool:
        """Whether there was something to give up."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def take(self, spare_bytes: int) -> None:
        """Make it where it is missing and `spare_bytes` leave room for it twice."""
        if spare_bytes < 2 * SIZE or self._path.exists():
            return
        with suppress(OSError):  # it is a help, no need: without it the fault is only not stored
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o640)
            try:
                os.posix_fallocate(descriptor, 0, SIZE)
            finally:
                os.close(descriptor)
