"""Whatever a part causes to be logged says which part it was, from whatever thread."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import apsw
import pytest

from service.archive import files
from service.inspection import Inspection
from service.logs.about import INSPECTION, about_part
from service.offload import Offload
from tests.patience import until
from tests.service.in_process import InProcess, station_running
from tests.service.logs.conftest import Logged
from tests.service.store.faulty import Disk, faulty_disk
from vision.tool import Findings, View
from vision.tools.brightness import Brightness


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: Logged) -> AsyncIterator[InProcess]:
    async with station_running(tmp_path, monkeypatch) as running:
        await running.enable()
        yield running


async def test_a_thread_logs_about_the_part_that_its_call_was_made_for(logged: Logged) -> None:
    thread = Offload("other")
    log = logging.getLogger("service.test")
    with about_part(7):
        seven = thread.submit(log.info, "seven")
    with about_part(8):
        eight = thread.submit(log.info, "eight")
    await asyncio.gather(seven, eight, thread.submit(log.info, "none"))
    await thread.close()
    found = [(line["message"], line.get("inspection_id"), line["thread"]) for line in logged.lines("service.test")]
    assert found == [("seven", 7, "other"), ("eight", 8, "other"), ("none", None, "other")]
    assert INSPECTION.get() == 0


async def test_a_tool(running: InProcess, logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    (step, *_) = running.station.jobs.recipe.steps

    def broken(view: View) -> Findings:
        raise ZeroDivisionError("a defect")

    with monkeypatch.context() as patch:
        patch.setattr(type(step.tool), "measure", lambda self, view: broken(view))
        part = await running.part()
    (line, *_) = logged.lines("vision.pipeline.run")
    assert (line["inspection_id"], line["thread"]) == (part.number, "vision")
    assert "a defect" in line["exception"]


async def test_the_camera(running: InProcess, logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        logging.getLogger("vision.cameras").warning("in the driver")
        raise ZeroDivisionError("a defect")

    with monkeypatch.context() as patch:
        patch.setattr(running.camera, "acquire", broken)
        part = await running.part()
    (driver,) = logged.lines("vision.cameras")
    assert (driver["inspection_id"], driver["thread"]) == (part.number, "camera")
    lost = [line for line in logged.lines("service.camera_keeper") if line["level"] != "info"]
    assert {line["inspection_id"] for line in lost} == {part.number}
    assert "camera lost" in lost[-1]["message"]


async def test_who_follows_the_line_and_the_archive(
    running: InProcess, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object, **more: object) -> None:
        raise OSError("no disk")

    def sink(inspection: Inspection) -> None:
        raise KeyError("sink")

    running.station.line.sinks.append(sink)
    monkeypatch.setattr(files, "write_jpeg", broken)
    first = await running.part()
    second = await running.part()
    await until(lambda: len(logged.lines("service.line")) == 2 and logged.lines("service.archive"))
    assert [line["inspection_id"] for line in logged.lines("service.line")] == [first.number, second.number]
    assert logged.lines("service.archive")[0]["inspection_id"] == first.number


async def test_nobody_else(running: InProcess, logged: Logged) -> None:
    """What the connection of the PLC logs after a trigger is not about its part."""
    await running.part()
    running.camera.unplug()
    await until(lambda: not running.station.camera.there)
    (line,) = [line for line in logged.lines("service.camera_keeper") if "lost" in line["message"]]
    assert "inspection_id" not in line
    assert INSPECTION.get() == 0


@pytest.fixture
async def failing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> AsyncIterator[tuple[InProcess, Disk]]:
    with faulty_disk() as disk:
        async with station_running(tmp_path, monkeypatch) as running:
            await running.enable()
            yield running, disk
            disk.error = None


async def test_the_store(failing: tuple[InProcess, Disk], logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fails between acceptance and result."""
    running, disk = failing

    def measure(self: Brightness, view: View) -> Findings:
        disk.error = apsw.FullError
        raise ZeroDivisionError("unwanted")

    (step, *_) = running.station.jobs.recipe.steps
    monkeypatch.setattr(type(step.tool), "measure", measure)
    outcome = await running.line.part(0)
    await until(lambda: logged.lines("service.store.writer"))
    (line,) = [line for line in logged.lines("service.store.writer") if "cannot write" in line["message"]]
    assert line["thread"] == "store-write"
    assert line["inspection_id"] == outcome.number
    disk.error = None
    await until(lambda: running.store.healthy)
