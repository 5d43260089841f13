"""Information and diagnostic events, their level, and the state after SEMI E10, seen by an OPC UA client."""

import asyncio
from pathlib import Path

import pytest
from asyncua import Client, ua

from service import vision_occurrences
from tests.service.file_client import scada_client
from tests.service.in_process import InProcess, station_running
from tests.service.test_machine_vision import (
    INNER,
    MV,
    OUTER,
    ROOT,
    call,
    int32,
    job_of,
    running,
    scada,
    shows,
    until,
)
from tests.service.test_machine_vision_conditions import listen

pytestmark = pytest.mark.interop  # seconds each

__all__ = ["running", "scada"]  # fixtures
DIAGNOSTIC, INFORMATION = ua.NodeId(1037, MV), ua.NodeId(1038, MV)
VISION_EVENT = 1015
LEVEL = f"ns=2;s={ROOT}.DiagnosticLevel"


async def system_state(client: Client, path: str) -> None:
    """SystemState comes to be `path`."""
    node = client.get_node(f"ns=2;s={ROOT}.SystemState")
    async with asyncio.timeout(60):
        while (found := await node.read_value()).StateDescription != path:
            await asyncio.sleep(0.05)
    assert found.State.name.startswith(path.partition("/")[0])


async def test_what_happens_is_news_with_every_field(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada, kind=VISION_EVENT)
    await running.station.set_production({"lot": "L-7"}, "web anna")
    await until(lambda: heard.events)
    event = heard.events[0]
    assert (event.EventType, event.SourceName, event.Severity) == (INFORMATION, ROOT, 100)
    assert event.Message.Text == "lot 'L-7' (was '') (web anna)"
    assert event.CausePath == "Production"
    assert event.InternalRecipeId.Id == event.ExternalRecipeId.Id == "1"
    assert event.ExternalConfigurationId.Id
    for field in ("JobId", "ResultId", "MeasId", "PartId", "ProductId"):
        assert getattr(event, field).Id == "", "it has to do with no part"
    running.camera.unplug()
    await until(lambda: 101 in running.alarms)
    running.camera.plug()
    await until(lambda: any(one.CausePath == "Sensor Unit/Camera" for one in heard.events))
    await subscription.delete()


async def test_diagnostic_events_come_from_the_level_on_that_is_set(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada, kind=1037)
    level = scada.get_node(LEVEL)
    assert await level.read_value() == 0
    note = running.store.event
    note("users", "told at level 0", "")
    await level.write_value(ua.Variant(200, ua.VariantType.UInt16))
    note("users", "below", "")
    note("refused", "at the level", "10.0.0.7")
    await level.write_value(ua.Variant(1, ua.VariantType.UInt16))
    note("users", "above", "")
    await until(lambda: len(heard.events) >= 2)
    assert [event.Message.Text for event in heard.events] == ["at the level (10.0.0.7)", "above"]
    assert {event.EventType for event in heard.events} == {DIAGNOSTIC}
    await level.write_value(ua.Variant(0, ua.VariantType.UInt16))
    await subscription.delete()


async def test_the_level_is_the_administrators_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    level = ua.Variant(5, ua.VariantType.UInt16)
    async with station_running(tmp_path, monkeypatch, opcua=True) as running:
        async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as reader:
            with pytest.raises(ua.UaStatusCodeError, match="BadUserAccessDenied"):
                await reader.get_node(LEVEL).write_value(level)
        async with scada_client(running, tmp_path) as client:
            with pytest.raises(ua.UaStatusCodeError, match="BadTypeMismatch"):
                await client.get_node(LEVEL).write_value(ua.Variant(5, ua.VariantType.Int32))
            await client.get_node(LEVEL).write_value(level)
    async with (
        station_running(tmp_path, monkeypatch, opcua=True) as running,
        Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as reader,
        asyncio.timeout(60),
    ):
        while await reader.get_node(LEVEL).read_value() != 5:
            await asyncio.sleep(0.01)


async def test_the_state_after_semi_e10_follows_the_station(
    running: InProcess, scada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await system_state(scada, "SBY/Waiting for START")
    _, error = await call(scada, f"{INNER}.StartSingleJob", *job_of())
    assert error == 0
    await system_state(scada, "PRD")
    await shows(scada, INNER, "Ready")
    assert running.station.state == 6
    await system_state(scada, "PRD")  # a gap between parts belongs to the production
    monkeypatch.setattr(vision_occurrences, "PRODUCTION_S", 0.0)
    await system_state(scada, "SBY/Waiting for START")
    await running.station.set_online(False, "web anna")
    await system_state(scada, "ENG/Taken offline")
    await running.station.set_online(True, "web anna")
    assert await call(scada, f"{OUTER}.Halt", int32(0), "") == 0
    await system_state(scada, "SDT/Halted")
    assert await call(scada, f"{OUTER}.Reset", int32(0), "") == 0
    await shows(scada, INNER, "Ready")
    running.camera.unplug()
    await system_state(scada, "UDT/Hardware Related Error/Sensor Unit/Camera")
    running.camera.plug()
    await system_state(scada, "SBY/Waiting for START")


async def test_the_state_after_semi_e10_is_read_only(scada: Client) -> None:
    node = scada.get_node(f"ns=2;s={ROOT}.SystemState")
    assert await node.get_user_access_level() == {ua.AccessLevel.CurrentRead}
    with pytest.raises(ua.UaStatusCodeError, match="BadNotWritable"):
        await node.write_value(await node.read_value())
