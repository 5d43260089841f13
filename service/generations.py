"""What the worker generations of one Gunicorn master know of each other across a reload.

A few numbers in memory that the master shares with every worker it forks: the newest generation forked, the newest
that has validated everything it can without the camera, the newest that failed, the newest that has ever served, the
one that serves now (0 = none), whether the whole service stops, and the master. Behind them: why the newest that failed
did. Gunicorn executes its configuration file anew at each reload; this module stays, and the numbers with it. Programs
of the same user, and root's, find them by the master's process id.
"""

import mmap
import os
import socket
import struct
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import Any

from .crash_report import CrashReport
from .systemd import Systemd
from .vision_ledger import VisionLedger

_FORMAT = struct.Struct("=I")
_NAME = "generations"
_REASON = 64  # where it begins, as UTF-8 behind its size
_REASON_BYTES = 2048


class Mark(IntEnum):
    """Place of each number."""

    FORKED = 0
    VALIDATED = 1
    FAILED = 2
    SERVING = 3
    STOPPING = 4
    ALIVE = 5
    MASTER = 6  # its process id, once it takes signals


class Generations:
    """The shared numbers; a generation is a worker's age, counted by Gunicorn from 1."""

    def __init__(self, descriptor: int | None = None) -> None:
        """Memory of its own, or that of `descriptor`, to be looked at only."""
        if descriptor is None:
            made = os.memfd_create(_NAME)  # stays open, so that others find it
            os.ftruncate(made, mmap.PAGESIZE)
            self._memory = mmap.mmap(made, mmap.PAGESIZE)
        else:
            self._memory = mmap.mmap(descriptor, mmap.PAGESIZE, access=mmap.ACCESS_READ)

    @classmethod
    def of(cls, master: int) -> "Generations":
        """Those of a running master, by its process id.

        Raises:
            OSError: There is no such process, or this user may not look into it.
            LookupError: It is no station's master.
        """
        for entry in Path(f"/proc/{master}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                if str(entry.readlink()).startswith(f"/memfd:{_NAME} "):
                    descriptor = os.open(entry, os.O_RDONLY)
                    try:
                        found = cls(descriptor)
                    finally:
                        os.close(descriptor)
                    if found[Mark.MASTER] == master:
                        return found
        raise LookupError(f"process {master} is no station's master")

    def __getitem__(self, mark: Mark) -> int:
        return int(_FORMAT.unpack_from(self._memory, 4 * mark)[0])

    def __setitem__(self, mark: Mark, age: int) -> None:
        _FORMAT.pack_into(self._memory, 4 * mark, age)

    def failed(self, age: int, reason: str) -> None:
        """This generation cannot serve."""
        if age < self[Mark.FAILED]:
            return
        text = reason.encode()[:_REASON_BYTES]
        _FORMAT.pack_into(self._memory, _REASON, len(text))
        self._memory[_REASON + 4 : _REASON + 4 + len(text)] = text
        self[Mark.FAILED] = age

    @property
    def trouble(self) -> str:
        """Why the newest generation failed; "" if none has since one served."""
        if self[Mark.FAILED] <= self[Mark.SERVING]:
            return ""
        (size,) = _FORMAT.unpack_from(self._memory, _REASON)
        return self._memory[_REASON + 4 : _REASON + 4 + size].decode("utf-8", "ignore")

    def successor_of(self, age: int) -> bool:
        """A newer generation was forked and has not failed."""
        return self[Mark.FORKED] > age and self[Mark.FAILED] < self[Mark.FORKED]

    def successor_ready(self, age: int) -> bool:
        """It waits only for this one to let go."""
        return self[Mark.VALIDATED] > age


shared = Generations()
vision = VisionLedger()
crash_report = CrashReport()
systemd = Systemd(os.environ)
master = 0  # its process id; 0 where no master started this process
binds: list[str] = []  # addresses that the master bound: HTTP first
names: tuple[str, ...] = ()  # of the listeners after the first, in the order they were bound
taken: dict[str, str] = {}  # addresses by server name that another program had when the master started
options: dict[str, Any] = {}  # of Gunicorn, as [gunicorn] has them
told = Path()  # where `run_state` writes; "." = nowhere
age = 1  # this process's generation
sockets: dict[str, socket.socket] = {}  # listening sockets of the PLC servers by name: "modbus", "opcua"


def remember(found: dict[str, str], occupied: dict[str, str], gunicorn: dict[str, Any], run_state: str) -> None:
    """What the master binds, by server name, HTTP first, and what it cannot; asked once, at the start.

    Args:
        gunicorn: Its options by name.
        run_state: The path where generations tell what became of them.
    """
    global names, told
    taken.update(occupied)
    binds.extend(found.values())
    names = tuple(found)[1:]
    options.update(gunicorn)
    told = Path(run_state)
