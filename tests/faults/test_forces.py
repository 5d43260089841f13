"""A forced value does not outlive its process: neither a kill nor a reload."""

import asyncio
import json
import signal
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from protocols import tags
from tests.conftest import Running
from tests.plc_side import Wire, wired

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

LINE = {
    "VISION_STORE__MIN_FREE_MB": "0",
    "VISION_CAMERA__TYPE": "simulated",
    "VISION_OPCUA__ENABLED": "false",
}


def ask(running: Running, path: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/api/v1{path}", data, headers)) as answer:
        return json.load(answer)


async def forced(running: Running, wire: Wire) -> None:
    ask(running, "/station/online", {"online": False})
    ask(running, "/forces", {"point": "Online", "value": True, "seconds": 600})
    assert (await wire.read(tags.ONLINE), await wire.read(tags.FORCED)) == (1, 1)


async def real(running: Running) -> None:
    async with wired(running.modbus, enabled=False) as wire:
        assert (await wire.read(tags.ONLINE), await wire.read(tags.FORCED)) == (0, 0)
    assert ask(running, "/forces") == []


async def test_a_kill_ends_it(make_station: Callable[..., Running]) -> None:
    running = make_station(**LINE)
    async with wired(running.modbus, enabled=False) as wire:
        await forced(running, wire)
        before = running.workers()
        running.kill_worker()
    async with asyncio.timeout(60):
        while not (now := running.workers()) or now == before:
            await asyncio.sleep(0.02)
    await asyncio.to_thread(running.wait_healthy)
    await real(running)


async def test_a_reload_ends_it_and_the_journal_says_so(make_station: Callable[..., Running]) -> None:
    running = make_station(**LINE)
    async with wired(running.modbus, enabled=False) as wire:
        await forced(running, wire)
        assert running.process
        running.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(120):
            while await wire.read(tags.FORCED):
                await asyncio.sleep(0.02)
        assert await wire.read(tags.ONLINE) == 0
    async with asyncio.timeout(120):
        while len(running.workers()) != 1:
            await asyncio.sleep(0.02)
    await asyncio.to_thread(running.wait_healthy)
    await real(running)
    said = [line["text"] for line in ask(running, "/events?limit=50")["items"]]
    assert any("Online is not forced any more" in text for text in said)
