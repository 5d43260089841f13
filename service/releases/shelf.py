"""The folder of the releases, and the links `current` and `previous` beside it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from service.succession import CURRENT, PYTHON, RELEASES

from .errors import ReleaseError
from .manifest import PROGRAM

MARK = ".release"  # holds what a release was made of; written last: what lacks it is half a release
PREVIOUS = "previous"


class Shelf:
    """Below `root`, as the installer has it."""

    def __init__(self, root: Path) -> None:
        self.opt = root / "opt" / PROGRAM
        self.folder = self.opt / RELEASES
        self.settings = root / "etc" / PROGRAM

    @property
    def current(self) -> Path | None:
        """Resolved; None where nothing is installed."""
        return self._named(CURRENT)

    @property
    def previous(self) -> Path | None:
        """The one that ran before `current`, if it is still there."""
        return self._named(PREVIOUS)

    def _named(self, link: str) -> Path | None:
        with suppress(OSError):
            found = (self.opt / link).resolve(strict=True)
            return found if found.parent == self.folder.resolve() else None
        return None

    def installed(self) -> list[Path]:
        """Whole ones, the last made first."""
        found = [path.parent for path in self.folder.glob(f"*/{MARK}") if (path.parent / PYTHON).exists()]
        return sorted(found, key=lambda path: (path / MARK).stat().st_mtime, reverse=True)

    def by_name(self, version: str) -> Path:
        """
        Raises:
            ReleaseError
        """
        for release in self.installed():
            if release.name == version:
                return release.resolve()
        there = ", ".join(each.name for each in self.installed()) or "none"
        raise ReleaseError(f"there is no release {version} in {self.folder} (there: {there})")

    def place(self, version: str, mark: str) -> tuple[Path, bool]:
        """The folder for a release of this content, and whether it is there already; another content gets its own."""
        for folder in (self.folder / version, self.folder / f"{version}+{mark[:8]}"):
            found = folder / MARK
            if found.exists() and found.read_text() == mark and (folder / PYTHON).exists():
                return folder.resolve(), True
            if not found.exists():
                return folder, False
        raise ReleaseError(f"{folder} holds another release: move it away")

    def switch(self, release: Path) -> None:
        """From one moment to the next; there is always a `current`. The one that it named becomes `previous`."""
        if (before := self.current) is not None and before != release:
            self._link(PREVIOUS, before)
        self._link(CURRENT, release)

    def _link(self, name: str, release: Path) -> None:
        new = self.opt / f".{name}.new"
        new.unlink(missing_ok=True)
        new.symlink_to(Path(RELEASES, release.name))
        new.replace(self.opt / name)
        descriptor = os.open(self.opt, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def prune(self, keep: int) -> list[str]:
        """Remove all but `keep` releases; never `current`, `previous`, or one that a process runs from. Their names."""
        held = {self.current, self.previous, *_working_folders()}
        spare = [release for release in self.installed() if release.resolve() not in held]
        room = max(0, keep - len(self.installed()) + len(spare))
        for release in spare[room:]:
            (release / MARK).unlink()  # from here on it is half a release
            shutil.rmtree(release)
        return [release.name for release in spare[room:]]


def _working_folders() -> Iterator[Path]:
    """Of all processes: a station's master stays in the release that it was started from."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield (process / "cwd").readlink()
