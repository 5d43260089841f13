"""What a commissioning engineer reads of a PLC's requests over REST, on a whole station."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.service.in_process import InProcess, station_running


async def get(running: InProcess, path: str) -> Any:
    async with aiohttp.ClientSession() as http, http.get(f"{running.url}/api/v1/modbus/{path}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_a_trigger_is_found_again_in_the_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few requests, none of them a poll: how many there are must not depend on the machine."""
    async with station_running(tmp_path, monkeypatch) as running:
        before = (await get(running, "trace"))["next"]
        await running.plc.write(0, [1])
        await running.plc.write_then_read(4, [41], 8)
        await running.plc.status()
        found = await get(running, f"trace?since={before}&address=4&client=127.0.0.1")
        trigger, status = found["items"]
        assert (found["lost"], found["next"]) == (0, before + 3)
        assert (trigger["function"], trigger["written"], trigger["values"]) == (23, {"address": 4, "count": 1}, [41])
        assert trigger["read"] == {"address": 1000, "count": 8}
        assert (trigger["exception"], trigger["duration_us"] > 0) == (0, True)
        assert (status["function"], status["read"], status["written"]) == (4, {"address": 0, "count": 64}, None)
        assert trigger["utc_us"] < status["utc_us"]
        (client,) = await get(running, "clients")
        assert (client["address"], client["controls"], client["refused"]) == ("127.0.0.1", True, 0)
        assert client["last_request_us"] >= trigger["utc_us"]
