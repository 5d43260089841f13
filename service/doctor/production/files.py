"""What others may read or write, and what the station itself may not."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, wrong


def look(subject: Subject) -> Iterator[Finding]:
    if subject.settings is None:
        return
    station = subject.settings.station
    for folder in (station.data_folder, station.recipe_folder):
        if folder.exists():
            yield from _closed(folder, 0o007 if folder == station.data_folder else 0o002)
    if subject.config and subject.config.exists():
        yield from _closed(subject.config, 0o002)
        if os.geteuid() == subject.user != 0 and os.access(subject.config, os.W_OK):
            yield wrong("files", f"the station may write its own settings {subject.config}", _root_owns(subject.config))
    if os.geteuid() == subject.user != 0 and os.access(subject.program, os.W_OK):
        remedy = "Install the program as root: deploy/install.sh"
        yield wrong("files", f"the station may write its own program {subject.program}", remedy)
    yield ok("files", "data is the station's alone, settings and program are not the station's to write")


def _closed(path: Path, mask: int) -> Iterator[Finding]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & mask:
        may = "enter" if mask & 0o005 else "write"
        remedy = f"chmod {mode & ~mask:o} {path}"
        yield wrong("files", f"everybody may {may} {path} (mode {mode:04o})", remedy)


def _root_owns(path: Path) -> str:
    return f"chown root {path} && chmod 640 {path}, its group the station's"
