"""The brush, and good or bad said of one place."""

import pytest
from playwright.async_api import expect

from .conftest import Visits
from .teaching import Fingers, editing, rectangle, step

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
async def test_a_brush_erases_by_masks_stroke_by_stroke(visit: Visits, station_url: str, touch: bool) -> None:
    steps = [step("block", rectangle(250, 150, 200, 180))]
    async with editing(visit, station_url, 871 + touch, steps, has_touch=touch) as editor:
        page = editor.page
        brush = page.get_by_test_id("draw-brush")
        await brush.click()
        await page.get_by_role("slider", name="Width").fill("20")
        fingers = Fingers(await page.context.new_cdp_session(page))
        for y in (180, 260):
            way = await editor.at(280, y), await editor.at(360, y)
            await (fingers.drag(way) if touch else editor.drag(*way))
        masks = page.locator('[data-step="block"][data-part="masks"]')
        await expect(masks).to_have_count(2)
        await page.keyboard.press("Control+z")
        await expect(masks).to_have_count(1)
        await page.get_by_role("button", name="Stop drawing").click()
        await expect(brush).to_have_attribute("aria-pressed", "false")
        await editor.saved()
        (mask,) = (await editor.draft())["steps"][0]["masks"]
        assert (mask["kind"], mask["width"]) == ("path", 20)
        (x1, y1), (x2, y2) = mask["points"][0], mask["points"][-1]
        assert [x1, y1, x2, y2] == pytest.approx([280, 180, 360, 180], abs=2)


async def test_one_region_is_said_to_be_bad(visit: Visits, station_url: str) -> None:
    steps = [step("ends", rectangle(20, 20, 60, 60), rectangle(120, 20, 60, 60))]
    async with editing(visit, station_url, 873, steps, part="limits") as editor:
        card = editor.page.get_by_test_id("labels")
        await card.get_by_role("combobox").select_option(label="ends, region 2")
        await card.get_by_role("button", name="Bad", exact=True).click()
        await expect(card).to_contain_text("0 good, 1 bad")
        answer = await editor.api.get(f"{station_url}/api/v1/recipes/873/teaching")
        assert [one["labels"] for one in (await answer.json())["images"]] == [{"ends.2": "bad"}]
