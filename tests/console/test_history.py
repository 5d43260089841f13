"""History: what a filter finds is the same on the page, as a table and over REST; a link opens; a verdict is said."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from playwright.async_api import expect

from .conftest import AXE, Visit, Visits
from .test_run import SIDEWAYS, SIZES, SMALL_TARGETS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

CLIPPED = """() => {
    const well = document.querySelector("[data-testid=well]").getBoundingClientRect();
    const image = document.querySelector("[data-testid=image]").getBoundingClientRect();
    const centre = Math.abs(well.left + well.right - image.left - image.right) / 2;
    return Math.max(
        well.left - image.left, well.top - image.top, image.right - well.right, image.bottom - well.bottom, centre);
}"""


async def rest(url: str, path: str, body: object = None) -> Any:
    async with aiohttp.ClientSession() as http:
        asked = http.get(f"{url}/api/v1/{path}") if body is None else http.post(f"{url}/api/v1/{path}", json=body)
        async with asked as answer:
            return await answer.json() if "json" in answer.content_type else await answer.read()


@pytest.fixture
async def rejected(station_url: str) -> int:
    """The number of a part that is FAIL; there are some others, too."""
    for _ in range(400):
        found = await rest(station_url, "inspections?judgement=FAIL&limit=1&image=true")
        if found["items"]:
            return int(found["items"][0]["number"])
        await rest(station_url, "station/trigger", {})
    pytest.fail("none of 400 parts is FAIL")


@asynccontextmanager
async def shown(visit: Visits, url: str, address: str, *size: int, **options: Any) -> AsyncIterator[Visit]:
    async with visit(*size, **options) as run:
        await run.page.goto(f"{url}/#/history{address}")
        await run.page.get_by_test_id("found").filter(has_not_text="Count").wait_for()
        yield run


async def test_page_table_and_rest_find_the_same(visit: Visits, station_url: str, rejected: int) -> None:
    async with shown(visit, station_url, "?time=all&job=1") as run:
        page = run.page
        href = await page.get_by_test_id("csv").get_attribute("href")
        assert href is not None
        data = await (await page.request.get(href)).body()
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        numbers = [int(row["number"]) for row in rows]
        assert rejected in numbers
        counted = await rest(station_url, "statistics/found?judgement=NOT_PASSED&job=1")
        assert counted["total"] == len(numbers)
        await expect(page.get_by_test_id("found")).to_contain_text(f"{len(numbers)} of")
        first = page.get_by_test_id("grid").locator("[data-number]").first
        await expect(first).to_have_attribute("data-number", str(numbers[0]))


async def test_a_link_opens_one_inspection_with_its_image_and_limits(
    visit: Visits, station_url: str, rejected: int
) -> None:
    async with shown(visit, station_url, f"/{rejected}") as run:
        page = run.page
        await expect(page.get_by_test_id("one")).to_have_attribute("data-number", str(rejected))
        await expect(page.locator(f'[data-testid="overlay"][data-frame-id="-{rejected}"]')).to_be_attached()
        await expect(page.get_by_test_id("values").locator("tr.is-fail").first).to_be_visible()
        await expect(page.get_by_test_id("run-chart")).to_be_visible()
        assert await page.evaluate(CLIPPED) <= 0.5


async def test_one_part_leads_to_its_handshake(visit: Visits, station_url: str) -> None:
    number = (await rest(station_url, "station/trigger", {}))["number"]
    async with shown(visit, station_url, f"/{number}?judgement=ALL") as run:
        await run.page.get_by_test_id("handshake").click()
        await expect(run.page.get_by_test_id("wave")).to_have_attribute("data-number", str(number))
        await expect(run.page.get_by_role("button", name="Freeze")).to_have_attribute("aria-pressed", "true")


async def test_a_verdict_takes_two_taps_or_a_key(visit: Visits, station_url: str, rejected: int) -> None:
    await rest(station_url, f"inspections/{rejected}/verdict", {"verdict": None})
    async with shown(visit, station_url, f"/{rejected}?time=all") as run:
        page = run.page
        await page.get_by_test_id("verdict-false").click()
        await page.get_by_role("button", name="Limit too tight").click()
        await expect(page.get_by_role("button", name="Limit too tight")).to_have_attribute("aria-pressed", "true")
        told = await rest(station_url, f"inspections/{rejected}")
        assert (told["review"]["verdict"], told["review"]["reason"]) == ("false", "Limit too tight")
        await page.get_by_test_id("reviewed").click()
        await expect(page.get_by_test_id("reviews").get_by_role("row", name="1 v1 1 1 (100 %)")).to_be_visible()
        await expect(page.locator(f'[data-number="{rejected}"] .corner')).to_have_text("False reject")
        await page.keyboard.press("r")
        await expect(page.get_by_test_id("verdict-real")).to_have_attribute("aria-pressed", "true")
        await page.keyboard.press("r")  # the same again takes it back
        await expect(page.get_by_test_id("verdict-real")).to_have_attribute("aria-pressed", "false")
        assert (await rest(station_url, f"inspections/{rejected}"))["review"] is None


async def test_what_is_asked_stands_in_the_address_and_new_parts_are_said(
    visit: Visits, station_url: str, rejected: int
) -> None:
    async with shown(visit, station_url, "?judgement=ALL") as run:
        page = run.page
        await rest(station_url, "station/trigger", {})
        await expect(page.get_by_test_id("fresh")).to_contain_text("new")
        await page.get_by_test_id("fresh").click()
        await expect(page.get_by_test_id("fresh")).to_have_count(0)
        await page.get_by_label("Part, order, lot").fill("no such part")
        await page.get_by_label("Part, order, lot").press("Enter")
        await expect(page.get_by_test_id("nothing")).to_be_visible()
        assert "any_id=no+such+part" in page.url
        await page.reload()
        await expect(page.get_by_test_id("nothing")).to_be_visible()


async def test_keys_go_through_the_list(visit: Visits, station_url: str, rejected: int) -> None:
    async with shown(visit, station_url, "?judgement=ALL") as run:
        page = run.page
        await page.get_by_test_id("grid").locator("[data-number]").first.wait_for()
        await page.keyboard.press("j")
        first = await page.get_by_test_id("one").get_attribute("data-number")
        await page.keyboard.press("j")
        await expect(page.get_by_test_id("one")).not_to_have_attribute("data-number", str(first))
        await page.keyboard.press("k")
        await expect(page.get_by_test_id("one")).to_have_attribute("data-number", str(first))


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_it_fits_and_axe_finds_nothing(
    visit: Visits, station_url: str, rejected: int, width: int, height: int, scheme: str
) -> None:
    address = f"/{rejected}?judgement=ALL"
    async with shown(visit, station_url, address, width, height, color_scheme=scheme, has_touch=True) as run:
        await run.page.get_by_test_id("values").wait_for()
        assert await run.page.evaluate(SIDEWAYS) == []
        assert await run.page.evaluate(SMALL_TARGETS) == []
        if AXE.exists():
            assert await run.axe() == []
