"""The door of HTTP: how many come in, how much they may say, and the line that each leaves."""

import asyncio
import logging
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from service.auth.origin import CLIENT
from service.http_runner import HTTP, LOG, Runner
from service.logs.setup import Log
from service.settings import HttpSettings
from service.settings.access_format import DEFAULT_FORMAT
from tests.patience import until

Serve = Callable[..., Any]


class Lines:
    """What stands in the access log."""

    def __init__(self, path: Path) -> None:
        self._path, self._kept = path, ""

    def keep(self) -> None:
        """Before the file goes."""
        self._kept = self._path.read_text() if self._path.exists() else ""

    @property
    def said(self) -> list[str]:
        if self._path.exists():
            self.keep()
        return self._kept.splitlines()


@asynccontextmanager
async def served(
    http: HttpSettings, access: str = "", handler: Any = None, accesslog: str = ""
) -> AsyncIterator[tuple[int, Lines]]:
    """The port, and the access log with the format `access`; "" = none. `accesslog` = a path that the test chose."""

    async def hello(request: web.Request) -> web.Response:
        return web.Response(text="hello", headers={"X-Mark": "a b"})

    app = web.Application()
    app[HTTP], app[LOG] = http, Log()
    app.router.add_get("/{name:.*}", handler or hello)
    with tempfile.TemporaryDirectory() as folder:
        lines = Lines(Path(folder) / "access.log")
        path = accesslog or str(Path(folder) / "access.log")
        cfg = SimpleNamespace(
            accesslog=path if access else None, access_log_format=access, keepalive=75, graceful_timeout=1
        )
        runner = Runner(app, cfg, logging.getLogger("tests.gunicorn"))
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", 0), backlog=100)
        await web.SockSite(runner, listening).start()
        try:
            yield listening.getsockname()[1], lines
        finally:
            await runner.cleanup()
            lines.keep()


async def asked(port: int, request: bytes) -> bytes:
    """All that is answered until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


async def status_of(port: int, request: bytes) -> bytes:
    """Whether the connection then ends is aiohttp's affair."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    line = await reader.readline()
    writer.close()
    return line.split()[1]


def get(path: str = "/", *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]).encode()


async def test_whoever_comes_when_it_is_full_is_told_so() -> None:
    async with served(HttpSettings(max_connections=10)) as (port, _):
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(9)]
        assert (await asked(port, get())).startswith(b"HTTP/1.1 200")
        idle.append(await asyncio.open_connection("127.0.0.1", port))
        answer = await asked(port, get())
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"10 HTTP connections are open, no more are taken ([http] max_connections)" in answer
        idle.pop()[1].close()
        while not (await asked(port, get())).startswith(b"HTTP/1.1 200"):  # the end has not been seen yet
            await asyncio.sleep(0.005)
        for _, writer in idle:
            writer.close()


async def test_a_burst_does_not_get_past_the_door_together() -> None:
    async with served(HttpSettings(max_connections=10)) as (port, _):
        streams = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(40)))
        for _, writer in streams:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        first = await asyncio.gather(*(reader.readline() for reader, _ in streams))
        assert sum(line.startswith(b"HTTP/1.1 200") for line in first) == 10
        assert sum(line.startswith(b"HTTP/1.1 503") for line in first) == 30
        for _, writer in streams:
            writer.close()


async def test_who_says_nothing_when_it_is_full_is_let_go() -> None:
    async with served(HttpSettings(max_connections=10)) as (port, _):
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(10)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.read()).startswith(b"HTTP/1.1 503 ")
        for _, each in [*idle, (reader, writer)]:
            each.close()


@pytest.mark.parametrize(
    ("limit", "request_"),
    [
        ({"limit_request_line": 512}, get("/" + "a" * 600)),
        ({"limit_request_field_size": 512}, get("/", "X-Long: " + "a" * 600)),
        ({"limit_request_fields": 16}, get("/", *(f"X-{i}: 1" for i in range(20)))),
    ],
)
async def test_what_is_too_long_is_refused(limit: dict[str, int], request_: bytes) -> None:
    async with served(HttpSettings()) as (port, _):
        assert await status_of(port, request_) == b"200"
    async with served(HttpSettings(**limit)) as (port, _):  # type: ignore[arg-type]
        assert await status_of(port, request_) == b"400"


async def test_a_line_of_each_request_as_gunicorn_writes_it() -> None:
    async with served(HttpSettings(), DEFAULT_FORMAT) as (port, lines):
        await asked(port, get("/a?b=%20c", "Referer: http://r/", "User-Agent: me"))
        await until(lambda: lines.said)
    line = lines.said[0]
    assert line.startswith("127.0.0.1 - - [")
    assert line.endswith('] "GET /a?b=%20c HTTP/1.1" 200 5 "http://r/" "me"')


async def test_every_name_of_the_format() -> None:
    given = "%(m)s|%(U)s|%(q)s|%(H)s|%(s)s|%(B)s|%({x-in}i)s|%({x-mark}o)s|%({none}i)s|%%"
    async with served(HttpSettings(), given + "|%(T)s|%(D)s|%(M)s|%(L)s|%(p)s") as (port, lines):
        await asked(port, get("/a?b=c", "X-In: yes"))
        await until(lambda: lines.said)
    *text, whole_s, us, ms, s, pid = lines.said[0].split("|")
    assert text == ["GET", "/a", "b=c", "HTTP/1.1", "200", "5", "yes", "a b", "-", "%"]
    assert (whole_s, pid[0]) == ("0", "<")
    assert int(us) // 1000 == int(ms) <= float(s) * 1000 + 1


async def test_nobody_writes_a_second_line_or_ends_a_field() -> None:
    async with served(HttpSettings(), '"%(a)s"') as (port, lines):
        await asked(port, get("/", 'User-Agent: a" 200 \x1b[31m\xe9'))
        await until(lambda: lines.said)
    assert lines.said[0] in (r'"a\" 200 \x1b[31m\xe9"', r'"a\" 200 \x1b[31m\udcc3\udca9"', '"-"')


async def test_the_line_names_who_asks_through_a_proxy() -> None:
    async def behind(request: web.Request) -> web.Response:
        request[CLIENT] = "10.0.0.9"
        return web.Response()

    async with served(HttpSettings(), "%(h)s", behind) as (port, lines):
        await asked(port, get())
        await until(lambda: lines.said)
    assert lines.said == ["10.0.0.9"]


async def test_what_waits_is_written_at_the_end() -> None:
    async with served(HttpSettings(), "%(U)s") as (port, lines):
        await asyncio.gather(*(asked(port, get(f"/{i}")) for i in range(20)))
    assert sorted(lines.said) == sorted(f"/{i}" for i in range(20))


async def test_a_file_that_cannot_be_written_is_said_and_the_station_serves(caplog: pytest.LogCaptureFixture) -> None:
    async with served(HttpSettings(), "%(U)s", accesslog="/no/such/folder/access.log") as (port, _):
        assert (await asked(port, get())).startswith(b"HTTP/1.1 200")
    assert (
        "[gunicorn] accesslog: /no/such/folder/access.log cannot be written: No such file or directory" in caplog.text
    )


async def test_a_format_that_gunicorn_would_not_take_is_refused() -> None:
    with pytest.raises(ValueError, match="access_log_format: there is no %\\(x\\)s"):
        async with served(HttpSettings(), "%(x)s"):
            pass
