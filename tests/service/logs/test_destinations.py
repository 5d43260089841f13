"""Streams, files and journals, whole, full, renamed and dead."""

import contextlib
import errno
import logging
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.logs.choice import Choice, destination_of, is_journal
from service.logs.destinations import Appender, File, Journal, Lost, Stream
from service.logs.formats import journal, readable
from service.logs.line import Line
from tests.service.logs.test_formats import from_journal


def line(text: str) -> Line:
    return Line(0.0, logging.INFO, "test", text)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for fd in (reading, writing):
        with contextlib.suppress(OSError):  # the test closed it
            os.close(fd)


def test_a_renamed_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "station.log"
    file = File(path, readable)
    file.write([line("one")])
    path.rename(tmp_path / "station.log.1")
    file.write([line("two"), line("three")])
    path.unlink()
    file.write([line("four")])
    file.close()
    assert "one" in (tmp_path / "station.log.1").read_text()
    assert path.read_text().endswith("test: four\n")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_renamed_file_is_let_go_without_a_line(tmp_path: Path) -> None:
    """Its room on the disk is free once it is deleted, also in a quiet hour."""
    path = tmp_path / "log"
    file = File(path, readable)
    path.unlink()
    file.write([])
    assert path.exists()
    file.close()


def test_a_file_that_was_cut_goes_on_at_its_new_end(tmp_path: Path) -> None:
    path = tmp_path / "station.log"
    file = File(path, readable)
    file.write([line("one")])
    os.truncate(path, 0)
    file.write([line("two")])
    file.close()
    assert path.read_text().endswith("test: two\n")
    assert "\0" not in path.read_text()


def test_a_folder_that_goes_loses_lines_until_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    file = File(folder / "station.log", readable)
    (folder / "station.log").unlink()
    folder.rmdir()
    with pytest.raises(Lost, match="No such file") as lost:
        file.write([line("one"), line("two")])
    assert lost.value.count == 2
    folder.mkdir()
    file.write([line("three")])
    file.close()
    assert "three" in (folder / "station.log").read_text()


def test_a_full_disk_loses_lines_and_says_so() -> None:
    with Path("/dev/full").open("wb") as full, pytest.raises(Lost, match="No space left") as lost:
        Stream(readable, patient=True, fd=full.fileno()).write([line("one"), line("two")])
    assert lost.value.count == 2


def test_nobody_at_the_other_end_loses_lines(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    with pytest.raises(Lost, match="Broken pipe"):
        Stream(readable, patient=True, fd=pipe[1]).write([line("one")])


def test_who_is_not_patient_waits_for_no_reader(pipe: tuple[int, int]) -> None:
    """Gunicorn's master."""
    stream = Stream(readable, patient=False, fd=pipe[1])
    with pytest.raises(Lost) as lost:
        stream.write([line("x" * 1000)] * 100)  # a pipe has room for 64
    data = os.read(pipe[0], 1 << 20)
    assert data.count(b"test: " + b"x" * 1000 + b"\n") == 100 - lost.value.count > 0
    stream.write([line("after")])
    after = os.read(pipe[0], 1 << 20)
    assert after.endswith(b"test: after\n")
    assert data.endswith(b"\n") or after.startswith(b"\n"), "a torn line is ended first"


def test_who_is_patient_waits_for_the_reader_of_a_stream_that_somebody_made_non_blocking(pipe: tuple[int, int]) -> None:
    os.set_blocking(pipe[1], False)
    read = bytearray()

    def reader() -> None:
        while chunk := os.read(pipe[0], 65536):
            read.extend(chunk)

    thread = threading.Thread(target=reader)
    thread.start()
    Stream(readable, patient=True, fd=pipe[1]).write([line("x" * 1000)] * 500)
    os.close(pipe[1])
    thread.join(60)
    assert read.count(b"x" * 1000 + b"\n") == 500


def test_a_torn_line_is_ended_before_the_next(tmp_path: Path) -> None:
    """As a full disk does it: half of a line fits."""
    path = tmp_path / "log"
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    appender = _Halving(room=6)
    with pytest.raises(Lost) as lost:
        appender.write(fd, [b"one\n", b"two\n", b"three\n"])
    assert lost.value.count == 2
    appender.room = 100
    appender.write(fd, [b"four\n"])
    os.close(fd)
    assert path.read_text() == "one\ntw\nfour\n"


class _Halving(Appender):
    """On a disk with so many bytes of room."""

    def __init__(self, room: int) -> None:
        super().__init__(patient=True)
        self.room = room

    def _some(self, fd: int, data: memoryview) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = super()._some(fd, data[: self.room])
        self.room -= written
        return written


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[socket.socket]:
    """What journald does: a datagram socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "socket"))
        sock.settimeout(60)
        yield sock


def test_the_journal_gets_a_datagram_a_line(listening: socket.socket) -> None:
    there = Journal(journal({}), patient=True, path=listening.getsockname())
    there.write([line("one"), line("two")])
    got = [dict(from_journal(listening.recv(1 << 16)))["MESSAGE"] for _ in range(2)]
    there.close()
    assert got == ["one", "two"]


def test_a_journal_that_does_not_read_holds_nobody_who_is_not_patient(listening: socket.socket) -> None:
    there = Journal(journal({}), patient=False, path=listening.getsockname())
    with pytest.raises(Lost):
        there.write([line("x")] * 100_000)
    there.close()


def test_without_a_journal_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Journal(journal({}), patient=True, path=str(tmp_path / "none"))


def test_standard_error_is_the_journals_stream_only_where_both_are_the_same() -> None:
    mine = os.fstat(2)
    assert is_journal(f"{mine.st_dev}:{mine.st_ino}")
    assert not is_journal(f"{mine.st_dev}:{mine.st_ino + 1}")
    assert not is_journal("")


def test_a_choice_of_another_release_is_understood_as_far_as_it_goes() -> None:
    assert Choice.from_json('{"format": "json", "station": "S", "colour": "red"}') == Choice("json", station="S")
    assert Choice.from_json("") == Choice()
    assert destination_of(Choice("json"), 0, patient=False).name == "standard error"
