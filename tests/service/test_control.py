"""How a station is found from outside, and what is said where it cannot be."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest

from service.control import commands, reload_command
from service.control.master import AnotherUsers, Master, NoStation, find, named, of_others
from service.generations import RunState
from tests.conftest import ROOT

STAND_IN = """
import os, sys
from service.generations import Mark, shared
shared.folder = sys.argv[2]
shared[Mark.MASTER] = os.getpid()
print(flush=True)
sys.stdin.read()
"""
StandIn = Callable[[Path], "subprocess.Popen[bytes]"]
NOBODY = 65534
root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """A process with a master's command line, that keeps this data folder."""
    with ExitStack() as stack:

        def make(folder: Path) -> "subprocess.Popen[bytes]":
            words = [sys.executable, "-c", STAND_IN, "service.app:factory", str(folder)]
            process = subprocess.Popen(words, cwd=ROOT, stdin=PIPE, stdout=PIPE)
            stack.callback(process.communicate)
            assert process.stdout
            process.stdout.readline()
            return process

        yield make


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that the settings name."""
    monkeypatch.setenv("VISION_STATION__DATA_FOLDER", str(tmp_path / "data"))
    return tmp_path / "data"


def test_a_station_is_found_by_its_data_folder(data: Path, stand_in: StandIn) -> None:
    assert find() is None
    stand_in(data.with_name("another"))
    assert find() is None, "another station"
    process = stand_in(data)
    master = find()
    assert master
    with master:
        assert (master.pid, master.state()) == (process.pid, RunState(process.pid))
        process.communicate()
        assert master.ended_within(60)
    assert find() is None


def test_one_data_folder_may_be_reached_on_two_ways(data: Path, stand_in: StandIn) -> None:
    data.with_name("real").mkdir()
    data.symlink_to("real")
    stand_in(data.resolve())
    master = find()
    assert master
    with master:
        assert not master.ended_within(0)


def test_broken_settings_keep_nobody_from_finding_it(
    tmp_path: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "station.toml").write_text(f'[station]\ndata_folder = "{tmp_path}"\nhand_over = 99\n')
    monkeypatch.setenv("CONFIG_PATH", str(tmp_path / "station.toml"))
    process = stand_in(tmp_path)
    master = find()
    assert master
    with master:
        assert master.pid == process.pid


def test_a_pid_file_of_a_station_finds_it(tmp_path: Path, stand_in: StandIn) -> None:
    path, process = tmp_path / "pid", stand_in(tmp_path)
    path.write_text(f"{process.pid}\n")
    master = find(path)
    assert master
    with master:
        assert master.pid == process.pid


@pytest.mark.parametrize("text", ["", "0\n", "nonsense\n", "4194305\n", "1\n"])
def test_a_pid_file_of_something_else_finds_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pid"
    path.write_text(text)
    assert find(path) is None, "a process that is no station is left alone"


@root
def test_a_pid_file_of_another_user_says_nothing(tmp_path: Path, stand_in: StandIn) -> None:
    path = tmp_path / "pid"
    path.write_text(f"{stand_in(tmp_path).pid}\n")
    os.chown(path, NOBODY, NOBODY)
    assert find(path) is None


def test_what_is_no_master_is_told_from_what_is_not_there() -> None:
    with subprocess.Popen(["cat"], stdin=PIPE) as other:
        with pytest.raises(NoStation, match=f"Process {other.pid} is no station's master"):
            named(other.pid)
        with Master(other.pid) as master:
            assert master.state() == RunState(other.pid), "it may become one"
        other.communicate()
    for pid in (other.pid, 0, -1):
        with pytest.raises(NoStation, match=f"There is no process {pid}"):
            named(pid)


def test_a_command_for_a_station_that_is_not_there(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.status(find()) == commands.reload(find()) == commands.NOT_RUNNING
    assert commands.stop(find()) == 0, "that is what was asked for"
    said = capsys.readouterr()
    assert said.out.splitlines() == ["The station is not running."] * 2
    assert said.err.splitlines()[0] == "The station is not running."


@root
def test_the_station_of_another_user_is_said_to_be_one(
    tmp_path: Path, data: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    process = stand_in(tmp_path)
    with Master(process.pid) as master, without_roots_rights():
        with pytest.raises(AnotherUsers, match=f"Process {process.pid} is another user's"):
            named(process.pid)
        with pytest.raises(AnotherUsers):
            master.state()
        assert process.pid in of_others()
        assert commands.status(find()) == commands.NOT_RUNNING
    assert str(process.pid) in capsys.readouterr().err, "it is not kept back that there is one"


@contextmanager
def without_roots_rights() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_the_command_needs_no_process_id(data: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    parser = reload_command.argparse.ArgumentParser()
    reload_command.add_arguments(parser)
    assert reload_command.run(parser.parse_args([])) == commands.NOT_RUNNING
    assert reload_command.run(parser.parse_args(["--pid", str(os.getpid())])) == 1
    assert f"Process {os.getpid()} is no station's master.\n" in capsys.readouterr().err
