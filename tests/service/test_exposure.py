"""The exposure follows the trigger, and the PLC's answer the disk: the writer of the store is held by the test."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from protocols import tags
from service.demo_plc.handshakes import Rejected
from service.store import ResultFilter
from tests.patience import PATIENCE_S, until
from tests.service.in_process import InProcess, station_running
from vision.frame import Frame

STORAGE = 10


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    async with station_running(
        tmp_path, monkeypatch, station={"durability": "power", "commit_limit_ms": 1000}
    ) as running:
        await running.enable()
        yield running


@contextmanager
def disk_held(running: InProcess) -> Iterator[None]:
    """Nothing is committed inside."""
    gate = threading.Event()
    running.store._put(lambda _: gate.wait(PATIENCE_S))
    try:
        yield
    finally:
        gate.set()


def idle(running: InProcess) -> bool:
    """Whatever the camera was asked for is done."""
    return not running.station.camera.thread.pending


def judged_frame(running: InProcess) -> Frame:
    last = running.station.last
    assert last is not None
    assert last.acquisition is not None
    return last.acquisition.first


async def test_the_exposure_does_not_wait_for_the_disk(running: InProcess) -> None:
    taken = running.camera._frame_id
    with disk_held(running):
        part = asyncio.ensure_future(running.part())
        await until(lambda: running.camera._frame_id > taken and idle(running))
        assert running.read(tags.TRIGGER_SEQ_ACK) == 0
        assert not running.read(tags.EXPOSURE_COMPLETE)
        released_ns = time.monotonic_ns()
    result = await part
    assert result.judgement == "PASS"
    accepted = running.station.last.accepted if running.station.last else None
    assert accepted is not None
    assert accepted.accepted_ns <= judged_frame(running).exposed_at_ns < released_ns
    (timing,) = running.station.line.timings
    assert 0 < timing.overlap <= min(timing.acquisition, timing.accept_commit)


@pytest.mark.parametrize("stalled", [False, True], ids=["the image was taken", "the camera was still at it"])
async def test_an_image_for_a_trigger_that_the_disk_refused_is_nobodys(running: InProcess, stalled: bool) -> None:
    assert (await running.part()).judgement == "PASS"
    running.faults.stalled = stalled
    taken = running.camera._frame_id
    with disk_held(running):
        outcome = await running.line.part(0)
        assert isinstance(outcome, Rejected)
        assert outcome.code == STORAGE
        assert running.camera._frame_id == taken + (not stalled)
    running.faults.stalled = False
    await until(lambda: running.read(tags.TRIGGER_READY) and idle(running))
    began_ns = time.monotonic_ns()
    result = await running.part()
    assert result.judgement == "PASS"
    assert judged_frame(running).exposed_at_ns > began_ns
    assert running.read(tags.INSPECTION_COUNT) == 2
    numbers = [row.number for row in await running.store.page(ResultFilter())]
    assert len(numbers) == 2
    assert result.number in numbers
