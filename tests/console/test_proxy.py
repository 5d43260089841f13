"""Stations behind a real nginx, in a real browser: two below prefixes of one name, one by a name of its own."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from ..conftest import Running
from ..nginx import PROGRAM, Nginx
from .conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not PROGRAM, reason="no nginx: apt-get install nginx-light"),
]
LINE, STATION = "line.localhost", "station.localhost"  # browsers look for these on this machine


@pytest.fixture
def stations(make_station: Callable[..., Running]) -> list[Running]:
    variables = {"VISION_HTTP__ALLOWED_HOSTS": json.dumps([LINE, STATION])}
    found = [make_station(start=False, VISION_STATION__NAME=f"Line {name}", **variables) for name in ("west", "east")]
    for each in found:
        each.launch()
    for each in found:
        each.wait_healthy()
    return found


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(ignore_https_errors=True, locale="en-GB")  # the certificate is the test's own
    yield await context.new_page()
    await context.close()


async def test_by_prefix_and_by_name_a_station_has_all_that_it_has(
    page: Page, stations: list[Running], tmp_path: Path
) -> None:
    west, east = stations
    visit = Visit(page)
    visit.watch()
    with Nginx(tmp_path / "prefix", "stations.conf", {5000: west.http, 5001: east.http}, LINE) as nginx:
        site = f"https://{LINE}:{nginx.https}"
        await is_whole(visit, f"{site}/s/west", west, "Line west")
        await is_whole(visit, f"{site}/s/east", east, "Line east")
        await page.goto(f"{site}/s/west/")  # each knows this browser by a session of its own
        await visit.first_frame()
        await page.goto("about:blank")  # before its nginx goes
    with Nginx(tmp_path / "name", "vision-inspection.conf", {5000: west.http}, STATION) as nginx:
        await is_whole(visit, f"https://{STATION}:{nginx.https}", west, "Line west")


async def is_whole(visit: Visit, url: str, station: Running, name: str) -> None:
    """Token, page, live frames, events, a trigger and its image come below this address, and nothing from elsewhere."""
    page = visit.page
    await page.goto(f"{url}/token")
    visit.requests.clear()
    await page.get_by_label("Token of this station").fill((station.folder / "data" / "token").read_text().strip())
    await page.get_by_role("button", name="Open").click()
    await page.wait_for_url(f"{url}/")
    await visit.first_frame()
    await expect(page).to_have_title(f"Run · {name}")  # told by Socket.IO
    assert await visit.trigger() in {"PASS", "FAIL"}
    await expect(page.locator("[data-testid=films] img").first).to_be_visible()
    assert await page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
    below = url.removeprefix("https://")
    asked = [each for each in visit.requests if not each.startswith("blob:")]
    assert [each for each in asked if each.split("://")[1].split("?")[0].removeprefix(below)[:1] != "/"] == []
    sockets = {each.split("?")[0] for each in asked if each.startswith("wss:")}
    assert sockets == {f"wss://{below}/api/v1/live", f"wss://{below}/socket.io/"}
    assert visit.errors == []
