"""The folder with a station's archives: their names, which of them go, and when the last one was made."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .errors import BackupError

ENDING = ".zip"
PART = ".backup-"  # the folder of one that is being made
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"([a-z0-9-]{1,64})-backup-(\d{8}T\d{6}Z)\.zip")


@dataclass(frozen=True, slots=True)
class Kept:
    """One archive, by its name and size; nothing in it was looked at."""

    path: Path
    made_at: datetime  # UTC
    size: int


def slug(station: str) -> str:
    """A station's name as a part of file names."""
    return re.sub(r"[^a-z0-9]+", "-", station.lower()).strip("-")[:64] or "station"


def archive_name(station: str, now: datetime) -> str:
    """For example ``station-1-backup-20261125T120000Z.zip``."""
    return f"{slug(station)}-backup-{now:{_STAMP}}{ENDING}"


def kept(folder: Path, station: str) -> list[Kept]:
    """Archives of this station, newest first; [] where the folder cannot be read."""
    found: list[Kept] = []
    with suppress(OSError):
        for path in folder.iterdir():
            name = _NAME.fullmatch(path.name)
            if name and name[1] == slug(station) and path.is_file() and (at := _time(name[2])):
                found.append(Kept(path, at, path.stat().st_size))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def last_backup_age_s(folder: Path, station: str, now: datetime | None = None) -> float | None:
    """How old the newest archive is (s); None = there is none. It reads a folder: not on the event loop."""
    newest = next(iter(kept(folder, station)), None)
    if newest is None:
        return None
    return max(0.0, ((now or datetime.now(UTC)) - newest.made_at).total_seconds())


def prune(folder: Path, station: str, keep: int) -> list[Path]:
    """Remove all but the newest `keep`; what was removed."""
    gone = [one.path for one in kept(folder, station)[keep:]]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time makes an archive there; what a killed one left behind is removed.

    Raises:
        BackupError: Another one does.
        OSError: There can be no such folder.
    """
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.glob(f"{PART}*"):
            remove_folder(left)
        yield
    except BlockingIOError:
        raise BackupError(f"{folder}: another backup is being made there; wait until it has ended") from None
    finally:
        os.close(descriptor)


def remove_folder(folder: Path) -> None:
    """With all that is in it; a link is removed and not followed."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink(missing_ok=True)
        return
    for path in folder.iterdir() if folder.is_dir() else ():
        remove_folder(path)
    with suppress(FileNotFoundError):
        folder.rmdir()


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(f"{text}+0000", f"{_STAMP}%z")
    except ValueError:
        return None
