"""What a commissioning engineer reads of a PLC's requests over REST, on a whole station."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from protocols import tags
from tests.service.in_process import InProcess, station_running


async def get(running: InProcess, path: str) -> Any:
    async with aiohttp.ClientSession() as http, http.get(f"{running.url}/api/v1/modbus/{path}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_a_part_is_found_again_in_the_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        await running.enable()
        before = (await get(running, "trace"))["next"]
        part = await running.part()
        assert part.judgement == "PASS"
        found = await get(running, f"trace?since={before}&address=4&client=127.0.0.1")
        assert found["lost"] == 0
        (written,) = [item for item in found["items"] if item["written"]]
        at = 4 - written["written"]["address"]
        assert written["values"][at] == running.read(tags.TRIGGER_SEQ_ACK)
        assert written["exception"] == 0
        assert written["duration_us"] > 0
        numbers = [item["number"] for item in found["items"]]
        assert numbers == sorted(numbers)
        assert numbers[0] > before
        (client,) = await get(running, "clients")
        assert (client["address"], client["controls"], client["refused"]) == ("127.0.0.1", True, 0)
        assert client["last_request_us"] >= written["utc_us"]
