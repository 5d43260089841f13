"""From whoever logs to the file, and what happens where it cannot be written."""

import asyncio
import logging
import os
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.logs.destinations import Stream
from service.logs.formats import readable
from service.logs.handler import MOST_WAITING, Handler
from service.logs.setup import attach
from service.logs.writer import Writer
from service.offload import Drain
from tests.patience import until
from tests.service.logs.conftest import Logged

log = logging.getLogger("service.test")


def test_every_line_is_written_once_in_its_order(logged: Logged) -> None:
    for number in range(200):
        log.getChild(str(number)).info("line")
    assert [line["logger"] for line in logged.lines()] == [f"service.test.{number}" for number in range(200)]
    (line,) = logged.lines("service.test.7")[:1]
    assert (line["station"], line["generation"], line["thread"]) == ("Hall 2", 3, "MainThread")


def test_libraries_and_gunicorn_write_with_us(logged: Logged) -> None:
    logging.getLogger("gunicorn.error").error("worker %s", "gone")
    logging.getLogger("asyncua.server").error("a library")
    logging.getLogger("asyncua.server").info("not told")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert [line["message"].split("\n")[0][-9:] for line in logged.lines()][:2] == ["rker gone", "a library"]
    assert "DeprecationWarning: old" in logged.lines("py.warnings")[0]["message"]


def test_readable_is_readable(make_log: Callable[..., Logged]) -> None:
    logged = make_log(format="readable")
    log.warning("camera lost: %s", "cable")
    assert logged.text().endswith(" WARNING service.test: camera lost: cable\n")


def test_lines_from_many_threads_are_all_there(logged: Logged) -> None:
    def write(name: str) -> None:
        for number in range(50):
            logging.getLogger(f"service.{name}.{number}").info("x")

    threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(logged.lines()) == 400


def test_a_flood_is_cut_and_counted(logged: Logged) -> None:
    for number in range(1000):
        log.warning("bad frame %d", number)
    end = time.monotonic() + 60
    while not any("suppressed" in line["message"] for line in logged.lines()):
        assert time.monotonic() < end
    said = [line["message"] for line in logged.lines()]
    assert len(said) < 100
    counts = [int(text.split()[0]) for text in said if "suppressed" in text]
    assert sum(counts) + len(said) - len(counts) == 1000
    assert logged.log.missing == {"suppressed": sum(counts), "dropped": 0, "lost": 0}
    assert logged.log.written == dict.fromkeys(("debug", "info", "error", "critical"), 0) | {"warning": len(said)}


async def test_a_message_that_cannot_be_put_into_words_is_a_line_and_fails_nobody(logged: Logged) -> None:
    class Mute:
        def __str__(self) -> str:
            raise RuntimeError("no words")

        __repr__ = __str__

    assert logged.log.handler
    for message, values in ((Mute(), ()), ("a %s, a %d", (Mute(), 1)), ("only %d", ("x",))):
        logged.log.handler.handle(logging.LogRecord("service.test", logging.WARNING, "", 0, message, values, None))
    first, second, third = [line["message"] for line in logged.lines("service.test")]
    assert first.startswith("<Mute> ()")
    assert second == "a %s, a %d <tuple> (no words)"
    assert third.startswith("only %d ('x',) (%d format")


async def test_levels_that_somebody_made_up_count_for_the_next_below(logged: Logged) -> None:
    logging.getLogger("service.test").setLevel(1)
    for level in (5, 25, 60):
        log.log(level, "at %d", level)
    logged.text()
    logging.getLogger("service.test").setLevel(logging.NOTSET)
    assert {name for name, count in logged.log.written.items() if count} == {"debug", "info", "critical"}


def test_access_lines_are_no_flood(make_log: Callable[..., Logged]) -> None:
    logged = make_log(access=True)
    for number in range(100):
        logging.getLogger("service.access").info("GET %d", number)
    assert len(logged.lines()) == 100


def test_a_file_that_cannot_be_written_is_said_and_the_station_runs(
    make_log: Callable[..., Logged], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    logged = make_log(file=tmp_path / "no folder" / "station.log")
    assert logged.log.destination == "standard error"
    assert logged.log.handler
    logged.log.handler.flush()
    assert "no folder/station.log cannot be written: No such file or directory" in capfd.readouterr().err


async def test_the_last_lines_are_written_at_once_when_the_process_ends(logged: Logged) -> None:
    """Python holds the handler's lock while it flushes."""
    handler = logged.log.handler
    assert handler
    assert handler.thread
    log.info("the last one")
    handler.acquire()
    try:
        assert handler.thread.settle(20)
    finally:
        handler.release()
    assert "the last one" in logged.path.read_text()


async def test_the_loop_goes_on_while_nobody_reads_and_what_is_missing_is_said(make_log: Callable[..., Logged]) -> None:
    """A pipe whose reader sleeps: its room is used up, the thread waits, and whoever logs does not."""
    make_log()
    reading, writing = os.pipe()
    handler = Handler()
    writer = Writer(Stream(readable, patient=True, fd=writing), handler.missing)
    drain = Drain[Any]("log-test", writer.work, urgent=False)
    handler.begin(drain)
    attach(handler)
    size, beats = 3 * MOST_WAITING, 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0)
            beats += 1

    beating = asyncio.ensure_future(beat())
    for number in range(size):
        logging.getLogger(f"service.kind{number % 2000}").info("x" * 100)
        if number % 100 == 0:
            await asyncio.sleep(0)
    assert beats >= size // 100
    assert handler.dropped > 0
    read = bytearray()

    def reader() -> None:
        while chunk := os.read(reading, 65536):
            read.extend(chunk)

    thread = threading.Thread(target=reader)
    thread.start()
    await until(lambda: f"{handler.dropped} lines were dropped" in _dropped(read))
    beating.cancel()
    logging.getLogger().handlers.clear()
    assert await drain.close(60)
    os.close(writing)
    thread.join(60)
    os.close(reading)
    assert read.count(b"x" * 100) + handler.dropped + handler.suppressed >= size


def _dropped(read: bytearray) -> str:
    """What all reports say together."""
    said = [line for line in read.decode().splitlines() if "lines were dropped" in line]
    counts = [int(line.partition("service.logs: ")[2].split()[0]) for line in said]
    return f"{sum(counts)} lines were dropped"


async def test_a_disk_that_is_full_for_a_while_loses_lines_and_then_says_how_many(tmp_path: Path) -> None:
    path = tmp_path / "log"
    full, room = os.open("/dev/full", os.O_WRONLY), os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    fd = os.dup(full)
    handler = Handler()
    writer = Writer(Stream(readable, patient=True, fd=fd), handler.missing)
    drain = Drain[Any]("log-test", writer.work, urgent=False)
    handler.begin(drain)
    for text in ("one", "two"):
        handler.handle(logging.LogRecord("x", logging.INFO, "", 0, text, (), None))
    assert drain.settle(60)
    assert writer.lost == 2
    os.dup2(room, fd)
    handler.handle(logging.LogRecord("x", logging.INFO, "", 0, "three", (), None))
    assert await drain.close(60)
    for each in (full, room, fd):
        os.close(each)
    third, report = path.read_text().splitlines()
    assert third.endswith("x: three")
    assert report.endswith("service.logs: 2 lines were lost here: standard error: No space left on device")
    assert (sum(writer.written.values()), writer.lost) == (2, 2)
    assert (writer.written["info"], writer.written["warning"]) == (1, 1)


async def test_a_line_that_cannot_be_formatted_ends_nothing(logged: Logged) -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError("no words")

    log.warning("broken", extra={"fields": {"what": Broken()}})
    await until(lambda: logged.lines("service.logs"))
    assert "1 lines were lost here" in logged.lines("service.logs")[0]["message"]
    assert "no words" in logged.lines("service.logs")[0]["message"]
    log.warning("next")
    assert logged.lines("service.test")[-1]["message"] == "next"
