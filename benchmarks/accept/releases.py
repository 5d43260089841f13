"""A station that is installed in two releases, so that a reload can lead from one to the other under the line."""

import subprocess
from pathlib import Path

from service.releases.installing import Source, install
from service.releases.manifest import PROGRAM
from service.releases.shelf import Shelf
from tests.conftest import Running
from tests.deploy.bundles import OTHER_AIOHTTP, OTHER_WORKER, other_aiohttp, release_bundle

VERSIONS = ("0.1.0", "0.2.0")


class Releases:
    """Both made of bundles, the second one with another worker class and, where it can be had, another aiohttp."""

    def __init__(self, folder: Path) -> None:
        self._root, parts = folder / "root", folder / "parts"
        parts.mkdir()
        wheel = other_aiohttp(parts)
        self.aiohttp = f"the same: {wheel}" if isinstance(wheel, str) else OTHER_AIOHTTP
        first = release_bundle(folder / "a", VERSIONS[0])
        second = release_bundle(folder / "b", VERSIONS[1], OTHER_WORKER, [] if isinstance(wheel, str) else [wheel])
        self._shelf = Shelf(self._root)
        self._folders = [install(Source(made, allow_unsigned=True), self._shelf) for made in (first, second)]
        self._shelf.switch(self._folders[0])

    def station(self, folder: Path, settings: dict[str, str]) -> Running:
        """Of the first release; not started yet."""
        release = self._folders[0]
        return Running(folder, settings, root=release, gunicorn=release / ".venv" / "bin" / "gunicorn")

    @property
    def other(self) -> str:
        """The version of the release that is not current."""
        assert self._shelf.current
        return next(version for version in VERSIONS if version != self._shelf.current.name)

    def change(self) -> "subprocess.Popen[str]":
        """The other one takes over: the installed command, as people use it."""
        assert self._shelf.current
        command = self._shelf.current / ".venv" / "bin" / PROGRAM
        return subprocess.Popen(
            [str(command), "upgrade", "--root", str(self._root), "--rollback", self.other],
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
