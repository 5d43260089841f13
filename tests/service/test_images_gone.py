"""An image that retention deleted, as clients of OPC UA see its result from then on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua

from protocols import tags
from service import housekeeping
from service.archive import retention
from tests.patience import until
from tests.service.file_client import (
    RESULT_TRANSFER,
    RESULTS,
    call,
    fetched,
    int32,
    of_result,
    on_file,
    own,
    scada_client,
    status_of,
    uint32,
    whole,
)
from tests.service.in_process import InProcess, station_running

pytestmark = pytest.mark.interop  # seconds each

READ = f"{RESULT_TRANSFER}.GenerateFileForRead"
KEEP_ALL: dict[str, Any] = {"archive": {"keep": "all"}}


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retention is at work all the time."""
    monkeypatch.setattr(housekeeping, "PERIOD_S", 0.05)


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    """A station that keeps the images of the last two parts."""
    archive = {"keep": "all", "max_images": 2}
    async with station_running(tmp_path, monkeypatch, opcua=True, archive=archive) as running:
        await until(lambda: running.read(tags.STATE) == 6)
        await running.enable()
        yield running


@pytest.fixture
async def scada(running: InProcess, tmp_path: Path) -> AsyncIterator[Client]:
    async with scada_client(running, tmp_path) as client:
        yield client


def slot(number: int) -> str:
    return f"{RESULTS}.Results.{number % 16:02}"


async def offered(client: Client, number: int) -> set[bool]:
    """What the result says of its file, wherever it says so."""
    wanted = own("ResultIdDataType", str(number)), int32(1000)
    _, result, _ = await call(client, f"{RESULTS}.GetResultById", *wanted)
    parts = await call(client, f"{RESULTS}.GetResultComponentsById", *wanted)
    shown = await client.get_node(f"ns=2;s={slot(number)}").read_value()
    part = await client.get_node(f"ns=2;s={slot(number)}.HasTransferableDataOnFile").read_value()
    return {result.HasTransferableDataOnFile, parts[0], shown.HasTransferableDataOnFile, part}


async def offers(client: Client, number: int, file: bool) -> None:
    """It comes to say so, everywhere; what shows a result is a moment behind it."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(ua.UaStatusCodeError):
                if await offered(client, number) == {file}:
                    return
            await asyncio.sleep(0.02)


async def test_an_image_that_retention_deleted_is_offered_no_longer(running: InProcess, scada: Client) -> None:
    first = (await running.part()).number
    assert await fetched(scada, RESULT_TRANSFER, of_result(str(first)))
    await offers(scada, first, True)
    others = [(await running.part()).number for _ in range(2)]
    await offers(scada, first, False)
    assert await status_of(lambda: call(scada, READ, of_result(str(first)))) == "BadNotFound"
    for number in others:
        await offers(scada, number, True)
        assert await fetched(scada, RESULT_TRANSFER, of_result(str(number)))


async def test_an_image_that_is_being_read_is_read_to_its_end(running: InProcess, scada: Client) -> None:
    number = (await running.part()).number
    expected = await fetched(scada, RESULT_TRANSFER, of_result(str(number)))
    file, handle, _ = await call(scada, READ, of_result(str(number)))
    for _ in range(2):
        await running.part()
    await offers(scada, number, False)
    assert await whole(scada, file, handle, piece=1000) == expected
    await on_file(scada, file, "Close", uint32(handle))
    assert await status_of(lambda: call(scada, READ, of_result(str(number)))) == "BadNotFound"


async def test_an_image_that_was_taken_away_between_two_runs_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row of the result names it until the sweep after the start."""
    swept, sweep = asyncio.Event(), retention.Retention.sweep

    async def waiting(*given: Any) -> None:
        """What the run before left is shown first."""
        await swept.wait()
        await sweep(*given)

    async with station_running(tmp_path, monkeypatch, opcua=True, **KEEP_ALL) as running:
        await running.enable()
        number = (await running.part()).number
        async with scada_client(running, tmp_path) as scada:
            assert await fetched(scada, RESULT_TRANSFER, of_result(str(number)))
    for image in (tmp_path / "data" / "images").rglob("*.jpg"):
        image.unlink()
    monkeypatch.setattr(retention.Retention, "sweep", waiting)
    async with (
        station_running(tmp_path, monkeypatch, opcua=True, **KEEP_ALL) as running,
        scada_client(running, tmp_path) as scada,
    ):
        shown = scada.get_node(f"ns=2;s={slot(number)}")
        async with asyncio.timeout(60):
            while (await shown.read_data_value(raise_on_bad_status=False)).StatusCode.is_bad():
                await asyncio.sleep(0.02)
        assert await status_of(lambda: call(scada, READ, of_result(str(number)))) == "BadNotFound"
        swept.set()
        await offers(scada, number, False)
