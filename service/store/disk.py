"""Is there room on the disk?"""

import os
from pathlib import Path

from .ballast import Ballast

_MB = 2**20
LOG_BYTES = 32 * _MB  # the database's log, and the ballast
BACK = 1.05  # so much more must be free again than the limit, lest the fault comes and goes


class Disk:
    """The free space of one folder against its limit."""

    def __init__(self, folder: Path, min_free_mb: int, ballast: Ballast) -> None:
        self._folder, self._least, self.ballast = folder, min_free_mb * _MB, ballast
        self.trouble = ""  # in words; empty = there is room

    def look(self, reusable: int = 0) -> None:
        """Measure, and keep the ballast where it fits.

        Args:
            reusable: Bytes inside of the database that need no more disk.
        """
        try:
            free = free_bytes(self._folder)
        except OSError as exc:
            self.trouble = f"the data folder cannot be read: {exc}"
            return
        if missing_bytes(free, reusable, self._least // _MB, BACK if self.trouble else 1) > 0:
            self.trouble = f"{free // _MB} MB are free on the disk, {self._least // _MB} MB are needed"
        else:
            self.trouble = ""
            self.ballast.take(free - self._least)


def missing_bytes(free: int, reusable: int, min_free_mb: int, back: float = 1.0) -> float:
    """How much room there is too little for results; 0 or less = enough, with `back` to call a shortage over.

    What deleted rows have left inside of the database is room as well, as long as there is disk for its log.
    """
    least = min_free_mb * _MB
    return least * back - free - (reusable if free >= min(least, LOG_BYTES) else 0)


def free_bytes(folder: Path) -> int:
    """What a process without privileges may still write."""
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize
