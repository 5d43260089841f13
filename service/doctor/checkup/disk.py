"""The disk of the data folder: what it is, how much is free, how long a commit takes."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .finding import Finding, ok, slow, wrong
from .subject import Subject

WRITES, BLOCK, LIMIT_S = 30, 4096, 5.0
TYPICAL_MS, WORST_MS = 10.0, 100.0  # of a commit: a result waits for one
NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"})
VOLATILE = frozenset({"tmpfs", "ramfs"})
NO_MODES = frozenset({"vfat", "exfat", "msdos"})


def space(subject: Subject) -> Iterator[Finding]:
    """Against the marks at which images go and the line stops."""
    if subject.settings is None:
        return
    folder = _there(subject.settings.station.data_folder)
    stat = os.statvfs(folder)
    free_mb = stat.f_bavail * stat.f_frsize >> 20
    seen = f"{free_mb} MB of {stat.f_blocks * stat.f_frsize >> 20} MB free at {folder}"
    images_mb, results_mb = subject.settings.archive.min_free_mb, subject.settings.store.min_free_mb
    if free_mb < results_mb:
        yield wrong("disk.space", f"{seen}; below {results_mb} MB nothing is stored", "Free some space at once")
    elif free_mb < images_mb:
        remedy = "Free some space, or keep fewer images ([archive])"
        yield wrong("disk.space", f"{seen}; below {images_mb} MB images are deleted", remedy)
    elif not stat.f_favail and stat.f_files:
        yield wrong("disk.space", f"{seen}, and no inode", "Delete files, or keep fewer images ([archive])")
    else:
        yield ok("disk.space", seen)


def kind(subject: Subject) -> Iterator[Finding]:
    """Its file system; a database with a write-ahead log needs a local one."""
    if subject.settings is None:
        return
    folder = _there(subject.settings.station.data_folder)
    name, device = _mounted(folder, subject)
    seen = f"{folder} lies on {device} ({name})"
    if name in NETWORK:
        yield wrong("disk.kind", seen, "Keep the data folder on a local disk: the database may break on a network's")
    elif name in VOLATILE:
        yield wrong("disk.kind", seen, "It is gone with the power: set data_folder to a disk")
    elif name in NO_MODES:
        yield wrong("disk.kind", seen, "It keeps no permissions, so no secret: set data_folder to an ext4 disk")
    elif name == "overlay":
        yield wrong("disk.kind", seen, "It goes with the container: mount a volume as data folder")
    else:
        yield ok("disk.kind", seen)


def sync(subject: Subject) -> Iterator[Finding]:
    """How long until a block is safe: of the running station its own commits, else tried with a file."""
    if subject.settings is None:
        return
    told_s = subject.samples.quantile_s("vision_result_commit_seconds", 0.99)
    if told_s is not None:
        yield _judged(f"99 of 100 commits of results took at most {1000 * told_s:g} ms", 0.0, 1000 * told_s)
        return
    times_ms = sync_times_ms(_there(subject.settings.station.data_folder))
    typical, worst = statistics.median(times_ms), max(times_ms)
    seen = f"a block is on the disk after {typical:.1f} ms (median of {len(times_ms)}), at worst {worst:.1f} ms"
    yield _judged(seen, typical, worst)


def sync_times_ms(folder: Path) -> list[float]:
    """Of blocks written and synchronised, one after the other, in a file that goes again."""
    found: list[float] = []
    with tempfile.TemporaryFile(dir=folder) as file:
        end = time.monotonic() + LIMIT_S
        while len(found) < WRITES and (not found or time.monotonic() < end):
            os.write(file.fileno(), os.urandom(BLOCK))
            began = time.monotonic()
            os.fdatasync(file.fileno())
            found.append(1000 * (time.monotonic() - began))
    return found


def _judged(seen: str, typical_ms: float, worst_ms: float) -> Finding:
    if typical_ms <= TYPICAL_MS and worst_ms <= WORST_MS:
        return ok("disk.sync", seen)
    remedy = "Take an SSD or an industrial card (A2), let no other program write there, keep fewer images ([archive])"
    return slow("disk.sync", seen, remedy)


def _there(folder: Path) -> Path:
    """The folder, or the one it will be made in."""
    path = folder.absolute()
    while not path.is_dir():
        path = path.parent
    return path


def _mounted(folder: Path, subject: Subject) -> tuple[str, str]:
    """Kind and device of its file system, by the longest mount point above it."""
    best, found = "", ("?", "?")
    real = str(folder.resolve())
    for line in subject.of_system("proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        point = before.split()[4].replace("\\040", " ")
        if (real == point or real.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, found = point, (after.split()[0], after.split()[1])
    return found


CHECKS = (space, kind, sync)
