"""Who the station is, and what it may read and write."""

import os
from collections.abc import Iterator
from pathlib import Path

from .finding import Finding, ok, unknown, wrong
from .secrets import loose, secret_files
from .subject import Subject


def folders(subject: Subject) -> Iterator[Finding]:
    """What the station writes; of one that runs `/readyz` says more."""
    if subject.settings is None:
        return
    if os.geteuid() not in (0, subject.user):
        yield unknown("permissions.folders", "the station is another user's", "Look as that user or as root")
        return
    data = subject.settings.station.data_folder
    if data.exists() and not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield wrong("permissions.data", f"this user may not write in {data}", f"chown -R {_who(subject)} {data}")
    elif not data.exists() and not os.access(_above(data), os.W_OK):
        yield wrong("permissions.data", f"this user may not make {data}", f"Make it, and chown {_who(subject)} {data}")
    else:
        yield ok("permissions.data", f"{data} can be written")
    strangers = [path for path in data.glob("*") if path.lstat().st_uid != subject.user]
    if strangers and os.geteuid() == subject.user:
        shown = ", ".join(str(path) for path in sorted(strangers)[:3])
        yield wrong("permissions.owner", f"another user's: {shown}", f"chown -R {_who(subject)} {data}")


def secrets(subject: Subject) -> Iterator[Finding]:
    if subject.settings is None:
        return
    files = secret_files(subject.settings)
    readable = [path for path in files if loose(path)]
    for path in readable:
        yield wrong("permissions.secrets", f"others may read {path}", f"chmod 600 {path}, and renew what it holds")
    if files and not readable:
        yield ok("permissions.secrets", f"{len(files)} files with secrets, none for others to read")


def _above(folder: Path) -> Path:
    path = folder.absolute()
    while not path.exists():
        path = path.parent
    return path


def _who(subject: Subject) -> str:
    return str(subject.user)


CHECKS = (folders, secrets)
