"""The wave of a real trigger, over REST."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from service.demo_plc.handshakes import wait_ready
from tests.patience import PATIENCE_S
from tests.service.in_process import InProcess, station_running

VALID = 1 << 11  # ResultsValid in StatusWord


async def get(running: InProcess, path: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as http, http.get(f"{running.url}/api/v1/handshake/{path}") as answer:
        return answer.status, await answer.json(content_type=None)


async def test_the_edges_of_a_trigger_come_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        _, none = await get(running, "wave")
        assert (none["part"], none["oldest"]) == (None, None)
        assert (await get(running, "wave?number=9"))[0] == 404
        await running.enable()
        for _ in range(2):
            await wait_ready(running.plc, PATIENCE_S)
            await running.plc.write(0, [3])
            async with asyncio.timeout(PATIENCE_S):
                while not (await running.plc.status())[0] & VALID:
                    pass
            await running.plc.write(0, [1])
        status, wave = await get(running, "wave")
        assert (status, wave["whole"], wave["later"]) == (200, True, None)
        assert wave["part"]["number"] == wave["earlier"] + 1
        edges = {lane["name"]: lane["edges_us"] for lane in wave["lanes"]}
        levels = {lane["name"]: lane["level"] for lane in wave["lanes"]}
        assert (levels["TriggerEnable"], edges["TriggerEnable"]) == (True, [])
        rises, falls = edges["Trigger"][-2:]
        assert rises in edges["TriggerAck"]
        assert rises in edges["SystemBusy"]
        assert rises in edges["ResultsValid"], "the result before is cleared in that very turn"
        exposed, valid = edges["Acquiring"][-1], edges["ResultsValid"][-1]
        assert rises < exposed <= valid < falls
        assert wave["part"]["accepted_us"] <= rises
        triggered = next(one for one in wave["requests"] if one["words"] == "FC16 writes HR 0: 3")
        assert triggered["at_us"] >= rises
        _, before = await get(running, f"wave?number={wave['earlier']}")
        assert before["later"] == wave["part"]["number"]
        assert before["oldest"] == wave["earlier"]
        _, live = await get(running, "wave?seconds=20")
        assert (live["part"], live["length_us"]) == (None, 20e6)
        assert len({lane["name"]: lane for lane in live["lanes"]}["Trigger"]["edges_us"]) == 4
