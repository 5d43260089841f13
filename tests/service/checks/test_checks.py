"""Checks of a plant in /readyz and /metrics of a whole station."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from service.checks import Checks
from service.checks.checks import HUNG
from service.settings.checks import Check, ChecksSettings
from tests.patience import until
from tests.service.in_process import station_running


def settings(*checks: dict[str, Any]) -> ChecksSettings:
    return ChecksSettings(every_s=1, run=tuple(Check(**check) for check in checks))


async def test_a_check_joins_readiness_with_its_reason_and_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "service.checks")
    share = tmp_path / "share"
    script = f"test -e {share} || {{ echo the share is not mounted; exit 1; }}"
    checks = {"every_s": 1, "run": [{"name": "share", "command": ["sh", "-c", script]}]}
    async with station_running(tmp_path, monkeypatch, checks=checks, opcua_settings={"enabled": False}) as running:
        await running.enable()

        async def readyz() -> tuple[int, dict[str, Any]]:
            async with http.get(f"{running.url}/readyz") as answer:
                return answer.status, (await answer.json())["parts"]["check.share"]

        async def comes(status: int, part: dict[str, Any]) -> None:
            async with asyncio.timeout(60):
                while await readyz() != (status, part):
                    await asyncio.sleep(0.01)

        await comes(503, {"ok": False, "reason": "exit code 1: the share is not mounted"})
        async with http.get(f"{running.url}/metrics") as answer:
            text = await answer.text()
        assert 'vision_ready{part="check.share"} 0.0' in text
        assert 'vision_check_duration_seconds{check="share"} ' in text
        assert (await running.part()).judgement == "PASS", "a check keeps no part from being inspected"
        share.touch()
        await comes(200, {"ok": True, "reason": ""})
    lines = [record.getMessage() for record in caplog.records if record.name == "service.checks.checks"]
    assert lines == ["check share: exit code 1: the share is not mounted", "check share is well again"]


async def test_before_its_first_answer_a_check_is_not_well() -> None:
    checks = Checks(settings({"name": "a", "command": ["true"]}))
    assert checks.reasons() == {"a": "it has not answered yet"}
    assert checks.durations() == {}
    await checks.close()


async def test_one_that_takes_long_holds_up_no_other() -> None:
    checks = Checks(
        settings({"name": "slow", "command": ["sleep", "1000"], "limit_s": 2}, {"name": "quick", "command": ["true"]})
    )
    running = asyncio.ensure_future(checks.run())
    try:
        await until(lambda: checks.reasons()["quick"] == "")
        await until(lambda: checks.reasons()["slow"] == "no answer within 2 s")
        assert checks.durations()["slow"] >= 2
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await checks.close()


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_a_command_does_not_outlive_the_station(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    checks = Checks(settings({"name": "long", "command": ["sh", "-c", f"echo $$ > {pid}; exec sleep 1000"]}))
    running = asyncio.ensure_future(checks.run())
    await until(lambda: pid.exists() and pid.read_text())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await checks.close()
    assert not lives(int(pid.read_text())), "it was killed, and waited for"


async def test_one_whose_thread_hangs_is_not_asked_again_until_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says a byte now and then keeps the thread beyond every time limit."""
    monkeypatch.setattr("service.checks.checks.GRACE_S", 0.05)
    asked, let_go = 0, asyncio.Event()

    async def dribble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")
        try:
            while not let_go.is_set():
                writer.write(b"y")
                await writer.drain()
                await asyncio.sleep(0.02)
            writer.write(b"\r\n\r\n")
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(dribble, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    checks = Checks(settings({"name": "light", "url": url, "limit_s": 0.2}))
    running = asyncio.ensure_future(checks.run())
    try:
        await until(lambda: checks.reasons()["light"] == "no answer within 0.2 s")
        await until(lambda: checks.reasons()["light"] == HUNG)
        assert asked == 1
        let_go.set()
        await until(lambda: checks.reasons()["light"] == "")
    finally:
        let_go.set()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await checks.close()
        server.close()
        await server.wait_closed()
