"""Read an archive that may have been made to harm: nothing is unpacked before everything was looked at."""

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from . import identity, manifest
from .contents import SEALED
from .errors import ArchiveError
from .names import problem_of
from .progress import Progress

MOST_FILES = 500_000
MOST_DIRECTORY = 2**27  # bytes: it is read in one go
MOST_MANIFEST = 2**27
PIECE = 2**18
CHECK = "check"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of the others a few bytes unpack to gigabytes in one step
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    zlib.error,
)


class Archive:
    """An open archive whose directory and manifest agree; its files are still to be held to their hashes."""

    def __init__(self, path: Path) -> None:
        """
        Raises:
            ArchiveError: It is no archive of a station, or one that was made to harm.
            OSError: It cannot be read.
        """
        self.path = path
        self._file = path.open("rb")
        try:
            try:
                self._zip = zipfile.ZipFile(cast("BinaryIO", _InPieces(self._file)))
                self._look_at_directory()
                self._bound = self._whole(manifest.FILE, MOST_MANIFEST)
            except _BROKEN as exc:
                raise ArchiveError(f"{path}: is no zip archive that can be read: {exc}") from exc
            self.manifest = manifest.manifest_of(self._bound)
            self._compare()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()
        self._file.close()

    def verify(self, progress: Progress) -> None:
        """Hold every file to its size and hash.

        Raises:
            ArchiveError: Names the file that differs.
        """
        done = 0
        for name in self.manifest.files:
            for piece in self.pieces(name):
                done += len(piece)
                progress(CHECK, done, self.manifest.unpacked)

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file of the manifest, in pieces; the last one only comes if the hash is right.

        Raises:
            ArchiveError: It is not what the manifest says.
        """
        entry, sha256, size = self.manifest.files[name], hashlib.sha256(), 0
        held = b""
        try:
            with self._zip.open(name) as file:
                while piece := file.read(PIECE):
                    size += len(piece)
                    if size > entry.size:
                        break
                    sha256.update(piece)
                    if held:
                        yield held
                    held = piece
        except _BROKEN as exc:
            raise ArchiveError(f"{name}: cannot be unpacked, the archive is damaged: {exc}") from exc
        if size != entry.size or sha256.hexdigest() != entry.sha256:
            raise ArchiveError(f"{name}: its size or hash is not the one in {manifest.FILE}")
        if held:
            yield held

    def unseal(self, passphrase: str) -> identity.Identity:
        """
        Raises:
            PassphraseError: It is another one, or the archive was changed.
            ArchiveError: There is no identity in it, or it has files of no station.
        """
        if not self.manifest.identity:
            raise ArchiveError(f"{self.path}: there is no identity in it: it was made without a passphrase")
        try:
            sealed = self._whole(identity.FILE, identity.MOST)
        except _BROKEN as exc:
            raise ArchiveError(f"{identity.FILE}: cannot be unpacked, the archive is damaged: {exc}") from exc
        return identity.unseal(sealed, passphrase, self._bound)

    def _whole(self, name: str, most: int) -> bytes:
        if self._zip.getinfo(name).file_size > most:
            raise ArchiveError(f"{name}: unpacked it has more than {most} bytes")
        with self._zip.open(name) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise ArchiveError(f"{name}: unpacked it has more than {most} bytes")
        return data

    def _look_at_directory(self) -> None:
        entries = self._zip.infolist()
        names = [entry.filename for entry in entries]
        if len(names) > MOST_FILES:
            raise ArchiveError(f"{self.path}: it has {len(names)} files, more than {MOST_FILES}")
        if len(set(names)) < len(names):
            raise ArchiveError(f"{self.path}: a file is in it twice")
        if manifest.FILE not in names:
            raise ArchiveError(f"{self.path}: is no backup of a station: {manifest.FILE} is missing")
        for entry in entries:
            if said := _problem(entry):
                raise ArchiveError(f"{self.path}: {entry.filename!r}: {said}")

    def _compare(self) -> None:
        """Directory and manifest name the same files, of the same sizes."""
        own = {manifest.FILE, *([identity.FILE] if self.manifest.identity else [])}
        there = {entry.filename: entry.file_size for entry in self._zip.infolist() if entry.filename not in own}
        if missing := own - set(self._zip.namelist()):
            raise ArchiveError(f"{self.path}: {missing.pop()} is missing")
        if different := sorted(set(there) ^ set(self.manifest.files)):
            raise ArchiveError(f"{self.path}: {different[0]!r}: is not both in the archive and in {manifest.FILE}")
        for name, entry in self.manifest.files.items():
            if there[name] != entry.size:
                raise ArchiveError(f"{self.path}: {name!r}: its size is not the one in {manifest.FILE}")


def _problem(entry: zipfile.ZipInfo) -> str:
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is a link, a folder or a device"
    if entry.compress_type not in _METHODS:
        return "it is neither stored nor deflated"
    if entry.flag_bits & 1:
        return "it is encrypted as zip does it"
    if entry.filename.removeprefix("data/") in SEALED:
        return "it opens the station and is not sealed: no station makes such an archive"
    return "" if entry.filename in (manifest.FILE, identity.FILE) else problem_of(entry.filename)


class _InPieces:
    """The archive as `zipfile` reads it: that takes the whole directory at once, so one that is too long is refused."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.seek, self.tell, self.seekable = source.seek, source.tell, source.seekable

    def read(self, count: int = -1) -> bytes:
        """
        Raises:
            ArchiveError: It would be more than a directory has.
        """
        if count > MOST_DIRECTORY:
            raise ArchiveError(f"its directory has {count} bytes, more than {MOST_DIRECTORY}")
        return self._source.read(count)
