"""A reload that failed stands on every page, over REST and for the PLC, until one serves."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from protocols import tags
from protocols.alarms import RELOAD_FAILED
from service import generations
from service.beats import in_words
from service.generations import Generations
from tests.patience import until
from tests.service.in_process import InProcess, station_running

WHY = "station.hand_over: must be a whole number, 1 to 10; found 99\nhttp.port: must be a whole number"
IN_ONE_LINE = WHY.replace("\n", "; ")


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Generations:
    """Numbers of this test's own; generation 1 serves."""
    made = Generations()
    made.serves(1, "")
    monkeypatch.setattr(generations, "shared", made)
    return made


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: Generations) -> AsyncIterator[InProcess]:
    async with station_running(tmp_path, monkeypatch) as running:
        yield running


async def asked(running: InProcess, path: str) -> Any:
    async with aiohttp.ClientSession() as http, http.get(f"{running.url}{path}") as answer:
        return await answer.json()


async def test_a_failed_reload_is_an_alarm_until_one_succeeds(running: InProcess, shared: Generations) -> None:
    await running.enable()
    before = await asked(running, "/readyz")
    assert before["reload"] == ""
    shared.failed(2, WHY)
    await until(lambda: RELOAD_FAILED.number in running.alarms)
    (alarm,) = await asked(running, "/api/v1/alarms")
    assert (alarm["number"], alarm["severity"], alarm["detail"]) == (702, "warning", IN_ONE_LINE)
    assert running.read(tags.WARNING_CODE) == RELOAD_FAILED.number
    assert await asked(running, "/readyz") == before | {"reload": WHY}, "every part is as it was"
    await running.part()
    shared.failed(3, "half a release")
    await until(lambda: running.station._alarms.active[0].detail == "half a release")
    shared.serves(4, "")
    await until(lambda: RELOAD_FAILED.number not in running.alarms)
    assert await asked(running, "/readyz") == before


async def test_systemd_is_told_in_its_line_of_status(running: InProcess, shared: Generations) -> None:
    await running.enable()
    shared.failed(2, "half a release")
    await until(lambda: RELOAD_FAILED.number in running.alarms)
    said = in_words("Station 1", running.station, running.station._alarms)
    assert said == "Station 1: online, job 1; the last reload failed: half a release"
