"""Force a value, see it everywhere, and see it end: with a real PLC on the wire."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, expect

from .conftest import AXE, Visits
from .test_plc import PLC, modbus_port, opened, rest, row, wire
from .test_run import SIDEWAYS, SMALL_TARGETS

__all__ = ["modbus_port"]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
FORCED = 1 << 8
SECONDS = re.compile("^For")


async def switch(station_url: str, *, online: bool) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{station_url}/api/v1/station/online", json={"online": online}) as answer,
    ):
        assert answer.status == 200


@pytest.fixture
async def offline(station_url: str) -> AsyncIterator[None]:
    """The shared station is taken offline, and back."""
    yield
    await rest(station_url, "forces", "DELETE")
    await switch(station_url, online=True)
    async with asyncio.timeout(60):
        while not (await rest(station_url, "station"))["online"]:
            await asyncio.sleep(0.05)


async def word_2(plc: Any) -> int:
    answer = await plc.ask(b"\4\0\1\0\1")
    return int.from_bytes(answer[2:4], "big")


async def forced(page: Page, name: str) -> Any:
    await page.get_by_role("button", name="Force…").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("What").select_option(name)
    return dialog


@pytest.mark.usefixtures("offline")
async def test_a_bit_is_forced_shown_to_all_and_ended(visit: Visits, station_url: str, modbus_port: int) -> None:
    async with visit() as run, visit() as other, wire(modbus_port, PLC) as plc:
        page, wall = run.page, other.page
        await wall.evaluate("location.hash = '#/run?kiosk=1'")
        await opened(page)
        dialog = await forced(page, "Warning")
        await expect(dialog.get_by_role("button", name="Force", exact=True)).to_be_disabled()
        await dialog.get_by_role("button", name="Take it offline").click()
        await dialog.get_by_role("button", name="1", exact=True).click()
        await dialog.get_by_label(SECONDS).fill("700")
        await dialog.get_by_role("button", name="Force", exact=True).click()
        await expect(dialog).to_contain_text("600")
        await dialog.get_by_label(SECONDS).fill("500")
        await dialog.get_by_role("button", name="Force", exact=True).click()
        await expect(dialog).to_have_count(0)
        assert await word_2(plc) & (FORCED | 4) == FORCED | 4
        for shown in (page, wall):
            banner = shown.get_by_test_id("forced")
            await expect(banner).to_contain_text("Warning is forced")
            await expect(banner.get_by_role("timer")).to_contain_text("8:")
        await expect(row(page, "Warning")).to_have_attribute("data-quality", "forced")
        await expect(row(page, "Warning").locator(".value")).to_have_text("1")
        await page.get_by_label("Find a tag").fill("Warning")  # axe looks long at every row
        for theme in ("dark", "light"):
            await page.emulate_media(color_scheme=theme)
            assert not AXE.exists() or await run.axe() == []
        for width, height in ((1280, 800), (390, 844)):
            for shown in (page, wall):
                await shown.set_viewport_size({"width": width, "height": height})
                assert not await shown.evaluate(SIDEWAYS), width
                assert width > 1100 or await shown.evaluate(SMALL_TARGETS) == [], width
        await wall.get_by_role("button", name="End now").click()
        for shown in (page, wall):
            await expect(shown.get_by_test_id("forced")).to_have_count(0)
        assert await word_2(plc) & FORCED == 0
        run.errors.clear()  # Chromium reports the answer that was refused


@pytest.mark.usefixtures("offline")
async def test_numbers_and_texts_by_their_bounds_and_each_ends_by_itself(visit: Visits, station_url: str) -> None:
    async with visit() as run:
        page = run.page
        await switch(station_url, online=False)
        await opened(page)
        dialog = await forced(page, "ToolInt16[3]")
        await expect(dialog).to_contain_text("768 … 32")
        await dialog.get_by_label("Value").fill("40000")
        await dialog.get_by_role("button", name="Force", exact=True).click()
        await expect(dialog.get_by_role("alert")).to_contain_text("-32768 to 32767")
        await dialog.get_by_label("Value").fill("-7")
        await dialog.get_by_role("button", name="Force", exact=True).click()
        await expect(dialog).to_have_count(0)
        dialog = await forced(page, "Decoded")
        await dialog.get_by_label("Value").fill("LOT-7")
        await dialog.get_by_label(SECONDS).fill("2")
        await dialog.get_by_role("button", name="Force", exact=True).click()
        await expect(page.get_by_test_id("forced")).to_contain_text("ToolInt16[3]")
        await page.get_by_label("Find a tag").fill("ToolInt16")
        await row(page, "ToolInt16").get_by_role("button").click()
        stands = page.get_by_test_id("force-ToolInt16[3]")
        await expect(stands).to_contain_text("-7")
        await expect(page.get_by_test_id("forced")).to_contain_text("ToolInt16[3] is forced")  # Decoded has ended
        await stands.get_by_role("button", name="End forcing ToolInt16[3]").click()
        await expect(page.get_by_test_id("forced")).to_have_count(0)
        run.errors.clear()


async def test_a_part_is_triggered_and_taken_as_by_a_plc(visit: Visits, station_url: str) -> None:
    async with visit() as run:
        page = run.page
        before = (await rest(station_url, "counters"))["triggers"]
        await opened(page)
        for name, word in (("Trigger", "1"), ("ResultsAck", "0")):
            await page.get_by_label("Find a tag").fill(name)
            await row(page, name).get_by_role("button").click()
            await page.get_by_role("button", name="Simulate once").click()
            await page.get_by_label("Find a tag").fill("ResultsValid")
            await expect(row(page, "ResultsValid").locator(".num.mono")).to_have_text(word)
        assert (await rest(station_url, "counters"))["triggers"] == before + 1
