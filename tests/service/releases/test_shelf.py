"""The folder of releases: what is there, what is kept, what runs next."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.releases.errors import ReleaseError
from service.releases.shelf import MARK, Shelf
from service.succession import successor


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    shelf.folder.mkdir(parents=True)
    return shelf


def made(shelf: Shelf, version: str, at: int = 0, whole: bool = True) -> Path:
    folder = shelf.folder / version
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").touch()
    if whole:
        (folder / MARK).write_text(f"mark of {version}")
        os.utime(folder / MARK, (at, at))
    return folder.resolve()


def test_what_current_named_is_previous_after_a_switch_and_the_way_back_is_a_way_forward(shelf: Shelf) -> None:
    a, b = made(shelf, "1.0"), made(shelf, "1.1")
    assert (shelf.current, shelf.previous) == (None, None)
    shelf.switch(a)
    assert (shelf.current, shelf.previous) == (a, None)
    shelf.switch(b)
    shelf.switch(b)
    assert (shelf.current, shelf.previous) == (b, a)
    shelf.switch(a)
    assert (shelf.current, shelf.previous) == (a, b)
    assert (shelf.opt / "current").readlink() == Path("releases/1.0"), "no matter where below"


def test_another_content_of_one_version_gets_a_folder_of_its_own(shelf: Shelf) -> None:
    a = made(shelf, "1.0")
    assert shelf.place("1.0", "mark of 1.0") == (a, True)
    assert shelf.place("1.0", "0123456789") == (shelf.folder / "1.0+01234567", False)
    made(shelf, "2.0", whole=False)
    assert shelf.place("2.0", "any") == (shelf.folder / "2.0", False), "half a release is made anew"
    assert [each.name for each in shelf.installed()] == ["1.0"]


def test_old_releases_go_but_never_what_runs_or_ran_before(shelf: Shelf) -> None:
    releases = [made(shelf, f"1.{number}", at=number) for number in range(6)]
    shelf.switch(releases[0])
    shelf.switch(releases[5])
    with subprocess.Popen([sys.executable, "-c", "input()"], cwd=releases[1], stdin=subprocess.PIPE) as process:
        assert shelf.prune(4) == ["1.3", "1.2"]
        assert [each.name for each in shelf.installed()] == ["1.5", "1.4", "1.1", "1.0"]
        assert shelf.prune(1) == ["1.4"]
        process.communicate(b"\n")
    assert shelf.prune(1) == ["1.1"]
    assert [each.name for each in shelf.installed()] == ["1.5", "1.0"]


def test_a_release_that_is_not_there_is_named_with_those_that_are(shelf: Shelf) -> None:
    made(shelf, "1.0")
    with pytest.raises(ReleaseError, match=r"no release 9\.9 .*there: 1\.0"):
        shelf.by_name("9.9")


def test_the_next_generation_is_of_what_current_names(shelf: Shelf, tmp_path: Path) -> None:
    a, b = made(shelf, "1.0"), made(shelf, "1.1")
    shelf.switch(a)
    assert successor(str(a), "/old/python") == (str(a), str(a / ".venv/bin/python"))
    shelf.switch(b)
    assert successor(str(a), "/old/python") == (str(b), str(b / ".venv/bin/python"))
    (b / MARK).unlink()
    b.rename(shelf.folder / "gone")
    with pytest.raises(OSError, match=r"1\.1"):
        successor(str(a), "/old/python")
    assert successor(str(tmp_path), "/its/python") == (str(tmp_path), "/its/python"), "a checkout is its own"
