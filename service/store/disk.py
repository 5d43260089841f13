"""Is there room on the disk?"""

import os
from pathlib import Path

from .ballast import Ballast

_MB = 2**20
_BACK = 1.05  # so much more must be free again than the limit, lest the fault comes and goes


class Disk:
    """The free space of one folder against its limit."""

    def __init__(self, folder: Path, min_free_mb: int, ballast: Ballast) -> None:
        self._folder, self._least, self.ballast = folder, min_free_mb * _MB, ballast
        self.trouble = ""  # in words; empty = there is room

    def look(self) -> None:
        """Measure, and keep the ballast where it fits."""
        try:
            free = free_bytes(self._folder)
        except OSError as exc:
            self.trouble = f"the data folder cannot be read: {exc}"
            return
        if free < self._least * (_BACK if self.trouble else 1):
            self.trouble = f"{free // _MB} MB are free on the disk, {self._least // _MB} MB are needed"
        else:
            self.trouble = ""
            self.ballast.take(free - self._least)


def free_bytes(folder: Path) -> int:
    """What a process without privileges may still write."""
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize
