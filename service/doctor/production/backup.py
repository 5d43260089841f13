"""How old the newest backup is."""

import time
from collections.abc import Iterator
from pathlib import Path

from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, wrong
from service.settings import Settings

OLDEST_H = 48.0
SET_UP = "Set up scheduled backups, or vouch for another way ([production] accepted)"


def look(subject: Subject) -> Iterator[Finding]:
    if subject.settings is None:
        return
    folder = backup_folder(subject.settings)
    if folder is None:
        yield wrong("backup", "no backup is set up", SET_UP)
        return
    newest = last_backup(folder)
    if newest is None:
        yield wrong("backup", f"no backup is set up: there is none in {folder}", SET_UP)
        return
    hours = (time.time() - newest.stat().st_mtime) / 3600
    if hours > OLDEST_H:
        yield wrong("backup", f"{newest} is {hours / 24:.1f} days old", "See why the timer made none since")
    else:
        yield ok("backup", f"{newest} is {hours:.0f} h old")


def backup_folder(settings: Settings) -> Path | None:
    """Where archives go; None where these settings know of none."""
    folder = getattr(getattr(settings, "backup", None), "folder", None)
    return Path(folder) if folder else None


def last_backup(folder: Path) -> Path | None:
    """The newest archive in `folder`; None = there is none."""
    if not folder.is_dir():
        return None
    archives = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    return max(archives, key=lambda path: path.stat().st_mtime, default=None)
