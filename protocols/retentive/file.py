"""The file behind the retentive memory: ours alone, and in memory, where no disk can hold a write up."""

import mmap
import os
import stat
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the file is checked before it is trusted
_IN_MEMORY = ("tmpfs", "ramfs")


class Unusable(Exception):
    """There is no place for the retentive memory; the message says which, and why."""


def open_file(path: Path, size: int, *, shared: bool = False) -> mmap.mmap:
    """Map `path`, made with mode 0600 where it is missing; of another size than `size` it is emptied.

    Args:
        shared: Another process has it mapped: it is taken as it is, or not at all.

    Raises:
        Unusable: It is no plain file of ours alone, does not lie in memory, or there is no room.
    """
    if not in_memory(path.parent):
        raise Unusable(f"{path.parent} does not lie in memory (tmpfs)")
    make = 0 if shared else os.O_CREAT
    try:
        descriptor = os.open(path, os.O_RDWR | make | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    except OSError as exc:
        raise Unusable(f"{path}: {exc.strerror}") from exc
    try:
        _check(path, os.fstat(descriptor))
        if (found := os.fstat(descriptor).st_size) != size:
            if shared:
                raise Unusable(f"{path} has {found} bytes, this release has {size}")
            os.ftruncate(descriptor, 0)
        os.posix_fallocate(descriptor, 0, size)  # now, for a page that finds no room later kills the process
        return mmap.mmap(descriptor, size)
    except OSError as exc:
        raise Unusable(f"{path}: {exc.strerror}") from exc
    finally:
        os.close(descriptor)


def _check(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        raise Unusable(f"{path} is no plain file with one name")
    if found.st_uid != os.geteuid():
        raise Unusable(f"{path} belongs to user {found.st_uid}, this is user {os.geteuid()}")
    if found.st_mode & 0o077:
        raise Unusable(f"{path} is open to others (mode {stat.S_IMODE(found.st_mode):04o}, must be 0600)")


def in_memory(folder: Path) -> bool:
    """Whether the file system of `folder` is a tmpfs."""
    try:
        place = folder.resolve(strict=True)
        mounts = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return False
    kinds = {mount[1]: mount[2] for line in mounts if len(mount := line.split()) > 2}  # the last one covers
    return next((kinds[str(at)] in _IN_MEMORY for at in (place, *place.parents) if str(at) in kinds), False)
