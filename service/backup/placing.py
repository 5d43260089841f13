"""Put what a restore has made ready in its place, by renames that a power cut may interrupt anywhere.

What is to be done stands in a plan on the disk before the first rename. Whoever comes next (the same process, another
restore, the start of the station) goes on where it was cut off. Imported at every start: light.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

STAGE = ".restore"  # in the data folder
PLAN = "plan.json"  # in it
RESTART = "restart"  # in it: whoever ends the station now wants it to start again
INCOMING = ".incoming-backup.zip"  # in the data folder: an archive that somebody has sent


@dataclass(frozen=True, slots=True)
class Move:
    """What stands at `target` goes to `aside`, and what was made ready takes its place."""

    target: str
    aside: str
    new: str = ""  # "" = nothing takes its place


def commit(data: Path, moves: Sequence[Move]) -> None:
    """From here on the restore happens, whatever happens. All paths are absolute."""
    os.sync()  # what was made ready
    plan = data / STAGE / PLAN
    part = plan.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump([asdict(move) for move in moves], file)
        file.flush()
        os.fsync(file.fileno())
    part.rename(plan)
    _sync(plan.parent)


def unfinished(data: Path) -> bool:
    """Whether a restore was cut off after its `commit`."""
    return (data / STAGE / PLAN).exists()


def finish(data: Path) -> None:
    """Do what is left of the plan; only with the data folder's lock.

    Raises:
        OSError: A rename is refused; the plan stays.
    """
    plan = data / STAGE / PLAN
    moves = [Move(**values) for values in json.loads(plan.read_text("utf-8"))]
    for move in moves:
        _move(move)
    os.sync()
    plan.unlink()
    _sync(plan.parent)


def _move(move: Move) -> None:
    """Again is no harm: what was moved is not there any more."""
    target, aside = Path(move.target), Path(move.aside)
    if move.new and not Path(move.new).exists():
        return
    if target.exists() and not aside.exists():
        if not aside.parent.exists():
            aside.parent.mkdir(mode=0o750)
            _give(aside.parent, target.parent)
        target.rename(aside)
    if move.new:
        Path(move.new).rename(target)
        _sync(target.parent)


def _give(folder: Path, like: Path) -> None:
    """Root restores for the station's user."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
