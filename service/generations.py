"""What the worker generations of one Gunicorn master know of each other across a reload, and what they tell others.

A few numbers and texts in memory that the master shares with every generation, which may be of a newer release: the
layout only grows (see `inheritance`). Gunicorn executes its configuration file anew at each reload; this module stays
in the master, and the memory with it. Programs of the same user, and root's, find it by
the master's process id: what `reload` and `status` say comes from here.
"""

import mmap
import os
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from . import inheritance
from .crash_report import CrashReport
from .systemd import Systemd
from .vision_ledger import VisionLedger

_NAME = "generations"
_NUMBER = struct.Struct("=I")
_TIME = struct.Struct("=d")


class Mark(IntEnum):
    """Place of each number."""

    FORKED = 0  # the newest generation forked
    VALIDATED = 1  # the newest that its predecessor lets go for: it does not come back
    FAILED = 2  # the newest that failed
    SERVING = 3  # the newest that has ever served
    STOPPING = 4  # whether the whole service stops
    ALIVE = 5  # the one that serves now; 0 = none
    MASTER = 6  # its process id, once it takes signals
    WORKER = 7  # process id of `SERVING`
    NEWEST = 8  # process id of `FORKED`; 0 = not yet, or the master's release does not say


@dataclass(frozen=True, slots=True)
class _Text:
    """Place of a text: UTF-8 behind its size, cut where it has no room."""

    begin: int
    room: int  # bytes

    def put(self, memory: mmap.mmap, text: str) -> None:
        data = text.encode("utf-8", "surrogateescape")[: self.room]
        memory[self.begin + 4 : self.begin + 4 + len(data)] = data
        _NUMBER.pack_into(memory, self.begin, len(data))

    def read(self, memory: mmap.mmap) -> str:
        (size,) = _NUMBER.unpack_from(memory, self.begin)
        return memory[self.begin + 4 : self.begin + 4 + size].decode("utf-8", "ignore")


_SINCE = 64  # when `SERVING` took over, seconds since 1970
_URL = _Text(72, 400)  # of HTTP, as this machine reaches it
_FOLDER = _Text(512, 4096)  # that keeps its data: no two stations share one
_REASON = _Text(5120, 2048)  # why `FAILED` did
_LOG = _Text(8192, 8000)  # how the newest generation that served writes its log; the master's lines follow it
_CHANNEL = _Text(16200, 100)  # where the generation that serves listens for its successor
_BYTES = 16384


@dataclass(frozen=True, slots=True)
class RunState:
    """What became of the generations of one master; generation 0 = none."""

    master: int  # process id
    alive: int = 0  # the generation that serves now
    generation: int = 0  # that serves, or served last
    worker: int = 0  # its process id
    since: float = 0.0  # seconds since 1970
    url: str = ""  # of HTTP, as this machine reaches it
    forked: int = 0  # the newest one
    failed: int = 0  # the newest that did not come to serve
    trouble: str = ""  # why, if none has since one served


class Generations:
    """The shared numbers; a generation is a worker's age, counted by Gunicorn from 1."""

    def __init__(self, descriptor: int | None = None, *, inherited: int | None = None) -> None:
        """Memory of its own, that of `descriptor`, to be looked at only, or that which the master has left."""
        self.descriptor = inherited or os.memfd_create(_NAME)  # stays open, so that others find it
        if descriptor is None:
            os.ftruncate(self.descriptor, _BYTES)
            self._memory = mmap.mmap(self.descriptor, _BYTES)
        else:
            self._memory = mmap.mmap(descriptor, _BYTES, access=mmap.ACCESS_READ)

    @classmethod
    def of(cls, master: int) -> "Generations":
        """Those of a running master, by its process id; they can still be read when it has ended.

        Raises:
            OSError: There is no such process, or this user may not look into it.
            LookupError: It is no station's master, or does not take signals yet.
        """
        for entry in Path(f"/proc/{master}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                if str(entry.readlink()).startswith(f"/memfd:{_NAME} "):
                    descriptor = os.open(entry, os.O_RDONLY)
                    try:
                        found = cls(descriptor)
                    except ValueError:  # of another size: not ours
                        continue
                    finally:
                        os.close(descriptor)
                    if found[Mark.MASTER] == master:
                        return found
        raise LookupError(f"Process {master} is no station's master")

    def __getitem__(self, mark: Mark) -> int:
        return int(_NUMBER.unpack_from(self._memory, 4 * mark)[0])

    def __setitem__(self, mark: Mark, value: int) -> None:
        _NUMBER.pack_into(self._memory, 4 * mark, value)

    def serves(self, age: int, url: str) -> None:
        """In the worker, when every server is up."""
        _URL.put(self._memory, url)
        _TIME.pack_into(self._memory, _SINCE, time.time())
        self[Mark.WORKER] = os.getpid()
        self[Mark.SERVING] = self[Mark.ALIVE] = age

    def failed(self, age: int, reason: str) -> None:
        """This generation cannot serve. Of each the first word counts, and nothing of one before the newest."""
        if age <= self[Mark.FAILED]:
            return
        _REASON.put(self._memory, reason)
        self[Mark.FAILED] = age

    @property
    def trouble(self) -> str:
        """Why the newest generation failed; "" if none has since one served."""
        return _REASON.read(self._memory) if self[Mark.FAILED] > self[Mark.SERVING] else ""

    @property
    def folder(self) -> str:
        """The data folder, absolute."""
        return _FOLDER.read(self._memory)

    @folder.setter
    def folder(self, path: str) -> None:
        _FOLDER.put(self._memory, path)

    @property
    def log_choice(self) -> str:
        """As `logs.choice` writes it; "" = nobody has said yet."""
        return _LOG.read(self._memory)

    @log_choice.setter
    def log_choice(self, text: str) -> None:
        _LOG.put(self._memory, text)

    @property
    def channel(self) -> str:
        """Name of a Unix socket without a file; "" = the generation that serves hands nothing over."""
        return _CHANNEL.read(self._memory)

    @channel.setter
    def channel(self, name: str) -> None:
        _CHANNEL.put(self._memory, name)

    def state(self) -> RunState:
        """All of it, of one moment."""
        while True:
            found = self._state()
            if found == self._state():
                return found

    def _state(self) -> RunState:
        return RunState(
            self[Mark.MASTER],
            self[Mark.ALIVE],
            self[Mark.SERVING],
            self[Mark.WORKER],
            float(_TIME.unpack_from(self._memory, _SINCE)[0]),
            _URL.read(self._memory),
            self[Mark.FORKED],
            self[Mark.FAILED],
            self.trouble,
        )

    def successor_of(self, age: int) -> bool:
        """A newer generation was forked and has not failed."""
        return self[Mark.FORKED] > age and self[Mark.FAILED] < self[Mark.FORKED]

    def successor_ready(self, age: int) -> bool:
        """It owns what this one had, or waits for this one to close down."""
        return self[Mark.VALIDATED] > age


_own = inheritance.received
shared = Generations(inherited=_own.memory if _own else None)
vision = VisionLedger(_own.vision if _own else None)
crash_report = CrashReport(_own.crash_report if _own else None)
systemd = Systemd(os.environ, _own.owed if _own else ())
master = _own.master if _own else 0  # its process id; 0 where no master started this process
binds: list[str] = _own.binds if _own else []  # addresses that the master bound: HTTP first
names: tuple[str, ...] = tuple(_own.names) if _own else ()  # of the listeners after the first, in the order of `binds`
taken: dict[str, str] = _own.taken if _own else {}  # addresses by server name that another program had at the start
options: dict[str, Any] = _own.options if _own else {}  # of Gunicorn, as [gunicorn] has them
age = _own.age if _own else 1  # this process's generation
sockets: dict[str, socket.socket] = {}  # listening sockets of the PLC servers by name: "modbus", "opcua"


def remember(found: dict[str, str], occupied: dict[str, str], gunicorn: dict[str, Any], folder: str, log: str) -> None:
    """What the master binds, by server name, HTTP first, and what it cannot; asked once, at the start.

    Args:
        gunicorn: Its options by name.
        folder: That keeps the station's data, absolute.
        log: How the station logs, see `logs.choice`.
    """
    global names
    taken.update(occupied)
    binds.extend(found.values())
    names = tuple(found)[1:]
    options.update(gunicorn)
    shared.folder, shared.log_choice = folder, log


def reload_trouble() -> str:
    """Why a successor of this generation failed, so that this one goes on; "" = none did."""
    return shared.trouble if shared[Mark.FAILED] > age else ""
