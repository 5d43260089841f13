"""Write the files of an archive, piece by piece, so that neither a disk nor a line beside it is overrun."""

import hashlib
import os
import time
import zipfile
from pathlib import Path
from typing import BinaryIO

from .manifest import Entry
from .progress import Progress

PIECE = 2**18
_CALM = 2**22  # bytes between two rests: what is written so far goes to the disk before more comes
_REST_S = 0.02


class Packer:
    """A zip archive that is being written; every file is hashed on its way."""

    def __init__(self, out: BinaryIO, total: int, progress: Progress) -> None:
        """`total`: bytes of all files, about."""
        self._out, self._total, self._progress = out, total, progress
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._done = self._since = 0
        self.files: dict[str, Entry] = {}

    def add(self, name: str, path: Path, *, packed: bool = True) -> None:
        """`packed` False for what is compressed already.

        Raises:
            OSError: It cannot be read, or the disk takes no more.
        """
        with path.open("rb") as file:
            self._write(name, file, packed)

    def add_bytes(self, name: str, data: bytes) -> None:
        """One that is not on the disk, and not of the files that the manifest lists."""
        self._zip.writestr(name, data, zipfile.ZIP_DEFLATED, 1)

    def close(self) -> None:
        """On the disk when this returns."""
        self._zip.close()
        self._out.flush()
        os.fsync(self._out.fileno())

    def _write(self, name: str, file: BinaryIO, packed: bool) -> None:
        sha256, size = hashlib.sha256(), 0
        self._zip.compression = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with self._zip.open(name, "w", force_zip64=True) as entry:
            while piece := file.read(PIECE):
                entry.write(piece)
                sha256.update(piece)
                size += len(piece)
                self._count(name, len(piece))
        self.files[name] = Entry(size=size, sha256=sha256.hexdigest())

    def _count(self, name: str, size: int) -> None:
        self._done += size
        self._since += size
        self._progress(name.split("/")[0], self._done, max(self._total, self._done))
        if self._since >= _CALM:
            self._since = 0
            self._out.flush()
            os.fdatasync(self._out.fileno())
            time.sleep(_REST_S)
