"""One process on one data folder."""

import asyncio
import fcntl
import logging
import os
from contextlib import suppress
from pathlib import Path

from .errors import Locked

_POLL_S = 0.005
_USUAL_S = 1.0  # a predecessor has let go by then

log = logging.getLogger(__name__)


class FolderLock:
    """`flock` on the folder itself, so that it also holds on a read-only file system. Ends with the process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """
        Raises:
            Locked: Another process has it; the message names its number.
            OSError: The folder can be neither made nor opened.
        """
        if self._descriptor is not None:
            return
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True)
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise Locked(f"data folder {self._folder} is in use by process {self._owner()}") from None
        self._descriptor = descriptor
        with suppress(OSError):  # a read-only disk: the lock holds all the same
            self._pid_file.write_text(f"{os.getpid()}\n")

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def _pid_file(self) -> Path:
        return self._folder / "station.pid"

    def _owner(self) -> str:
        try:
            return self._pid_file.read_text().strip()
        except OSError:
            return "unknown"


async def wait_for_lock(folder: Path, timeout_s: float) -> FolderLock:
    """The lock as soon as its owner lets go.

    Raises:
        Locked: Not within `timeout_s`.
    """
    lock, loop = FolderLock(folder), asyncio.get_running_loop()
    began, told = loop.time(), False
    while True:
        try:
            lock.acquire()
        except Locked as exc:
            waited = loop.time() - began
            if waited >= timeout_s:
                raise
            if waited >= _USUAL_S and not told:
                told = True
                log.warning("%s; waiting up to %.0f s for it", exc, timeout_s)
        else:
            return lock
        await asyncio.sleep(_POLL_S)
