"""Unpack an archive beside what is there; every file is held to its size and hash on its way."""

import os
from collections.abc import Iterator
from pathlib import Path

from . import manifest, names
from .errors import ArchiveError
from .identity import Identity
from .progress import Progress
from .reading import Archive

WHAT = "unpack"


class Unpacker:
    """Writes below folders that are new; counts for the progress."""

    def __init__(self, archive: Archive, progress: Progress) -> None:
        self._archive, self._progress = archive, progress
        self._done = 0

    def section(self, section: str, into: Path) -> None:
        """All files of a section, without its name, below `into`.

        Raises:
            ArchiveError: A file is not what the manifest says.
            OSError: The disk does not take it.
        """
        for name in self._archive.manifest.files:
            if name.startswith(f"{section}/"):
                self._write(into / name.removeprefix(f"{section}/"), self._archive.pieces(name))

    def text(self, name: str) -> str | None:
        """One file of the manifest as text; None = it is not in it.

        Raises:
            ArchiveError: It is no text, or not what the manifest says.
        """
        if name not in self._archive.manifest.files:
            return None
        try:
            return b"".join(self._archive.pieces(name)).decode()
        except UnicodeDecodeError as exc:
            raise ArchiveError(f"{name}: is no UTF-8 text") from exc

    def _write(self, path: Path, pieces: Iterator[bytes]) -> None:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        with open(path, "xb", opener=_open) as file:
            for piece in pieces:
                file.write(piece)
                self._done += len(piece)
                self._progress(WHAT, self._done, self._archive.manifest.unpacked)


def write_secrets(identity: Identity, into: Path) -> None:
    """The files of the data folder; their owner alone may read them.

    Raises:
        ArchiveError: One has a name that no file of a station has.
        OSError: The disk does not take it.
    """
    for name, data in identity.files.items():
        if said := names.problem_of(name, names.SECRET_SECTIONS):
            raise ArchiveError(f"identity: {name!r}: {said}")
        if not name.startswith("data/"):
            continue
        path = into / name.removeprefix("data/")
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        with open(path, "xb", opener=_private) as file:
            file.write(data)


def room_needed(told: manifest.Manifest) -> int:
    """Bytes; the database is written once more where its schema is an older one."""
    base = sum(entry.size for name, entry in told.files.items() if name.startswith("database/"))
    return told.unpacked + 2 * base


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o640)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
