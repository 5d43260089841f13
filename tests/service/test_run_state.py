"""What a master's generations tell, and how a station is found by it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service import run_state
from service.control.master import find
from service.run_state import RunState


def test_the_newest_generation_that_serves_is_told(tmp_path: Path) -> None:
    path = tmp_path / "state"
    assert run_state.read(path) is None
    run_state.serves(path, 7, 1, "http://127.0.0.1:5000")
    run_state.failed(path, 7, 2, "half a release")
    run_state.failed(path, 7, 2, "it ended before it served")  # the master's word comes second
    state = run_state.read(path)
    assert state
    assert (state.master, state.generation, state.worker, state.failed, state.why) == (
        7,
        1,
        os.getpid(),
        2,
        "half a release",
    )
    run_state.serves(path, 7, 3, "http://127.0.0.1:5000")
    state = run_state.read(path)
    assert state
    assert (state.generation, state.failed) == (3, 0)
    assert [found.name for found in tmp_path.iterdir()] == ["state"], "no half-written file stays"


def test_what_another_master_told_is_not_taken_for_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "state"
    run_state.serves(path, 7, 5, "")
    run_state.gone(path, 8)
    assert path.exists()
    run_state.failed(path, 8, 1, "why")
    assert run_state.read(path) == RunState(8, failed=1, why="why")
    run_state.gone(path, 8)
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"master": 1, "more": 2}'])
def test_what_is_damaged_is_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state"
    path.write_text(text)
    assert run_state.read(path) is None


def test_a_place_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    run_state.serves(tmp_path / "absent" / "state", 7, 1, "")
    run_state.serves(Path(), 7, 1, "")


@pytest.fixture
def stand_in() -> Iterator["subprocess.Popen[bytes]"]:
    """A process with a master's command line."""
    code = "import sys; sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code, "service.app:factory"], stdin=subprocess.PIPE)
    yield process
    process.communicate()


def test_a_pid_file_of_a_station_finds_it(tmp_path: Path, stand_in: "subprocess.Popen[bytes]") -> None:
    path = tmp_path / "pid"
    path.write_text(f"{stand_in.pid}\n")
    master = find(path)
    assert master
    with master:
        assert master.pid == stand_in.pid
        assert not master.ended_within(0)


@pytest.mark.parametrize("text", ["", "0\n", "nonsense\n", "4194305\n", "1\n"])
def test_a_pid_file_of_something_else_finds_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pid"
    path.write_text(text)
    assert find(path) is None, "a process that is no station is left alone"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_says_nothing(tmp_path: Path, stand_in: "subprocess.Popen[bytes]") -> None:
    path = tmp_path / "pid"
    path.write_text(f"{stand_in.pid}\n")
    os.chown(path, 65534, 65534)
    assert find(path) is None
