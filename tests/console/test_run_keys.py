"""Run by keys, and the recipe that an operator chooses."""

import pytest
from playwright.async_api import expect

from .conftest import AXE, Visits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_a_key_each_for_the_pages(visit: Visits) -> None:
    async with visit() as run:
        await run.page.keyboard.press("2")
        await expect(run.page.get_by_role("navigation").locator("[aria-current=page]")).not_to_have_text("Run")
        await run.page.keyboard.press("1")
        await expect(run.page.get_by_test_id("well")).to_be_visible()


async def test_the_table_of_keys_and_single_keys_switched_off(visit: Visits) -> None:
    async with visit() as run:
        page = run.page
        await page.keyboard.press("?")
        table = page.get_by_test_id("shortcuts")
        await expect(table).to_contain_text("Freeze")
        await expect(table).to_contain_text("Next failure")
        if AXE.exists():
            assert await run.axe() == []
        await table.get_by_role("switch").click()
        await page.keyboard.press("Escape")
        await expect(table).to_have_count(0)
        await page.keyboard.press("f")
        await page.keyboard.press("?")
        await expect(table).to_have_count(0)
        await expect(page.get_by_test_id("banner")).to_have_count(0)


async def test_the_jump_box_goes_to_a_page(visit: Visits) -> None:
    async with visit() as run:
        page = run.page
        await page.keyboard.press("/")
        box = page.get_by_test_id("jump")
        await expect(box.get_by_role("option").first).to_be_visible()
        if AXE.exists():
            assert await run.axe() == []
        await page.keyboard.type("sys")
        await expect(box.get_by_role("option").first).to_have_text("Systempage")
        await page.keyboard.press("Enter")
        await expect(page.locator(".rail [aria-current=page]")).to_have_text("System")
        await expect(box).to_have_count(0)


async def test_the_jump_box_goes_to_a_tool_a_tag_and_a_setting(visit: Visits) -> None:
    async with visit() as run:
        page, box = run.page, run.page.get_by_test_id("jump")
        for typed, kind in (("pin 3 width", "tool"), ("TriggerReady", "tag"), ("live.fps", "setting")):
            await page.keyboard.press("/")
            await expect(box.get_by_role("combobox")).to_be_focused()
            await page.keyboard.type(typed)
            await expect(box.get_by_role("option").first).to_have_text(f"{typed}{kind}")
            await page.keyboard.press("Enter")
            await expect(box).to_have_count(0)
            if kind == "tool":
                await expect(page.get_by_test_id("inspector")).to_contain_text(typed)
            elif kind == "tag":
                await expect(page.get_by_test_id("tags").locator("tbody tr").first).to_contain_text(typed)
            else:
                await expect(page.get_by_test_id("settings-live")).to_be_visible()
                await expect(page.get_by_test_id("settings-http")).to_have_count(0)


async def test_j_and_k_walk_through_the_failures(visit: Visits) -> None:
    async with visit() as run:
        page, verdict = run.page, run.page.get_by_test_id("verdict")
        await run.trigger_until("FAIL")
        older = await verdict.get_attribute("data-number")
        await run.trigger_until("PASS")
        await run.trigger_until("FAIL")
        newer = await verdict.get_attribute("data-number")
        await page.keyboard.press("j")
        await expect(page.get_by_test_id("banner")).to_contain_text(f"#{newer}")
        await page.keyboard.press("j")
        await expect(verdict).to_have_attribute("data-number", str(older))
        await page.keyboard.press("k")
        await expect(verdict).to_have_attribute("data-number", str(newer))
        await page.keyboard.press("f")
        await expect(page.get_by_test_id("banner")).to_have_count(0)


async def test_an_operator_chooses_among_released_recipes(visit: Visits, station_url: str) -> None:
    async with visit() as run:
        page, recipes = run.page, run.page.get_by_test_id("recipes")
        button = page.locator(".top .recipe")
        try:
            await button.click()
            await recipes.get_by_role("button", name="2 bracket-light").click()
            await expect(button).to_contain_text("2 bracket-light")
            await expect(recipes).to_be_hidden()
        finally:
            await page.request.post(f"{station_url}/api/v1/recipes/1/activate", data={})
        await expect(button).to_contain_text("1 bracket v1")
