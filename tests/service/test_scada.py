"""What a SCADA client sees of a whole station whose camera comes and goes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from asyncua import Client, ua

from protocols import tags
from tests.service.in_process import InProcess, station_running

CODES = {"PASS": 1, "FAIL": 2, "ERROR": 3}


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    async with station_running(tmp_path, monkeypatch, opcua=True) as running:
        await running.enable()
        yield running


@pytest.fixture
async def scada(running: InProcess) -> AsyncIterator[Client]:
    async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as client:
        yield client


async def read(scada: Client, node: str) -> ua.DataValue:
    return await scada.get_node(f"ns=2;s={node}").read_data_value(raise_on_bad_status=False)


async def status(scada: Client, node: str, wanted: str) -> ua.DataValue:
    async with asyncio.timeout(60):
        while (value := await read(scada, node)).StatusCode.name != wanted:
            await asyncio.sleep(0.01)
    return value


async def test_before_the_first_part_nothing_pretends_to_be_a_last_value(scada: Client) -> None:
    """The station was offline while it started: that makes no last usable value."""
    value = await status(scada, "Result.Seq", "UncertainInitialValue")
    assert value.Value.Value == 0


async def test_the_error_of_an_unplugged_camera_is_published_and_then_loses_good(
    running: InProcess, scada: Client
) -> None:
    await running.part()
    await status(scada, "Result.Seq", "Good")
    running.faults.stalled = True
    part = asyncio.ensure_future(running.part())
    async with asyncio.timeout(60):
        while not running.read(tags.ACQUIRING):
            await asyncio.sleep(0.005)
    running.camera.unplug()
    running.faults.stalled = False
    assert (await part).judgement == "ERROR"
    await status(scada, "Result.Seq", "BadNoCommunication")
    await status(scada, "Slot.00.Value", "BadNoCommunication")
    assert await scada.get_node("i=2267").read_value() < 200, "ServiceLevel"
    for steady in ("Status.State", "Job.Current", "Counters.Total", "Cmd.TriggerAck"):
        assert (await read(scada, steady)).StatusCode.is_good(), steady
    running.camera.plug()
    last = await status(scada, "Result.Seq", "UncertainLastUsableValue")
    assert last.Value.Value == 2
    await status(scada, "Slot.31.Value", "BadConfigurationError")
    async with asyncio.timeout(60):
        while not running.read(tags.TRIGGER_READY):
            await asyncio.sleep(0.005)
    await running.part()
    good = await status(scada, "Result.Seq", "Good")
    assert good.Value.Value == 3
    assert good.SourceTimestamp == (await read(scada, "Slot.00.Value")).SourceTimestamp
    assert (await read(scada, "Slot.31.Value")).StatusCode.name == "BadConfigurationError"


async def test_a_slow_client_reads_the_last_16_and_a_tool_by_its_name(running: InProcess, scada: Client) -> None:
    parts = [await running.part() for _ in range(18)]
    async with asyncio.timeout(60):
        while (await read(scada, "Result.Seq")).Value.Value != 18:
            await asyncio.sleep(0.01)
    seqs = (await read(scada, "Result.Last16Seq")).Value.Value
    assert seqs == list(range(3, 19))
    assert (await read(scada, "Result.Last16InspectionId")).Value.Value[-1] == running.station.last.accepted.number
    assert (await read(scada, "Result.Last16Code")).Value.Value == [CODES[part.judgement] for part in parts[2:]]
    times = (await read(scada, "Result.Last16Time")).Value.Value
    assert times == sorted(times)
    slot, newest = await read(scada, "Slot.00.Last16Value"), await read(scada, "Slot.00.Value")
    assert (len(slot.Value.Value), slot.Value.Value[-1]) == (16, newest.Value.Value)
    name = (await read(scada, "Slot.00.Name")).Value.Value
    tool = await read(scada, f"Tool.{name}.Value")
    assert (tool.Value.Value, tool.SourceTimestamp) == (newest.Value.Value, newest.SourceTimestamp)
    assert (await read(scada, "Slot.31.Last16Value")).StatusCode.name == "BadConfigurationError"
