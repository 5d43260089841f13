"""What a generation is born with: the master's descriptors, and what it found at its start.

A generation is a fresh interpreter, of a newer release than its master where one was upgraded to. So this crosses as
descriptors and plain words and never as a Python object. Keys may be added, and what is not known is passed over; who
changes the meaning of one, or the layout of the memory behind a descriptor, raises `FORMAT`: then only a restart leads
from the one release to the other, and the generation that cannot start says so.
"""

import json
import os
from dataclasses import asdict, dataclass, field, fields
from typing import Any

FORMAT = 1


class ForeignMaster(Exception):
    """It speaks another format; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Inheritance:
    """Of one generation. Descriptors are its own; the memory behind them is the master's."""

    age: int
    master: int  # process id
    limit_s: float  # half of Gunicorn's `timeout`, as every worker is told it
    first: bool  # no generation has served before
    listeners: list[int]  # descriptors, in the order of `binds`
    heartbeat: int  # descriptors
    memory: int
    vision: int
    crash_report: int
    binds: list[str]
    names: list[str]
    taken: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    owed: list[str] = field(default_factory=list)  # to systemd, whose queue was full
    format: int = FORMAT

    @property
    def descriptors(self) -> list[int]:
        return [*self.listeners, self.heartbeat, self.memory, self.vision, self.crash_report]

    def leave(self) -> int:
        """A descriptor that holds all of this; it and the others stay open over exec."""
        made = os.memfd_create("inheritance")
        os.write(made, json.dumps(asdict(self)).encode())
        for descriptor in (*self.descriptors, made):
            os.set_inheritable(descriptor, True)
        return made


received: Inheritance | None = None  # None: no master made this process


def take(descriptor: int) -> Inheritance:
    """In the fresh interpreter, before anything that uses it is imported.

    Raises:
        ForeignMaster
    """
    global received
    os.lseek(descriptor, 0, os.SEEK_SET)
    with open(descriptor, "rb") as file:
        said = json.loads(file.read())
    if said["format"] != FORMAT:
        raise ForeignMaster("Gunicorn's master is of a release that this one cannot follow: restart the station")
    received = Inheritance(**{each.name: said[each.name] for each in fields(Inheritance) if each.name in said})
    for inherited in received.descriptors:
        os.set_inheritable(inherited, False)  # not what this process starts in turn
    return received
