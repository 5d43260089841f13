"""The routes of the web console."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from service.web_console import add_console, console_build

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A built console."""
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>Run</title>")
    (built / "icon.svg").write_text("<svg/>")
    (built / "assets" / "index-abc123.js").write_text("export {};")
    (built / ".stamp").write_text("0123456789abcdef")
    return built


@pytest.fixture
async def client(dist: Path) -> AsyncIterator[Client]:
    app = web.Application()
    add_console(app, dist)
    async with TestClient(TestServer(app)) as serving:
        yield serving


async def test_the_page_is_asked_for_again_each_time(client: Client) -> None:
    answer = await client.get("/")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Run" in await answer.text()


async def test_assets_are_kept_for_ever(client: Client) -> None:
    answer = await client.get("/assets/index-abc123.js")
    assert answer.status == 200
    assert answer.content_type.endswith("/javascript")
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/assets/none.js", id="no such file"),
        pytest.param("/assets/..%2f.stamp", id="out of the folder"),
        pytest.param("/assets/", id="a listing"),
        pytest.param("/.stamp", id="the stamp"),
    ],
)
async def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert (await client.get(path)).status == 404


async def test_an_unbuilt_console_says_how_to_build_it(client: Client, dist: Path) -> None:
    (dist / "index.html").unlink()
    answer = await client.get("/")
    assert answer.status == 200
    assert "pip install -e ." in await answer.text()


def test_the_build_is_named_by_its_sources(dist: Path) -> None:
    assert console_build(dist) == "0123456789ab"
    assert console_build(dist / "assets") == ""
