"""A disk below SQLite that fails, or is slow, when told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import apsw


class Disk:
    """What the next writes and syncs do."""

    def __init__(self) -> None:
        self.error: type[apsw.Error] | None = None
        self.only_sync = False  # what was written stands there, and is not durable
        self.go = threading.Event()  # cleared: syncs hang
        self.go.set()
        self.syncs = 0

    def sync(self) -> None:
        self.syncs += 1
        self.go.wait(30)
        if self.error:
            raise self.error("told to fail")

    def write(self) -> None:
        if self.error and not self.only_sync:
            raise self.error("told to fail")


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: object, flags: list[int]) -> None:
        super().__init__("unix", name, flags)  # type: ignore[arg-type]
        self._disk = disk

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        self._disk.sync()
        super().xSync(flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.write()
        super().xWrite(data, offset)


class _Vfs(apsw.VFS):
    def __init__(self, disk: Disk) -> None:
        super().__init__("faulty", "unix", makedefault=True)
        self._disk = disk

    def xOpen(self, name: object, flags: list[int]) -> _File:  # noqa: N802
        return _File(self._disk, name, flags)


@contextmanager
def faulty_disk() -> Iterator[Disk]:
    """Every database that is opened meanwhile lies on it."""
    disk = Disk()
    vfs = _Vfs(disk)
    try:
        yield disk
    finally:
        disk.go.set()
        vfs.unregister()
