"""Run on a wall: read from three metres, and nothing in it moves."""

import json
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from .conftest import AXE, Visit, Visits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

# Height of a capital of what is shown there, in per cent of the window's.
CAPITALS = """(element) => {
    const style = getComputedStyle(element), pen = document.createElement("canvas").getContext("2d");
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    return 100 * pen.measureText("E").actualBoundingBoxAscent / innerHeight;
}"""
OVERFLOW = """() => [document.documentElement, ...document.querySelectorAll("[data-testid=kiosk] :not(.said)")]
    .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible" && e.clientWidth)
    .map((e) => `${e.tagName} ${e.className}: ${e.scrollWidth} > ${e.clientWidth}`)"""
STEP = {
    "name": "pin 3 width",
    "tool": "caliper",
    "judgement": "FAIL",
    "status": 5,
    "value": 0.41,
    "unit": "mm",
    "low": 0.45,
    "high": 0.6,
    "message": "too thin",
}


async def shown(run: Visit, **changed: Any) -> Page:
    """The kiosk view, whose newest part is changed so."""
    page = run.page
    result = (await (await page.request.get(page.url.split("#")[0] + "api/v1/inspections?limit=1")).json())["items"][0]

    async def answer(route: Route) -> None:
        await route.fulfill(body=json.dumps({"items": [result | changed], "next": None}))

    await page.unroute_all()
    await page.route("**/api/v1/inspections?*", answer)
    await page.goto(page.url.split("#")[0] + "#/run?kiosk=1")
    await page.reload()
    await expect(page.get_by_test_id("kiosk-word")).to_have_text(changed["judgement"])
    return page


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080), (1024, 600)])
async def test_word_and_reason_are_large_and_stand_still(visit: Visits, width: int, height: int) -> None:
    async with visit(width, height) as run:
        await run.trigger()
        places: list[float] = []
        for judgement, steps, reason in (("PASS", [], ""), ("FAIL", [STEP], ""), ("ERROR", [], "picture too dark")):
            page = await shown(run, judgement=judgement, steps=steps, reason=reason)
            word = page.get_by_test_id("kiosk-word")
            assert await word.evaluate(CAPITALS) >= 12
            box = await word.bounding_box()
            assert box is not None
            places += [box["x"], box["y"]]
            assert await page.evaluate(OVERFLOW) == []
            if judgement == "PASS":
                continue
            said = page.get_by_test_id("kiosk-verdict").locator("p").nth(1)
            await expect(said).to_have_text("pin 3 width too low" if judgement == "FAIL" else reason)
            assert await said.evaluate(CAPITALS) >= 5
            if AXE.exists():
                assert await run.axe() == []
        assert places[:2] * 3 == pytest.approx(places, abs=0.5)
        await page.unroute_all()


async def test_offline_is_louder_than_a_judgement(visit: Visits, station_url: str) -> None:
    async with visit() as run:
        await run.trigger()
        page = run.page
        await page.goto(f"{station_url}/#/run?kiosk=1")
        verdict = page.get_by_test_id("kiosk-verdict")
        await expect(verdict).to_be_visible()
        await page.request.post(f"{station_url}/api/v1/station/online", data={"online": False})
        try:
            await expect(verdict).to_have_attribute("data-look", "off")
            await expect(verdict).to_contain_text("OFFLINE")
            if AXE.exists():
                assert await run.axe() == []
        finally:
            await page.request.post(f"{station_url}/api/v1/station/online", data={"online": True})
        await expect(verdict).not_to_have_attribute("data-look", "off")


async def test_escape_or_the_corner_leaves_it(visit: Visits, station_url: str) -> None:
    async with visit() as run:
        page = run.page
        for leave in (page.keyboard.press("Escape"), page.get_by_role("button", name="Leave the kiosk view").click()):
            await page.goto(f"{station_url}/#/run?kiosk=1")
            await expect(page.get_by_test_id("kiosk")).to_be_visible()
            await leave
            await expect(page.get_by_test_id("kiosk")).to_have_count(0)
            await expect(page.get_by_test_id("trigger")).to_be_visible()
