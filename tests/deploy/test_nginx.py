"""A station behind a real nginx, configured by deploy/nginx."""

import asyncio
import io
import json
import re
import signal
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
import socketio

from tests.certificate import trusting
from tests.conftest import Running
from tests.nginx import PROGRAM, Nginx
from tests.patience import PATIENCE_S, until

pytestmark = [
    pytest.mark.interop,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not PROGRAM, reason="no nginx: apt-get install nginx-light"),
]
HOST = "station.example.com"


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("station")
    running = Running(folder)
    running.environment = {
        "VISION_HTTP__ALLOWED_HOSTS": json.dumps([HOST]),
        "VISION_CAMERA__TYPE": "simulated",
        "VISION_CAMERA__DEFECT_RATE": "0",  # of a bad part a lossless copy takes the JPEG's place
        "GUNICORN_ACCESSLOG": str(folder / "access.log"),
        "GUNICORN_ACCESS_LOG_FORMAT": "%(h)s %(m)s %(U)s %({X-Request-ID}i)s",
    }
    try:
        running.start()
        running.wait_ready()
        yield running
    finally:
        running.stop()
        running.forget()


@pytest.fixture(scope="module")
def nginx(station: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with Nginx(tmp_path_factory.mktemp("nginx"), "vision-inspection.conf", {5000: station.http}, HOST) as running:
        yield running


@pytest.fixture
async def browser(nginx: Nginx, station: Running) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that knows the token, and calls the station by its name."""
    connector = aiohttp.TCPConnector(ssl=trusting(nginx.certificate))
    headers = {"Host": HOST, "Authorization": f"Bearer {token_of(station)}"}
    url = f"https://127.0.0.1:{nginx.https}"
    async with aiohttp.ClientSession(url, connector=connector, headers=headers) as session:
        yield session


def token_of(station: Running) -> str:
    return (station.folder / "data" / "token").read_text().strip()


async def inspect(browser: aiohttp.ClientSession) -> int:
    async with browser.post("/api/v1/station/trigger", json={}) as answer:
        assert answer.status == 200, await answer.text()
        return int((await answer.json())["number"])


async def found(browser: aiohttp.ClientSession, path: str) -> bool:
    async with browser.get(path) as answer:
        return answer.status == 200


def test_http_leads_to_https_and_browsers_get_http_2(nginx: Nginx) -> None:
    curl = ["curl", "-s", "-o", "/dev/null", "--cacert", str(nginx.certificate)]
    led = [*curl, "-w", "%{http_code} %{redirect_url}", "-H", f"Host: {HOST}", f"http://127.0.0.1:{nginx.http}/a?b=c"]
    assert subprocess.check_output(led, text=True) == f"301 https://{HOST}/a?b=c"
    at = ["--resolve", f"{HOST}:{nginx.https}:127.0.0.1", f"https://{HOST}:{nginx.https}/healthz"]
    assert subprocess.check_output([*curl, "-w", "%{http_code} %{http_version}", *at], text=True) == "200 2"


@pytest.mark.parametrize(("option", "code"), [("--tls-max 1.1", 35), ("--tls-max 1.2", 0), ("--tlsv1.3", 0)])
def test_tls_versions(nginx: Nginx, option: str, code: int) -> None:
    weak = ["--ciphers", "DEFAULT:@SECLEVEL=0"]  # or curl itself would refuse the old version
    url = f"https://127.0.0.1:{nginx.https}/healthz"
    asked = ["curl", "-s", "-o", "/dev/null", "--cacert", str(nginx.certificate), *weak, *option.split(), url]
    assert subprocess.run(asked, check=False).returncode == code


async def test_live_frames_and_events(browser: aiohttp.ClientSession, nginx: Nginx) -> None:
    async with browser.ws_connect("/api/v1/live?width=320") as live, asyncio.timeout(PATIENCE_S):
        data = await live.receive_bytes()
        header = json.loads(data[4 : 4 + int.from_bytes(data[:4], "big")])
        assert header["kind"] in {"live", "inspection", "heartbeat"}
        for transport in ("websocket", "polling"):
            heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
            client = socketio.AsyncClient(http_session=browser, reconnection=False)
            client.on("result", heard.put)
            await client.connect(str(browser._base_url), headers=dict(browser.headers), transports=[transport])
            number = await inspect(browser)
            while (await heard.get())["number"] != number:
                pass
            await client.disconnect()
            await client.shutdown()


async def test_images_and_lists_are_not_sent_twice(browser: aiohttp.ClientSession) -> None:
    number = await inspect(browser)
    image = f"/api/v1/inspections/{number}/image"
    async with asyncio.timeout(PATIENCE_S):
        while not await found(browser, image):  # it is on its way to the disk
            await asyncio.sleep(0.05)
    for path in (image, "/api/v1/events", "/api/v1/recipes"):
        async with browser.get(path) as answer:
            assert (answer.status, len(await answer.read()) > 100) == (200, True)
            tag = answer.headers["ETag"]
        async with browser.get(path, headers={"If-None-Match": tag}) as answer:
            assert (answer.status, await answer.read()) == (304, b""), path


async def test_scripts_are_compressed_and_kept_by_nginx_alone(browser: aiohttp.ClientSession, station: Running) -> None:
    script = await script_of(browser)
    for _ in range(3):
        async with browser.get(script) as answer:
            assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
            assert "immutable" in answer.headers["Cache-Control"]
    for _ in range(3):
        async with browser.get("/api/v1/station") as answer:
            assert answer.status == 200
    log = station.folder / "access.log"
    await until(lambda: log.read_text().count("GET /api/v1/station ") == 3)  # it is written by a thread
    assert log.read_text().count(f"GET {script} ") == 1


async def test_the_station_knows_who_asks_whatever_they_say(browser: aiohttp.ClientSession, station: Running) -> None:
    """And both logs know the request by one number."""
    connector = aiohttp.TCPConnector(local_addr=("127.0.0.9", 0), ssl=browser.connector._ssl)  # type: ignore[union-attr]
    spoofed = {"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "http"} | dict(browser.headers)
    async with aiohttp.ClientSession(browser._base_url, connector=connector, headers=spoofed) as other:
        async with other.get("/api/v1/alarms") as answer:
            request_id = answer.headers["X-Request-ID"]
        async with other.post("/token", data={"token": token_of(station)}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "./")
            assert answer.headers["Set-Cookie"].startswith("__Host-session-"), "it came by HTTPS"
    await until(lambda: f"127.0.0.9 GET /api/v1/alarms {request_id}" in (station.folder / "access.log").read_text())


async def test_the_token_without_end_and_too_much_at_once_are_refused(
    browser: aiohttp.ClientSession, nginx: Nginx
) -> None:
    async def ask(method: str, path: str, **options: Any) -> tuple[int, bool]:
        """Status, and whether nginx itself has answered."""
        async with browser.request(method, path, **options) as answer:
            return answer.status, "nginx" in await answer.text()

    tries = [await ask("POST", "/token", data={"token": "wrong"}) for _ in range(8)]
    assert (tries[0], tries[-1]) == ((403, False), (429, True))
    assert await ask("POST", "/api/v1/station/trigger", data=io.BytesIO(b"x" * 1_100_000)) == (413, True)
    script = await script_of(browser)
    await ask("GET", script)  # from now on nginx has it, which is faster than any limit
    assert await asyncio.to_thread(statuses, nginx, script, 900) == {200, 429}
    async with asyncio.timeout(PATIENCE_S):
        while await ask("GET", "/healthz") == (429, True):
            await asyncio.sleep(0.05)


async def script_of(browser: aiohttp.ClientSession) -> str:
    """Path of the console's program."""
    async with browser.get("/") as answer:
        return "/" + (await answer.text()).split('src="./')[1].split('"')[0]


def statuses(nginx: Nginx, path: str, count: int) -> set[int]:
    """Of so many requests that come all at once, over one connection."""
    plain = socket.create_connection(("127.0.0.1", nginx.https), 30)
    with trusting(nginx.certificate).wrap_socket(plain, server_hostname=HOST) as connection:
        sender = threading.Thread(
            target=connection.sendall, args=(f"HEAD {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode() * count,)
        )
        sender.start()
        answered = b""
        while answered.count(b"\r\n\r\n") < count:
            answered += connection.recv(65536)
        sender.join()
    return {int(status) for status in re.findall(rb"^HTTP/1.1 (\d+)", answered, re.MULTILINE)}


async def test_a_reload_behind_it_fails_no_request(browser: aiohttp.ClientSession, station: Running) -> None:
    assert station.process
    station.process.send_signal(signal.SIGHUP)
    seen: set[int] = set()
    async with asyncio.timeout(PATIENCE_S):
        while "serves (generation 2)" not in station.log:
            async with browser.get("/api/v1/counters") as answer:
                seen.add(answer.status)
            await asyncio.sleep(0.02)
        for _ in range(50):
            async with browser.get("/api/v1/counters") as answer:
                seen.add(answer.status)
            await asyncio.sleep(0.02)
    assert seen == {200}
