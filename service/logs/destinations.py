"""Where lines go: a stream, a file that may be rotated, or systemd's journal."""

import errno
import os
import select
import socket
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Protocol

from .formats import Format
from .line import Line

STDOUT, STDERR = 1, 2
JOURNAL = "/run/systemd/journal/socket"
PATIENCE_MS = 1000
FILE_MODE = 0o640


class Lost(Exception):
    """The last `count` of the lines did not get there."""

    def __init__(self, count: int, reason: OSError) -> None:
        super().__init__(reason.strerror or str(reason))
        self.count = count


class Destination(Protocol):
    """A place for lines."""

    @property
    def name(self) -> str:
        """As it is shown."""
        ...

    def write(self, lines: Sequence[Line]) -> None:
        """Raises Lost."""
        ...


class Stream:
    """Standard error, or standard output."""

    def __init__(self, style: Format, *, patient: bool, fd: int = STDERR) -> None:
        """`patient`: wait for who reads; else what does not fit at once is lost."""
        self.name = "standard output" if fd == STDOUT else "standard error"
        self._format, self._fd = style, fd
        self._appender = Appender(patient)

    def write(self, lines: Sequence[Line]) -> None:
        self._appender.write(self._fd, [self._format(line) for line in lines])


class File:
    """A file that is appended to; where it was renamed or deleted the next line begins a new one."""

    def __init__(self, path: Path, style: Format) -> None:
        """Raises OSError where it cannot be written."""
        self.name, self._path, self._format = str(path), path, style
        self._fd, self._appender = -1, Appender(patient=True)
        self._open()

    def write(self, lines: Sequence[Line]) -> None:
        texts = [self._format(line) for line in lines]
        try:
            if not self._same():
                self._open()
        except OSError as exc:
            raise Lost(len(lines), exc) from exc
        self._appender.write(self._fd, texts)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def _same(self) -> bool:
        """What is open is what the name leads to."""
        if self._fd < 0:
            return False
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False
        mine = os.fstat(self._fd)
        return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)

    def _open(self) -> None:
        self.close()
        self._fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)


class Journal:
    """systemd's journal, by its native protocol."""

    def __init__(self, style: Format, *, patient: bool, path: str = JOURNAL) -> None:
        """Raises OSError where there is no journal."""
        self.name, self._format, self._path = "journal", style, path
        self._flags = 0 if patient else socket.MSG_DONTWAIT
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
                probe.connect(path)
        except OSError:
            self._socket.close()
            raise

    def write(self, lines: Sequence[Line]) -> None:
        for done, line in enumerate(lines):
            try:
                self._socket.sendto(self._format(line), self._flags, self._path)
            except OSError as exc:
                raise Lost(len(lines) - done, exc) from exc

    def close(self) -> None:
        self._socket.close()


class Appender:
    """Writes to a descriptor; what a full disk has torn is ended before the next line."""

    def __init__(self, patient: bool) -> None:
        self._patient, self._torn = patient, False

    def write(self, fd: int, texts: Sequence[bytes]) -> None:
        """Write every text.

        Raises:
            Lost: How many were not written whole.
        """
        data, written = memoryview(b"\n" * self._torn + b"".join(texts)), 0
        try:
            while written < len(data):
                written += self._some(fd, data[written:])
        except OSError as exc:
            ends = list(accumulate(map(len, texts), initial=int(self._torn)))
            whole = sum(end <= written for end in ends[1:])
            self._torn = written not in (0, *ends) or (self._torn and not written)
            raise Lost(len(texts) - whole, exc) from exc
        self._torn = False

    def _some(self, fd: int, data: memoryview) -> int:
        """How many bytes were written. What poll calls writable takes PIPE_BUF of a pipe without waiting."""
        poll = select.poll()
        poll.register(fd, select.POLLOUT)
        while not poll.poll(PATIENCE_MS if self._patient else 0):
            if not self._patient:
                raise BlockingIOError(errno.EAGAIN, "nobody reads")
        try:
            return os.write(fd, data if self._patient else data[: select.PIPE_BUF])
        except BlockingIOError:  # somebody who shares the stream made it so, and a part of it has room
            if not self._patient:
                raise
            return 0
