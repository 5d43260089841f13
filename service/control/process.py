"""Which processes are stations, by their command lines."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

APPLICATION = b"service.app:factory"  # stands in the command line of every master


def is_station(pid: int) -> bool:
    """Whether this process is a station's, master or worker."""
    with suppress(OSError):
        return pid > 0 and APPLICATION in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False


def stations() -> Iterator[int]:
    """Process ids, of everybody's."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and is_station(int(entry.name)):
            yield int(entry.name)


def pid_in(path: Path) -> int:
    """Of a pid file; 0 = it holds none."""
    with suppress(OSError, ValueError):
        return int(path.read_text("ascii"))
    return 0
