"""How much of the processors other programs take: what a figure from a shared machine is worth."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
USER, NICE, SYSTEM, STEAL = 0, 1, 2, 7  # fields of /proc/stat; interrupts are our own traffic for the most part


@dataclass(frozen=True, slots=True)
class Moment:
    """Processor time so far, in seconds."""

    at: float
    all: float  # of every core, with what the host took away
    own: float  # of this process and all that it started, with those of them that ended and were waited for

    def others_since(self, before: "Moment") -> float:
        """Cores that other programs kept busy since then."""
        spent = (self.all - before.all) - (self.own - before.own)
        return max(0.0, spent / max(1e-9, self.at - before.at))


def now() -> Moment:
    """Look at every process."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    busy = sum(fields[field] for field in (USER, NICE, SYSTEM, STEAL))
    parents, ticks = _processes()
    own = sum(spent for pid, spent in ticks.items() if _descends(pid, os.getpid(), parents))
    return Moment(time.perf_counter(), busy / TICKS_PER_S, own / TICKS_PER_S)


def _processes() -> tuple[dict[int, int], dict[int, int]]:
    """By process: its parent, and its ticks with those of its children that ended."""
    parents, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        pid = int(path.parent.name)
        parents[pid], ticks[pid] = int(fields[1]), sum(map(int, fields[11:15]))
    return parents, ticks


def _descends(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid not in (ancestor, 0):
        pid = parents.get(pid, 0)
    return pid == ancestor
