"""Memory: what is there, what is left, what lies in swap."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

from service.settings import runtime_folder

from .finding import Finding, ok, slow, wrong
from .subject import Subject

SMALLEST_MB = 1800  # a machine of 2 GB, less what its firmware keeps
FREE_MB = 300
DESCRIPTORS = 8192
RETENTIVE_KB = 324


def main(subject: Subject) -> Iterator[Finding]:
    found = _meminfo(subject)
    total, free = found["MemTotal"], found["MemAvailable"]
    seen = f"{free} MB of {total} MB available"
    if free < FREE_MB:
        yield wrong("memory.free", seen, "End other programs; below that the kernel ends programs by itself")
    elif total < SMALLEST_MB:
        yield slow("memory.free", seen, "Take a machine with 2 GB or more: docs/sizing.md")
    else:
        yield ok("memory.free", seen)


def swap(subject: Subject) -> Iterator[Finding]:
    """What was swapped out must be read from the disk before the part is judged."""
    found = _meminfo(subject)
    used = found.get("SwapTotal", 0) - found.get("SwapFree", 0)
    seen = f"{used} MB in swap" if found.get("SwapTotal") else "no swap"
    if used > found["MemTotal"] // 10:
        yield slow("memory.swap", seen, "End what needs the memory, or add some; swap on an SD card also wears it out")
    else:
        yield ok("memory.swap", seen)


def retentive(subject: Subject) -> Iterator[Finding]:
    """Room for what outlives the process."""
    folder = runtime_folder() or Path("/dev/shm")  # noqa: S108 - the kernel's, and the file in it is checked
    if not folder.is_dir():
        yield wrong("memory.retentive", f"there is no {folder}", "Mount a tmpfs there")
        return
    stat = os.statvfs(folder)
    free_kb = stat.f_bavail * stat.f_frsize >> 10
    if free_kb < RETENTIVE_KB and not subject.running:
        yield wrong("memory.retentive", f"{free_kb} kB free in {folder}", f"Make room: {RETENTIVE_KB} kB are needed")
    else:
        yield ok("memory.retentive", f"{folder} has room for the retentive memory")


def descriptors(subject: Subject) -> Iterator[Finding]:
    """Connections and files that a station may have open: of the one that runs, else of this shell."""
    if subject.running and subject.running.worker:
        most = _limit(subject.running.worker)
    else:
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most < DESCRIPTORS:
        yield slow(
            "memory.descriptors", f"at most {most} open files", "Raise it: ulimit -n 65536, or the unit's LimitNOFILE"
        )
    else:
        yield ok("memory.descriptors", f"at most {most} open files")


def _limit(pid: int) -> int:
    for line in Path(f"/proc/{pid}/limits").read_text().splitlines():
        if line.startswith("Max open files"):
            hard = line.split()[4]
            return int(hard) if hard.isdecimal() else 1 << 20
    return 0


def _meminfo(subject: Subject) -> dict[str, int]:
    """By the kernel's names, in MB."""
    rows = (line.split() for line in subject.of_system("proc/meminfo").read_text().splitlines())
    return {row[0].rstrip(":"): int(row[1]) >> 10 for row in rows}


CHECKS = (main, swap, retentive, descriptors)
