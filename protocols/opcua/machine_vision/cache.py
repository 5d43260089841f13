"""A file of our own: taken only where nobody else can have written it, and it is whole and of this very version."""

import hashlib
import os
import stat
from pathlib import Path

_MAGIC = b"vision-inspection address space 1\n"
_HASH = hashlib.sha256().digest_size
_MOST = 64 << 20  # bytes


class CacheError(Exception):
    """It is not taken; the text says why."""


def read(path: Path, key: bytes) -> bytes | None:
    """The content that was written with this key; None = there is no file.

    Raises:
        CacheError: It is somebody else's, open to others, damaged or of another version.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise CacheError(str(exc)) from exc
    try:
        _check(os.fstat(descriptor))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return _opened(file.read(_MOST), key)
    except OSError as exc:
        raise CacheError(str(exc)) from exc
    finally:
        os.close(descriptor)


def _check(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise CacheError("it is no regular file")
    if found.st_uid not in (0, os.geteuid()):
        raise CacheError(f"it belongs to the user {found.st_uid}")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise CacheError(f"others may write it (mode {stat.S_IMODE(found.st_mode):o})")


def _opened(whole: bytes, key: bytes) -> bytes:
    head = len(_MAGIC) + _HASH
    if not whole.startswith(_MAGIC) or len(whole) < head + _HASH:
        raise CacheError("it is damaged")
    if whole[len(_MAGIC) : head] != _digest(key):
        raise CacheError("it is of another version")
    content = whole[head + _HASH :]
    if whole[head : head + _HASH] != _digest(content):
        raise CacheError("it is damaged")
    return content


def write(path: Path, key: bytes, content: bytes, mode: int = 0o600) -> None:
    """Whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(temporary, flags, mode), "wb") as file:
            os.fchmod(file.fileno(), mode)  # whatever the umask
            file.write(_MAGIC + _digest(key) + _digest(content) + content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
