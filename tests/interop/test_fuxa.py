"""The example project in FUXA, a SCADA system: its REST API says what our tags say, over both protocols."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.conftest import ROOT, Running, free_port
from tests.plc_side import wired

from .conftest import rest
from .node import node_modules, program

pytestmark = [pytest.mark.interop, pytest.mark.timeout(1200)]
PROJECT = ROOT / "examples" / "fuxa" / "station.json"


@pytest.fixture
async def fuxa(station: Running, tmp_path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """FUXA with the project; the session is at its HTTP port."""
    project = PROJECT.read_text()
    for shipped, ours in (("127.0.0.1:5020", station.modbus), ("127.0.0.1:4840", station.opcua)):
        assert project.count(shipped) == 1
        project = project.replace(shipped, f"127.0.0.1:{ours}")
    folder = tmp_path / "fuxa"
    folder.mkdir()
    port = free_port()
    own = {"PORT": str(port), "userDir": str(folder), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    log = tmp_path / "fuxa.log"
    main = node_modules("scada") / "@frangoteam" / "fuxa" / "main.js"
    with log.open("wb") as out:
        async with (
            program(main, "scada", log=out.fileno(), **own),
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        ):
            try:
                await serves(session)
                async with session.post("/api/project", json=json.loads(project)) as answer:
                    assert answer.status == 200, await answer.text()
                yield session
            except TimeoutError:
                raise AssertionError(log.read_text()[-4000:]) from None


async def serves(session: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                async with session.get("/api/project") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)


async def shown(session: aiohttp.ClientSession, wanted: dict[str, Any]) -> None:
    """FUXA comes to show these values."""
    said: dict[str, Any] = {}
    try:
        async with asyncio.timeout(60):
            while said != wanted:
                async with session.get("/api/getTagValue", params={"ids": json.dumps(list(wanted))}) as answer:
                    said = {tag["id"]: tag.get("value") for tag in await answer.json()}
                await asyncio.sleep(0.1)
    except TimeoutError:
        wrong = {tag: (said.get(tag), value) for tag, value in wanted.items() if said.get(tag) != value}
        raise AssertionError(f"shown and wanted: {wrong}") from None


async def test_the_project_shows_what_the_station_says(fuxa: aiohttp.ClientSession, station: Running) -> None:
    await shown(
        fuxa,
        {
            "mb MapVersion": 0x0101,
            "mb TestFloat": 3.1415927410125732,
            "mb TestInt32": -123456789,
            "mb Online": 1,
            "mb TriggerEnable": 0,
            "ua Status.StateText": "Ready",
            "ua Job.Name": "bracket",
        },
    )
    async with wired(station.modbus) as plc:
        part = await plc.part()
        stored = rest(station, f"inspections/{part.number}")
        values = dict(part.values)
        await shown(
            fuxa,
            {
                "mb TriggerEnable": 1,
                "mb InspectionId": part.number,
                "mb Mirror InspectionId": part.number,
                "mb PassCount": int(part.judgement == "PASS"),
                "mb Value0": values[0],
                "mb Value1": values[1],
                "ua Result.InspectionId": part.number,
                "ua Result.Judgement": part.judgement,
                "ua Result.PartId": "",
                "ua Slot.00.Value": stored["steps"][0]["value"],
                "ua Slot.01.Value": stored["steps"][1]["value"],
                "ua Counters.Pass": int(part.judgement == "PASS"),
            },
        )
