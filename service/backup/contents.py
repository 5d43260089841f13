"""What of the data folder goes into an archive, and which of it is secret."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.retentive import ID_FILE

PLAIN = ("numbers", "remembered.json")
SECRET_FOLDERS = ("opcua", "pki")
MADE_ANEW = (ID_FILE, "backup.json", "ballast", "sessions.json", "station.pid", "types.cache")
"""Who was signed in then is not signed in again."""
SEALED = frozenset({"token", "users.json", "session.secret", "sessions.json", "setup.code", "view-tokens.json"})
"""Of the data folder: they open the station, so an archive has them in its identity or not at all."""
_NOT_OURS = (".log", ".new", ".part", ".sqlite", ".sqlite-wal", ".sqlite-shm")  # the database is copied by itself
MOST_SECRET = 16 * 2**20  # bytes of one file of the identity


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and its name below its folder."""

    name: str
    path: Path


def plain_files(data: Path) -> list[Found]:
    """What everybody may read: known files, and whatever is not private to its owner."""
    return [one for one in _files(data) if not _secret(one)]


def secret_files(data: Path) -> list[Found]:
    """Token, users, sessions, keys, certificates and whom OPC UA trusts; what is private to its owner is a secret."""
    folders = (one for name in SECRET_FOLDERS for one in tree(data / name) if _ours(one.path))
    nested = (Found(one.path.relative_to(data).as_posix(), one.path) for one in folders)
    return [*(one for one in _files(data) if _secret(one)), *nested]


def tree(folder: Path) -> list[Found]:
    """All files below it, by name, but for hidden and half-written ones; a link to a file is what it names."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder), path) for path in paths)
    return [Found(name.as_posix(), path) for name, path in named if not any(p.startswith(".") for p in name.parts)]


def _files(data: Path) -> Iterator[Found]:
    for path in sorted(data.iterdir()):
        if path.is_file() and _ours(path):
            yield Found(path.name, path)


def _ours(path: Path) -> bool:
    return path.name not in MADE_ANEW and not path.name.startswith(".") and path.suffix not in _NOT_OURS


def _secret(one: Found) -> bool:
    return one.name not in PLAIN and not one.path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
