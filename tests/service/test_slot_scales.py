"""What SCADA systems see of the station's recipes."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from asyncua import Client

from protocols import tags

from .in_process import InProcess, station_running


async def units(client: Client) -> list[str]:
    """Shown names of the units of all slots."""
    nodes = [client.get_node(f"ns=2;s=Slot.{slot:02}.Value.EngineeringUnits") for slot in range(tags.SLOTS)]
    return [unit.DisplayName.Text.replace("°", "deg") for unit in await client.read_values(nodes)]


async def shown_as_the_recipe_has_them(client: Client, running: InProcess) -> list[str]:
    recipe = running.station.jobs.recipe
    assert recipe is not None
    expected = [recipe.mains[slot].unit if slot in recipe.mains else "" for slot in range(tags.SLOTS)]
    async with asyncio.timeout(60):
        while (found := await units(client)) != expected:
            await asyncio.sleep(0.05)
    return found


async def test_the_slots_have_the_units_of_the_active_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    async with (
        station_running(tmp_path, monkeypatch, opcua=True) as running,
        Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as client,
    ):
        seen = []
        for job in (1, 2):
            async with http.post(f"{running.url}/api/v1/recipes/{job}/activate", json={}) as answer:
                assert answer.status == 200
            seen.append(await shown_as_the_recipe_has_them(client, running))
        assert seen[0] != seen[1]
