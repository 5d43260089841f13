"""HTTPS by the station itself, on the event loop that Gunicorn's worker has: whatever comes over HTTP comes over it."""

import asyncio
import json
import signal
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio

from tests.certificate import self_signed, trusting
from tests.conftest import Running
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

Make = Callable[..., Running]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


@pytest.fixture
def station(make_station: Make, certificate: Path) -> Running:
    running = make_station(start=False, GUNICORN_CERTFILE=str(certificate))
    running.launch()
    return running


@pytest.fixture
async def browser(station: Running, certificate: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the station, once it is ready."""
    connector = aiohttp.TCPConnector(ssl=trusting(certificate))
    async with aiohttp.ClientSession(f"https://127.0.0.1:{station.http}", connector=connector) as session:
        async with asyncio.timeout(2 * PATIENCE_S):  # for the start, and until the camera is there
            while not await ready(session):
                assert station.process
                assert station.process.poll() is None, station.log
                await asyncio.sleep(0.05)
        yield session


async def ready(session: aiohttp.ClientSession) -> bool:
    try:
        async with session.get("/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientConnectionError:
        return False


@asynccontextmanager
async def told(session: aiohttp.ClientSession) -> AsyncIterator[dict[str, Any]]:
    """Socket.IO's events, by name, as they come."""
    heard: dict[str, Any] = {}
    client = socketio.AsyncClient(http_session=session, reconnection=False)
    client.on("*", lambda event, data: heard.__setitem__(event, data))
    await client.connect(str(session._base_url), transports=["websocket"])
    try:
        yield heard
    finally:
        await client.shutdown()


async def test_pages_live_frames_and_events_come_over_tls_1_2_and_1_3(
    station: Running, browser: aiohttp.ClientSession, certificate: Path
) -> None:
    assert f"console    https://127.0.0.1:{station.http}/" in station.log
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = trusting(certificate)
        context.minimum_version = context.maximum_version = version
        async with browser.get("/icon.svg", ssl=context) as answer:
            assert (answer.status, answer.content_type) == (200, "image/svg+xml")
    async with (
        told(browser) as heard,
        browser.ws_connect("/api/v1/live?width=320") as live,
        asyncio.timeout(PATIENCE_S),
    ):
        async with browser.post("/api/v1/station/trigger", json={}) as answer:
            number = (await answer.json())["number"]
        header: dict[str, Any] = {}
        while header.get("inspection_id") != number:
            data = await live.receive_bytes()
            length = int.from_bytes(data[:4], "big")
            header, jpeg = json.loads(data[4 : 4 + length]), data[4 + length :]
            if jpeg:
                await live.send_str(str(header["frame_id"]))
        assert (header["image_width"], jpeg[:2]) == (320, b"\xff\xd8")
        while heard.get("result", {}).get("number") != number:
            await asyncio.sleep(0.01)
        assert "hello" in heard
    assert await asyncio.to_thread(renew, station, certificate), "a reload takes it"
    assert "Traceback" not in station.log


def renew(station: Running, certificate: Path) -> bool:
    """Write another certificate into its place and reload; whether it is served then."""
    address = ("127.0.0.1", station.http)
    before = ssl.get_server_certificate(address)
    self_signed(certificate.parent)
    assert station.process
    station.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + PATIENCE_S
    while (after := ssl.get_server_certificate(address)) == before:
        assert time.monotonic() < end, "the old one is served still"
        time.sleep(0.05)
    return after.strip() in certificate.read_text()


async def test_a_stop_waits_for_nobody_who_watches(
    station: Running, browser: aiohttp.ClientSession, certificate: Path
) -> None:
    async with told(browser), browser.ws_connect("/api/v1/live") as live:
        await live.receive_bytes()
        deaf = await asyncio.open_connection("127.0.0.1", station.http, ssl=trusting(certificate))
        deaf[1].write(HANDSHAKE % station.http)
        await deaf[0].readuntil(b"\r\n\r\n")
        began = time.monotonic()
        assert await asyncio.to_thread(station.stop) == 0
        assert time.monotonic() - began < STOP_S
        deaf[1].transport.abort()
    assert "Traceback" not in station.log


STOP_S = 2.5  # of a busy machine; what waits for its peers takes 2.85
HANDSHAKE = (
    b"GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
