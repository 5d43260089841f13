"""The example flow in a headless Node-RED: it triggers over Modbus and shows results over both protocols."""

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.conftest import ROOT, Running, free_port
from tests.plc_side import rows, wired

from .conftest import rest
from .node import node_modules, program

pytestmark = [pytest.mark.interop, pytest.mark.timeout(1200)]
FLOW = ROOT / "examples" / "node-red" / "flows.json"
PARTS = 5


@pytest.fixture
async def node_red(station: Running, tmp_path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """Node-RED with nothing but the flow; the session is at its HTTP port."""
    flow = FLOW.read_text()
    for shipped, ours in (('"5020"', f'"{station.modbus}"'), ("127.0.0.1:4840", f"127.0.0.1:{station.opcua}")):
        assert flow.count(shipped) == 1
        flow = flow.replace(shipped, ours)
    (tmp_path / "flows.json").write_text(flow)
    (tmp_path / "node_modules").symlink_to(node_modules("scada"))
    port = free_port()
    red = node_modules("scada") / "node-red" / "red.js"
    log = tmp_path / "node-red.log"
    options = ("-u", str(tmp_path), "-p", str(port), "flows.json")
    with log.open("wb") as out:
        async with (
            program(red, "scada", *options, log=out.fileno(), XDG_CONFIG_HOME=str(tmp_path / "config")),
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        ):
            try:
                await until(session, "/station/results", lambda answer: answer == [])
                yield session
            except TimeoutError:
                raise AssertionError(log.read_text()[-4000:]) from None


async def until(session: aiohttp.ClientSession, path: str, enough: Callable[[Any], bool]) -> Any:
    """The answer once it is as wanted."""
    async with asyncio.timeout(60):
        while True:
            try:
                async with session.get(path) as answer:
                    if answer.status == 200 and enough(said := await answer.json()):
                        return said
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)


async def inspect(session: aiohttp.ClientSession, part_id: str, user_tag: int) -> int:
    """Trigger a part, as soon as the station is ready; its TriggerSeq."""
    async with asyncio.timeout(60):
        while True:
            async with session.post("/station/inspect", json={"partId": part_id, "userTag": user_tag}) as answer:
                if answer.status == 202:
                    return int((await answer.json())["triggerSeq"])
                assert answer.status == 503, await answer.text()
            await asyncio.sleep(0.05)


async def test_the_flow_triggers_and_shows_each_result_once(node_red: aiohttp.ClientSession, station: Running) -> None:
    async with node_red.get("/station") as page:
        assert "Inspect a part" in await page.text()
    triggered = [await one(node_red, station, i) for i in range(PARTS)]
    results = await until(node_red, "/station/results", lambda answer: len(answer) == PARTS)
    results.reverse()  # newest first
    assert [result["triggerSeq"] for result in results] == triggered
    assert [result["userTag"] for result in results] == [70_000 + i for i in range(PARTS)]
    assert [result["inspectionId"] for result in results] == [number for (number,) in rows(station.folder / "data")]
    for i, result in enumerate(results):
        stored = rest(station, f"inspections/{result['inspectionId']}")
        assert (stored["judgement"], stored["part_id"]) == (result["judgement"], f"Türe-{i}")
        assert result["values"][0] == pytest.approx(stored["steps"][0]["value"])
    newest = await until(node_red, "/station/opcua", lambda answer: answer.get("TriggerSeq") == triggered[-1])
    assert newest["PartId"] == f"Türe-{PARTS - 1}"
    assert newest["InspectionId"] == newest["Json"]["number"] == results[-1]["inspectionId"]
    assert newest["Judgement"] == results[-1]["judgement"]


async def test_a_refused_trigger_is_shown(node_red: aiohttp.ClientSession, station: Running) -> None:
    async with wired(station.modbus, enabled=False) as plc:
        sequence = 0
        while not sequence:  # Node-RED believes for a second what the status said last
            await plc.plc.write(0, (1,))
            await one(node_red, station, 0)
            await plc.plc.write(0, (0,))
            async with node_red.post("/station/inspect") as late:
                sequence = (await late.json()).get("triggerSeq", 0)
        newest = (await until(node_red, "/station/results", answered(sequence)))[0]
        assert (newest["judgement"], newest["rejectCode"]) == ("REJECTED", 2)


async def test_the_flow_goes_on_after_a_reload(node_red: aiohttp.ClientSession, station: Running) -> None:
    await one(node_red, station, 0)
    old = station.workers()
    assert station.process
    station.process.send_signal(signal.SIGHUP)
    async with asyncio.timeout(60):
        while set(old) & set(station.workers()):
            await asyncio.sleep(0.05)
    last = await again(node_red)
    results = await until(node_red, "/station/results", lambda answer: len(answer) >= 2)
    assert results[0]["triggerSeq"] == last
    await until(node_red, "/station/opcua", lambda answer: answer.get("TriggerSeq") == last)


async def again(session: aiohttp.ClientSession) -> int:
    """Trigger until a part is inspected, as a person presses again: what comes as the connection breaks is lost."""
    async with asyncio.timeout(60):
        while True:
            sequence = await inspect(session, "", 0)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    newest = (await until(session, "/station/results", answered(sequence)))[0]
                    if newest["judgement"] != "REJECTED":
                        return sequence


def answered(sequence: int) -> Callable[[Any], bool]:
    return lambda answer: bool(answer) and answer[0]["triggerSeq"] == sequence


async def one(session: aiohttp.ClientSession, station: Running, i: int) -> int:
    """A part, and its result."""
    sequence = await inspect(session, f"Türe-{i}", 70_000 + i)
    await until(session, "/station/results", answered(sequence))
    return sequence


def test_the_flow_names_no_credentials_and_the_default_ports() -> None:
    nodes = json.loads(FLOW.read_text())
    assert not [node for node in nodes if "credentials" in node]
    assert {node["id"] for node in nodes if node["type"] in ("modbus-client", "OpcUa-Endpoint")} == {
        "station-modbus",
        "station-opcua",
    }
