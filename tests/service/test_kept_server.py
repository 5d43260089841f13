"""A PLC's server that cannot start: the line runs, clients are turned away at once, and it comes by itself."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from asyncua import Client

from protocols import tags
from protocols.modbus import ModbusServer
from service import kept_server
from tests.service.in_process import InProcess, station_running

MODBUS, OPCUA = 502, 601


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_server, "RETRY_S", (0.3,))


@pytest.fixture
async def without_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    folder = tmp_path / "data" / "opcua"
    folder.mkdir(parents=True)
    (folder / "certificate.der").write_bytes(b"no certificate")
    (folder / "key.pem").write_text("no key")
    async with station_running(tmp_path, monkeypatch, opcua=True) as running:
        yield running


async def reset(port: int) -> bool:
    """Whether a connection is ended by the station, at once and not by waiting."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(60):
            data = await reader.read(1)
        writer.close()
    except ConnectionError:
        return True
    return data == b""


async def cleared(running: InProcess, number: int) -> None:
    async with asyncio.timeout(60):
        while number in running.alarms:
            await asyncio.sleep(0.01)


async def test_opcua_with_a_broken_certificate_leaves_the_line_running_and_comes_back(
    without_certificate: InProcess, tmp_path: Path
) -> None:
    running = without_certificate
    assert OPCUA in running.alarms
    (alarm,) = [alarm for alarm in running.station._alarms.active if alarm.number == OPCUA]
    assert "certificate.der: is no OPC UA certificate" in alarm.text
    assert "delete it" in alarm.text
    assert await reset(running.opcua_port)
    await running.enable()
    await running.part()
    for file in (tmp_path / "data" / "opcua").iterdir():
        file.unlink()  # as the alarm says
    await cleared(running, OPCUA)
    async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as client:
        part = await running.part()
        node = client.get_node("ns=2;s=Result.Seq")
        async with asyncio.timeout(60):
            while (await node.read_data_value(raise_on_bad_status=False)).Value.Value != part.result_seq:
                await asyncio.sleep(0.02)


async def test_modbus_that_cannot_start_is_an_alarm_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = ModbusServer.start
    failed: list[int] = []

    async def fails_twice(self: ModbusServer, sock: socket.socket) -> None:
        if len(failed) < 2:
            failed.append(sock.getsockname()[1])
            raise OSError(12, "no memory for it")
        await start(self, sock)

    monkeypatch.setattr(ModbusServer, "start", fails_twice)
    async with station_running(tmp_path, monkeypatch, connect=False) as running:
        assert running.read(tags.ERROR_CODE) == MODBUS
        assert await reset(failed[0])
        await cleared(running, MODBUS)
        await running.plc.connect()
        await running.enable()
        await running.part()


async def test_a_station_that_stops_meanwhile_leaves_nothing_behind(without_certificate: InProcess) -> None:
    assert without_certificate.alarms.count(OPCUA) == 1
