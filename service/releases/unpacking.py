"""A bundle is a tar file, its manifest first; it is unpacked strictly, member by member, with nothing left to tar.

Plain files that the manifest names with their SHA-256, each once, into a folder that is new: no links, devices, owners,
special bits, absolute names, and no file more or less. So it does not matter which filters this Python's tarfile has.
"""

import hashlib
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from .errors import ReleaseError
from .manifest import NAME, PROGRAM, Manifest

_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)
_MOST_BYTES = 4 << 30
_MOST_OF_MANIFEST = 8 << 20
_PIECE = 1 << 20


def manifest_of(bundle: BinaryIO) -> tuple[Manifest, bytes]:
    """And as it is written, which names the bundle's content.

    Raises:
        ReleaseError
    """
    try:
        with _opened(bundle) as archive:
            first = archive.next()
            if first is None or first.type not in _PLAIN or PurePosixPath(first.name).name != NAME:
                raise ReleaseError(f"it is no bundle: {NAME} does not come first")
            data = _content(archive, first, _MOST_OF_MANIFEST)
    except (tarfile.TarError, OSError, ValueError) as exc:
        raise ReleaseError(f"it is no bundle: {exc}") from exc
    return Manifest.read(data), data


def unpack(bundle: BinaryIO, manifest: Manifest, folder: Path) -> None:
    """Into `folder`, which is new and empty.

    Raises:
        ReleaseError: It holds anything but what the manifest names. What lies in `folder` by then is to be thrown away.
        OSError: The disk does not take it.
    """
    missing, room = dict(manifest.files), _MOST_BYTES
    try:
        with _opened(bundle) as archive:
            for member, name in _members(archive, f"{PROGRAM}-{manifest.version}"):
                digest = missing.pop(name, None)
                if digest is None:
                    raise ReleaseError(f"it holds {name!r}, which its {NAME} does not name, or more than once")
                room -= member.size
                if room < 0:
                    raise ReleaseError(f"it holds more than {_MOST_BYTES >> 30} GB")
                _write(archive, member, folder / name, digest)
    except (tarfile.TarError, ValueError, EOFError) as exc:
        raise ReleaseError(f"it is broken: {exc}") from exc
    if missing:
        raise ReleaseError(f"it lacks {min(missing)!r}")


def _opened(bundle: BinaryIO) -> tarfile.TarFile:
    bundle.seek(0)
    return tarfile.open(fileobj=bundle, mode="r:")


def _members(archive: tarfile.TarFile, top: str) -> Iterator[tuple[tarfile.TarInfo, str]]:
    """Each file and its name below the one folder that all lie in."""
    for member in archive:
        if member.type == tarfile.DIRTYPE:
            continue  # made where a file lies in it
        if member.type not in _PLAIN:
            raise ReleaseError(f"{member.name!r} is no plain file")
        if not member.name.startswith(f"{top}/"):
            raise ReleaseError(f"{member.name!r} does not lie in {top}/")
        if (name := member.name.removeprefix(f"{top}/")) != NAME:
            yield member, name


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo, most: int) -> bytes:
    source = archive.extractfile(member)
    if source is None or member.size > most:
        raise ReleaseError(f"{member.name!r} is larger than {most >> 20} MB")
    return source.read()


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path, digest: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o755 if member.mode & 0o100 else 0o644
    made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    found, source = hashlib.sha256(), archive.extractfile(member)
    with os.fdopen(made, "wb") as target:
        while source is not None and (piece := source.read(_PIECE)):
            found.update(piece)
            target.write(piece)
    if found.hexdigest() != digest:
        raise ReleaseError(f"{member.name!r} is not what its {NAME} says: its SHA-256 is {found.hexdigest()}")
