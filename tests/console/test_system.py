"""System: days left, what is kept, and pins."""

import pytest
from playwright.async_api import Page, expect

from .conftest import AXE, Visits
from .test_run import SIDEWAYS, SIZES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def open_storage(page: Page) -> None:
    await page.get_by_role("link", name="System").click()
    await page.locator("[href='#/system/storage']").click()


async def test_the_page_shows_what_is_kept_and_when_it_will_be_full(visit: Visits) -> None:
    async with visit() as run:
        await run.trigger()
        await open_storage(run.page)
        page = run.page
        await expect(page).to_have_title("System · Station 1")
        await expect(page.get_by_test_id("storage")).to_contain_text("Comes first:")
        await expect(page.get_by_test_id("kept").locator("tbody tr")).to_have_count(5)
        await expect(page.get_by_test_id("limits")).to_contain_text("archive.min_free_mb")
        await expect(page.get_by_test_id("banner")).to_have_count(0)  # it lives, though no picture comes
        await page.go_back()
        await page.go_back()
        await run.first_frame()
        await expect(page.get_by_test_id("verdict")).to_be_visible()


async def test_a_result_is_pinned_with_a_reason_and_let_go(visit: Visits) -> None:
    async with visit() as run:
        await run.trigger()
        page = run.page
        number = await page.get_by_test_id("verdict").get_attribute("data-number")
        await open_storage(page)
        pins = page.get_by_test_id("pins")
        await pins.get_by_label("Number").fill(str(number))
        await pins.get_by_label("Why").fill("for the customer")
        await pins.get_by_role("button", name="Pin", exact=True).click()
        pinned = page.get_by_test_id(f"pin-{number}")
        await expect(pinned).to_contain_text("for the customer")
        await expect(page.get_by_test_id("kept-pinned").locator("td").first).not_to_have_text("0")
        await pinned.get_by_role("button").click()
        await expect(pinned).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
async def test_it_fits_and_axe_finds_nothing(visit: Visits, width: int, height: int, locale: str) -> None:
    async with visit(width, height, locale=locale, color_scheme="light") as run:
        await open_storage(run.page)
        await run.page.get_by_test_id("limits").wait_for()
        assert await run.page.evaluate(SIDEWAYS) == []
        if AXE.exists():
            assert await run.axe() == []
