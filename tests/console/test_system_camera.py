"""System: the camera's picture beside its settings, whoever is signed in, and a backup that is put back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, expect

from .conftest import AXE, Visit, Visits
from .test_run import SIDEWAYS, SIZES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

FRAME, ADVICE = "camera-frame", "camera-advice"


@asynccontextmanager
async def opened(visit: Visits, tab: str, *size: int, **options: str) -> AsyncIterator[Visit]:
    async with visit(*size, **options) as run:
        await run.page.locator("[href='#/system']").first.click()
        await run.page.locator(f"[href='#/system/{tab}']").click()
        yield run


async def frame_newer(page: Page, than: str) -> str:
    frame = page.locator(f'[data-testid="{FRAME}"][data-frame-id]:not([data-frame-id="{than}"])')
    await frame.wait_for()
    return str(await frame.get_attribute("data-frame-id"))


async def test_an_exposure_is_seen_before_it_is_applied(visit: Visits) -> None:
    async with opened(visit, "camera") as run:
        page = run.page
        first = await frame_newer(page, "")
        await frame_newer(page, first)
        await expect(page.get_by_test_id(ADVICE)).to_be_empty()
        await page.get_by_label("Exposure").fill("9000")
        await expect(page.get_by_test_id(FRAME)).to_have_attribute("data-exposure", "9000")
        await expect(page.get_by_test_id(ADVICE)).to_contain_text("of the pixels are white")
        await expect(page.get_by_test_id("camera-tried")).to_be_visible()
        await page.get_by_test_id("camera-gain").fill("-30")
        await expect(page.get_by_test_id(ADVICE)).to_contain_text("dark")
        await page.get_by_test_id("camera-gain").fill("")
        answer = await page.request.get(f"{page.url.partition('#')[0]}api/v1/settings")
        sections = (await answer.json())["sections"]
        assert next(one for one in sections if one["name"] == "camera")["values"]["exposure_us"] == 4000
        await page.get_by_role("button", name="Undo", exact=True).click()
        await expect(page.get_by_test_id(FRAME)).to_have_attribute("data-exposure", "4000")
        await expect(page.get_by_test_id("camera-tried")).to_have_count(0)


async def test_nothing_is_asked_for_when_nobody_looks(visit: Visits) -> None:
    async with opened(visit, "camera") as run:
        await frame_newer(run.page, "")
        await run.page.locator("[href='#/system/alarms']").click()
        await run.page.get_by_test_id(FRAME).wait_for(state="detached")
        run.requests.clear()
        for tab in ("users", "backup", "storage"):
            await run.page.locator(f"[href='#/system/{tab}']").click()
            await run.page.get_by_test_id({"users": "users", "backup": "backups", "storage": "kept"}[tab]).wait_for()
        assert [url for url in run.requests if "camera/preview" in url][1:] == [], "one may have been under way"


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "dark"), ("de-DE", "light")])
async def test_the_camera_fits_and_axe_finds_nothing(
    visit: Visits, width: int, height: int, locale: str, scheme: str
) -> None:
    async with opened(visit, "camera", width, height, locale=locale, color_scheme=scheme) as run:
        await frame_newer(run.page, "")
        assert await run.page.evaluate(SIDEWAYS) == []
        if AXE.exists():
            assert await run.axe() == []
