"""What the pixels of Run's picture say."""

import re

import cv2
import numpy as np
import pytest
from playwright.async_api import Route, expect

from .conftest import AXE, Visits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_it_measures_a_live_picture(visit: Visits) -> None:
    async with visit() as run:
        page, probe, layer = run.page, run.page.get_by_test_id("probe"), run.page.get_by_test_id("probe-layer")
        await page.keyboard.press("p")
        box = await layer.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.7
        for name, said in (("Pixel", "Grey"), ("Ruler", "In the part's plane"), ("Profile", "Grey ")):
            await probe.get_by_role("button", name=name).click()
            await page.mouse.move(x, y)
            await page.mouse.down()
            await page.mouse.move(x + box["width"] / 10, y)
            await page.mouse.up()
            await expect(probe).to_contain_text(said)
            if name == "Ruler":
                await expect(probe.locator("dd").first).to_have_text("128.0 px")
                await expect(probe.locator("dd").nth(1)).to_contain_text("mm")
        await probe.get_by_role("button", name="Histogram").click()
        await expect(probe).to_contain_text("Saturated (255)")
        await expect(page.get_by_test_id("probe-truth")).to_contain_text("JPEG")
        if AXE.exists():
            assert await run.axe() == []
        await page.keyboard.press("p")
        await expect(probe).to_have_count(0)


async def test_a_part_stored_without_loss_gives_the_sensors_values_by_keys_too(visit: Visits) -> None:
    """The stored image is a ramp here, so that each pixel has a grey of its own."""
    ramp = (np.add.outer(np.arange(960), 3 * np.arange(1280)) % 251).astype(np.uint8)
    png = cv2.imencode(".png", ramp)[1].tobytes()

    async def image(route: Route) -> None:
        await route.fulfill(body=png, content_type="image/png")

    async with visit() as run:
        page, probe = run.page, run.page.get_by_test_id("probe")
        await run.trigger()
        await page.route("**/image", image)
        await page.get_by_test_id("films").get_by_role("button").first.click()
        await page.keyboard.press("p")
        await expect(page.get_by_test_id("probe-truth")).to_contain_text("without loss")
        layer = page.get_by_test_id("probe-layer")
        await layer.focus()
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("Control+ArrowDown")
        await expect(probe.locator("dd").first).to_have_text("639, 490")
        await expect(probe.locator("dd").nth(1)).to_have_text(str(ramp[490, 639]))
        await page.unroute_all()


async def test_it_measures_in_history_and_in_teach(visit: Visits, station_url: str) -> None:
    async with visit() as run:
        page, probe = run.page, run.page.get_by_test_id("probe")
        await run.trigger()
        await expect(page.get_by_test_id("films").locator("[aria-current=true] img")).to_be_visible()
        number = await page.get_by_test_id("verdict").get_attribute("data-number")
        for address in (f"history/{number}", f"teach/1?part=image&image={number}"):
            await page.goto(f"{station_url}/#/{address}")
            await expect(page.get_by_test_id("well").locator("img").first).to_be_visible()
            await page.keyboard.press("p")
            layer = page.get_by_test_id("probe-layer")
            await layer.focus()
            await page.keyboard.press("ArrowRight")
            await expect(probe.locator("dd").first).to_have_text("641, 480")
            await expect(probe.locator("dd").nth(1)).to_have_text(re.compile(r"\d+"))
            await page.keyboard.press("p")
            await expect(probe).to_have_count(0)
