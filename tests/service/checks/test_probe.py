"""One check: what is well, and in which words it is not."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from service.checks.probe import fetch
from service.checks.probe import run as run_until

PYTHON = sys.executable


def run(command: tuple[str, ...], limit_s: float) -> str:
    """Nobody stops it."""
    stop = os.eventfd(0)
    try:
        return run_until(command, limit_s, stop)
    finally:
        os.close(stop)


def python(program: str) -> tuple[str, ...]:
    return PYTHON, "-c", program


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        pytest.param(("true",), "", id="well"),
        pytest.param(("echo", "all is well"), "", id="well, and says so"),
        pytest.param(("false",), "exit code 1", id="not well"),
        pytest.param(("sh", "-c", "echo; echo '  no share '; echo more; exit 3"), "exit code 3: no share", id="words"),
        pytest.param(("sh", "-c", "echo no paper >&2; exit 1"), "exit code 1: no paper", id="words on standard error"),
        pytest.param(("sh", "-c", "kill -9 $$"), "ended by SIGKILL", id="killed"),
        pytest.param(("sh", "-c", "cat; exit 7"), "exit code 7", id="it has no input"),
        pytest.param(("sh", "-c", r"printf 'a\033[31m\377b\n'; exit 1"), "exit code 1: a[31m\ufffdb", id="no text"),
        pytest.param(python("print('x' * 10**7); exit(1)"), "exit code 1: " + "x" * 200, id="many words"),
        pytest.param(("/no/such/program",), None, id="no such program"),
        pytest.param(("/etc/passwd",), None, id="no program"),
    ],
)
def test_a_command(command: tuple[str, ...], reason: str | None) -> None:
    found = run(command, 60)
    if reason is None:
        assert found.startswith("cannot be run: [Errno ")
        assert command[0] in found
    else:
        assert found == reason


def test_a_command_that_takes_too_long_is_killed_with_all_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    assert run(("sh", "-c", f"sleep 1000 & echo $! $$ > {pids}; wait"), 1) == "no answer within 1 s"
    for pid in map(int, pids.read_text().split()):
        gone(pid)


def test_what_a_command_leaves_running_is_killed_and_not_waited_for(tmp_path: Path) -> None:
    pids, began = tmp_path / "pids", time.monotonic()
    assert run(("sh", "-c", f"sleep 1000 & echo $! > {pids}"), 100) == ""
    assert time.monotonic() - began < 60
    gone(int(pids.read_text()))


def gone(pid: int) -> None:
    """It ends soon: whoever adopted it may take a moment to bury it."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} lives")


def test_a_command_has_a_lower_priority_than_who_starts_it() -> None:
    program = "import os, time\nwhile os.getpriority(os.PRIO_PROCESS, 0) != 10: time.sleep(0.01)"
    assert run(python(program), 60) == ""


def test_a_command_leaves_no_descriptor_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for command in (("true",), ("false",), ("sh", "-c", "echo x"), ("/no/such/program",)):
        run(command, 60)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """Answers /STATUS with that, redirects from /moved."""
    never = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name == "moved":
            raise web.HTTPFound("/204")
        if name == "slow":
            await never.wait()
            raise web.HTTPGone
        return web.Response(status=int(name), text="secret words")

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    sock = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, sock).start()
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    never.set()
    await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("200", ""),
        ("204", ""),
        ("moved", ""),
        ("404", "answers with status 404"),
        ("503", "answers with status 503"),
        ("slow", "no answer within 0.2 s"),
    ],
)
async def test_a_url(server: str, path: str, reason: str) -> None:
    assert await asyncio.to_thread(fetch, f"{server}/{path}", 0.2 if path == "slow" else 60) == reason


def test_a_url_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert fetch(f"http://127.0.0.1:{port}/", 60) == "[Errno 111] Connection refused"


def test_a_url_of_no_host() -> None:
    assert fetch("http://no-such-host.invalid/", 60) != ""


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        assert fetch(f"http://127.0.0.1:{port}/", 60) == "[Errno 111] Connection refused"
