"""The view-only pages, alone and in a page of another origin."""

from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, expect

from ..conftest import Running, free_port
from .conftest import AXE, Visits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_it_shows_the_newest_part_and_its_overlay(visit: Visits, station_url: str) -> None:
    async with visit(480, 360) as run:
        judgement = await run.trigger()
        page = run.page
        await page.goto(f"{station_url}/view/last")
        await expect(page.get_by_test_id("line")).to_contain_text(judgement)
        number = (await (await page.request.get(f"{station_url}/api/v1/views/last")).json())["result"]["number"]
        await expect(page.locator(f'[data-testid="overlay"][data-frame-id="-{number}"]')).to_be_attached()
        await expect(page.locator(f'[data-testid="frame"][data-frame-id="-{number}"]')).to_be_visible()
        for scheme in ("dark", "light"):
            await page.emulate_media(color_scheme=scheme)
            if AXE.exists():
                assert await run.axe() == []
        await page.goto(f"{station_url}/view/live")
        await run.first_frame()
        await expect(page.get_by_test_id("line")).to_have_attribute("data-look", "unknown")


@pytest.fixture
async def pages() -> AsyncIterator[Callable[[str], "TestServer"]]:
    """Servers of other origins, whose page has a frame with that address."""
    servers: list[TestServer] = []

    def page_with(address: str, port: int) -> TestServer:
        async def page(_: web.Request) -> web.Response:
            text = f'<title>SCADA</title><iframe src="{address}" width="640" height="480"></iframe>'
            return web.Response(text=text, content_type="text/html")

        app = web.Application()
        app.router.add_get("/", page)
        servers.append(TestServer(app, host="localhost", port=port))
        return servers[-1]

    yield page_with
    for server in servers:
        await server.close()


async def test_only_a_listed_origin_may_embed_it(
    browser: Browser, make_station: Callable[..., Running], pages: Callable[..., TestServer]
) -> None:
    listed, other = free_port(), free_port()
    station = make_station(VISION_HTTP__EMBED_ALLOWED=f'["http://localhost:{listed}"]')
    for port, seen in ((listed, True), (other, False)):
        server = pages(f"{station.url}/view/live", port)
        await server.start_server()
        page = await browser.new_page()
        refused: list[str] = []
        page.on("console", lambda word, said=refused: said.append(word.text))
        await page.goto(f"http://localhost:{port}/")
        if seen:
            frame = page.frame_locator("iframe")
            await frame.locator('[data-testid="frame"][data-frame-id]').wait_for()
            assert not [word for word in refused if "frame-ancestors" in word]
        else:
            await expect(page.frame_locator("iframe").get_by_test_id("line")).to_have_count(0)
            assert [word for word in refused if "frame-ancestors" in word]
        await page.close()
