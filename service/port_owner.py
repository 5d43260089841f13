"""Which process listens on a port, as far as this user may see."""

from contextlib import suppress
from pathlib import Path

LISTEN = "0A"  # the state as the kernel writes it


def port_owner(port: int) -> str:
    """The processes that listen on TCP `port` as ``process 812 (nginx)``; "" where that cannot be seen."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    found = [process for process in Path("/proc").glob("[0-9]*") if _holds(process, sockets)] if sockets else []
    first = min(found, key=lambda process: int(process.name), default=None)  # a master comes before its workers
    return f"process {first.name} ({_name(first)})" if first else ""


def _listening(port: int) -> set[str]:
    """Inodes of the sockets that listen on `port`, whatever their address."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                columns = line.split()
                if columns[3] == LISTEN and int(columns[1].rpartition(":")[2], 16) == port:
                    found.add(columns[9])
    return found


def _holds(process: Path, sockets: set[str]) -> bool:
    with suppress(OSError):  # another user's, or it has just ended
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                if str(descriptor.readlink()) in sockets:
                    return True
    return False


def _name(process: Path) -> str:
    """Its command line without folders, at most 40 characters."""
    with suppress(OSError):
        words = (process / "cmdline").read_bytes().rstrip(b"\0").decode("utf-8", "replace").split("\0")
        line = " ".join(word.rpartition("/")[2] for word in words)
        return line if len(line) <= 40 else f"{line[:37]}..."
    return "?"
