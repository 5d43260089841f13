"""The file of the retentive memory is ours alone, or it is not used."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocols.retentive import SHARED_MEMORY, Unusable, in_memory, open_file

SIZE = 8192


@pytest.fixture
def folder() -> Iterator[Path]:
    """In /dev/shm."""
    made = SHARED_MEMORY / f"vision-test-{os.getpid()}"
    made.mkdir(mode=0o700)
    yield made
    for file in made.iterdir():
        file.unlink()
    made.rmdir()


def test_what_is_written_is_there_for_the_next_process(folder: Path) -> None:
    first = open_file(folder / "memory", SIZE)
    first[100:103] = b"abc"
    assert open_file(folder / "memory", SIZE)[100:103] == b"abc"
    assert (folder / "memory").stat().st_mode & 0o777 == 0o600


def test_a_file_of_another_size_is_emptied(folder: Path) -> None:
    (folder / "memory").write_bytes(b"x" * 100)
    (folder / "memory").chmod(0o600)
    assert open_file(folder / "memory", SIZE)[:] == bytes(SIZE)


def test_a_link_is_not_followed(folder: Path) -> None:
    (folder / "real").write_bytes(bytes(SIZE))
    (folder / "memory").symlink_to(folder / "real")
    with pytest.raises(Unusable, match="memory"):
        open_file(folder / "memory", SIZE)


def test_a_second_name_is_refused(folder: Path) -> None:
    open_file(folder / "memory", SIZE)
    os.link(folder / "memory", folder / "other")
    with pytest.raises(Unusable, match="no plain file with one name"):
        open_file(folder / "memory", SIZE)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir], ids=["a pipe", "a folder"])
def test_what_is_no_file_is_refused(folder: Path, make: object) -> None:
    make(folder / "memory")  # type: ignore[operator]
    with pytest.raises(Unusable):
        open_file(folder / "memory", SIZE)
    if (folder / "memory").is_dir():
        (folder / "memory").rmdir()


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o601])
def test_a_file_that_others_may_touch_is_refused(folder: Path, mode: int) -> None:
    open_file(folder / "memory", SIZE)
    (folder / "memory").chmod(mode)
    with pytest.raises(Unusable, match=f"open to others .mode {mode:04o}"):
        open_file(folder / "memory", SIZE)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(folder: Path) -> None:
    open_file(folder / "memory", SIZE)
    os.chown(folder / "memory", 65534, -1)
    with pytest.raises(Unusable, match="belongs to user 65534"):
        open_file(folder / "memory", SIZE)


def test_a_disk_is_no_memory(tmp_path: Path) -> None:
    assert in_memory(SHARED_MEMORY)
    assert not in_memory(tmp_path / "absent")
    if in_memory(tmp_path):
        pytest.skip("the temporary folder lies in memory here")
    with pytest.raises(Unusable, match="does not lie in memory"):
        open_file(tmp_path / "memory", SIZE)


def test_no_room_is_said_at_the_opening(folder: Path) -> None:
    whole = os.statvfs(folder)
    with pytest.raises(Unusable, match="memory"):
        open_file(folder / "memory", whole.f_blocks * whole.f_frsize * 2)
    assert (folder / "memory").stat().st_blocks == 0
