"""What the worker generations of one Gunicorn master know of each other across a reload.

A few numbers in memory that the master shares with every worker it forks: the newest generation forked, the newest
that has validated everything it can without the camera, the newest that failed, the newest that has ever served, the
one that serves now (0 = none), and whether the whole service stops.
Gunicorn executes its configuration file anew at each reload; this module stays, and the numbers with it.
"""

import mmap
import socket
import struct
from enum import IntEnum
from pathlib import Path
from typing import Any

from .crash_report import CrashReport
from .vision_ledger import VisionLedger

_FORMAT = struct.Struct("=I")


class Mark(IntEnum):
    """Place of each number."""

    FORKED = 0
    VALIDATED = 1
    FAILED = 2
    SERVING = 3
    STOPPING = 4
    ALIVE = 5


class Generations:
    """The shared numbers; a generation is a worker's age, counted by Gunicorn from 1."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)

    def __getitem__(self, mark: Mark) -> int:
        return int(_FORMAT.unpack_from(self._memory, 4 * mark)[0])

    def __setitem__(self, mark: Mark, age: int) -> None:
        _FORMAT.pack_into(self._memory, 4 * mark, age)

    def successor_of(self, age: int) -> bool:
        """A newer generation was forked and has not failed."""
        return self[Mark.FORKED] > age and self[Mark.FAILED] < self[Mark.FORKED]

    def successor_ready(self, age: int) -> bool:
        """It waits only for this one to let go."""
        return self[Mark.VALIDATED] > age


shared = Generations()
vision = VisionLedger()
crash_report = CrashReport()
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
