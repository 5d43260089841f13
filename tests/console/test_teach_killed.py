"""Teach while its station is killed."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from ..conftest import Running
from .conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One of its own: it is killed here."""
    folder = tmp_path_factory.mktemp("killed")
    own = {"VISION_STATION__RECIPE_FOLDER": str(folder / "recipes")}
    running = Running(folder, own)
    (folder / "recipes").mkdir()
    try:
        running.start()
        yield running
    finally:
        running.stop()


@asynccontextmanager
async def visiting(browser: Browser, station: Running, **options: Any) -> AsyncIterator[Visit]:
    context = await browser.new_context(**{"locale": "en-GB", "reduced_motion": "reduce"} | options)
    visit = Visit(await context.new_page())
    visit.watch()
    await visit.page.goto(f"{station.url}/#/teach")
    yield visit
    await context.close()


async def test_a_killed_station_costs_no_edit(browser: Browser, station: Running) -> None:
    """What is not saved stays in the page, and over a reload; then it is saved."""
    async with visiting(browser, station) as visit:
        page, api = visit.page, visit.page.request
        block = {"kind": "rectangle", "x": 200, "y": 100, "width": 80, "height": 60, "angle_deg": 0}
        step = {"name": "block", "tool": {"type": "brightness"}, "regions": [block]}
        begun = await api.post(f"{station.url}/api/v1/recipes", data={"job": 77, "name": "killed"})
        draft = f"{station.url}/api/v1/recipes/77/draft"
        content = (await begun.json())["content"] | {"steps": [step]}
        assert (await api.put(draft, data=content, headers={"If-Match": "*"})).ok
        assert (await api.post(f"{station.url}/api/v1/uploads/live", data={})).ok
        await page.goto(f"{station.url}/#/teach/77?part=tools")
        region = page.locator('[data-step="block"][data-part="regions"]')
        await region.focus()
        await page.keyboard.press("ArrowRight")
        station.kill_worker()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_test_id("banner")).to_contain_text("No word")
        await page.keyboard.press("ArrowRight")
        x = page.get_by_test_id("region-fields").get_by_label("x", exact=True)
        await expect(x).to_have_value("203")
        await expect(page.get_by_test_id("banner")).not_to_contain_text("No word")  # the next worker is there
        await expect(x).to_have_value("203")
        await page.reload()
        await expect(x).to_have_value("203")
        await expect(page.get_by_test_id("draft-state")).to_have_attribute("data-dirty", "true")
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("draft-state")).to_have_attribute("data-dirty", "false")
        kept = json.loads(await (await api.get(draft)).body())["content"]
        assert kept["steps"][0]["regions"][0]["x"] == 203
