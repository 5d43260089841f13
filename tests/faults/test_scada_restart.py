"""A station that is killed under twenty SCADA clients."""

import asyncio
import time
from collections.abc import Callable

import pytest
from asyncua import Client, ua

from tests.conftest import Running
from tests.plc_side import wired

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

Make = Callable[..., Running]
LINE = {"VISION_STORE__MIN_FREE_MB": "0", "VISION_CAMERA__TYPE": "simulated", "VISION_CAMERA__DEFECT_RATE": "0"}
CLIENTS = 20


async def connected(running: Running) -> Client:
    """As SCADA systems do: again and again until it answers."""
    async with asyncio.timeout(60):
        while True:
            client = Client(f"opc.tcp://127.0.0.1:{running.opcua}/", timeout=10, watchdog_intervall=60)
            try:
                await client.connect()
            except (OSError, TimeoutError, ua.UaError):
                await asyncio.sleep(0.1)
            else:
                return client


async def ended(client: Client) -> None:
    await asyncio.gather(client.disconnect(), return_exceptions=True)


async def seq(client: Client) -> ua.DataValue:
    return await client.get_node("ns=2;s=Result.Seq").read_data_value(raise_on_bad_status=False)


async def test_all_come_back_and_no_old_value_stands_as_good(make_station: Make) -> None:
    running = make_station(**LINE)
    clients = [await connected(running) for _ in range(CLIENTS)]
    async with wired(running.modbus) as wire:
        part = await wire.part()
    async with asyncio.timeout(60):
        while (await seq(clients[0])).Value.Value != part.result_seq:
            await asyncio.sleep(0.02)
    before = running.workers()
    running.kill_worker()
    began = time.monotonic()
    for client in clients:
        await ended(client)
    again = await asyncio.gather(*(connected(running) for _ in range(CLIENTS)))
    print(f"{CLIENTS} clients were back after {time.monotonic() - began:.1f} s")
    assert running.workers() != before
    values = await asyncio.gather(*(seq(client) for client in again))
    assert {value.StatusCode.value for value in values} == {ua.StatusCodes.UncertainInitialValue}
    async with wired(running.modbus) as wire:
        fresh = await wire.part()
    async with asyncio.timeout(60):
        while not (now := await seq(again[-1])).StatusCode.is_good():
            await asyncio.sleep(0.02)
    assert now.Value.Value == fresh.result_seq
    for client in again:
        await ended(client)
