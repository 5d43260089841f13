"""What was acknowledged to SCADA and browser before or during a reload holds after it."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from protocols.opcua.certificate import ensure_certificate
from service.generations import Generations, Mark
from tests.conftest import Running
from tests.types_cache import give_types

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

Make = Callable[..., Running]
RELOADS = 3


@pytest.fixture
def line(make_station: Make) -> Running:
    running = make_station(start=False, VISION_STORE__MIN_FREE_MB="0", VISION_CAMERA__TYPE="simulated")
    give_types(running.folder / "data", asset=True)
    running.start()
    running.wait_ready()
    return running


class Writer:
    """Writes 1, 2, 3, … somewhere; `kept` is the last one that was acknowledged."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.asked = self.kept = self.refused = 0

    async def run(self) -> None:
        while True:
            with contextlib.suppress(OSError, TimeoutError, ua.UaError, aiohttp.ClientError):
                await self.over_one_connection()
            await asyncio.sleep(0.02)

    async def over_one_connection(self) -> None:
        raise NotImplementedError

    def may_be(self, found: str) -> bool:
        """What came in and was not acknowledged, may have been done or not."""
        return self.kept <= int(found) <= self.asked


class Scada(Writer):
    async def over_one_connection(self) -> None:
        folder = self.running.folder
        certificate, key, uri = ensure_certificate(folder / "client", "client", [])
        client = Client(f"opc.tcp://127.0.0.1:{self.running.opcua}/", timeout=4, watchdog_intervall=60)
        client.application_uri = uri
        await client.set_security(SecurityPolicyBasic256Sha256, str(certificate), str(key))
        client.set_user("station")
        client.set_password((folder / "data" / "token").read_text().strip())
        await client.connect()
        try:
            order = client.get_node("ns=2;s=Cmd.Order")
            while True:
                self.asked += 1
                try:
                    await order.write_value(str(self.asked))
                except ua.uaerrors.BadShutdown:
                    self.refused += 1
                    continue
                self.kept = self.asked
        finally:
            with contextlib.suppress(OSError, TimeoutError, ua.UaError, asyncio.CancelledError):
                await client.disconnect()


class Browser(Writer):
    async def over_one_connection(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                self.asked += 1
                body = {"lot": str(self.asked)}
                async with session.post(f"{self.running.url}/api/v1/station/production", json=body) as answer:
                    if answer.status == 200:
                        self.kept = self.asked
                    else:
                        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
                        self.refused += 1
                await asyncio.sleep(0.002)


@contextlib.asynccontextmanager
async def beside(*writers: Writer) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(writer.run()) for writer in writers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(ended, asyncio.CancelledError), ended


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.02)


async def get(running: Running, path: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(f"{running.url}/api/v1/{path}") as answer:
        return await answer.json()


async def reload(running: Running) -> None:
    assert running.process
    before, shared = set(running.workers()), Generations.of(running.process.pid)
    generation = shared[Mark.SERVING]
    running.process.send_signal(signal.SIGHUP)
    await until(lambda: shared[Mark.SERVING] > generation)
    await until(lambda: not before & set(running.workers()))


async def test_what_scada_and_browser_were_told_is_done_stays_done(line: Running) -> None:
    scada, browser = Scada(line), Browser(line)
    for _ in range(RELOADS):
        had = scada.kept, browser.kept
        async with beside(scada, browser):
            await until(lambda had=had: scada.kept > had[0] and browser.kept > had[1])
            await reload(line)
        made = await get(line, "station/production")
        assert scada.may_be(made["order"]), (made, scada.kept, scada.asked)
        assert browser.may_be(made["lot"]), (made, browser.kept, browser.asked)
    print(f"refused and asked again: {scada.refused} by OPC UA, {browser.refused} by HTTP")
