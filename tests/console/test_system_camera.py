"""System: the camera's picture beside its settings, whoever is signed in, and a backup that is put back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from .conftest import AXE, Visit, Visits
from .test_run import SIDEWAYS

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


async def test_who_is_signed_in_elsewhere_is_seen_and_ended(visit: Visits, station_url: str) -> None:
    async with opened(visit, "users") as run, async_playwright() as elsewhere:
        api, headers = f"{station_url}/api/v1", {"Origin": station_url}
        known = {"name": "sofia", "role": "observer", "password": "correct horse battery"}
        browser = await elsewhere.request.new_context(extra_http_headers=headers)
        await browser.post(f"{api}/users", data=known)
        try:
            await browser.post(f"{api}/session", data={"name": "sofia", "password": known["password"]})
            row = run.page.get_by_test_id("sessions").get_by_role("listitem").filter(has_text="sofia")
            await expect(row).to_contain_text("127.0.0.1")
            await row.get_by_role("button").click()
            await expect(row).to_have_count(0)
            assert (await (await browser.get(f"{api}/session")).json())["name"] == ""
        finally:
            await run.page.request.delete(f"{api}/users/sofia", headers=headers)
            await browser.dispose()


async def test_a_backup_is_looked_through_before_anything_is_replaced(
    visit: Visits, station_url: str, tmp_path: Path
) -> None:
    async with opened(visit, "backup") as run:
        page = run.page
        card = page.get_by_test_id("restore")
        await card.get_by_label("Backup to put back (ZIP)").set_input_files(
            {"name": "holiday.zip", "mimeType": "application/zip", "buffer": b"no archive"}
        )
        await expect(card.get_by_role("alert")).to_contain_text("is no zip archive")
        await expect(card.get_by_role("button", name="Put it back and restart")).to_be_disabled()
        await page.get_by_role("button", name="Back up now").click()
        download = page.get_by_test_id("backups").get_by_role("link").first
        async with page.expect_download() as fetched:
            await download.click()
        archive = tmp_path / "station.zip"
        await (await fetched.value).save_as(archive)
        await card.get_by_label("Another backup (ZIP)").set_input_files(archive)
        await expect(card).to_contain_text("not in it: those of this machine stay")
        await expect(card.get_by_role("button", name="Put it back and restart")).to_be_enabled()
        if AXE.exists():
            assert await run.axe() == []
        await card.get_by_role("button", name="Throw it away").click()
        await expect(card.get_by_label("Backup to put back (ZIP)")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "height", "locale", "scheme"),
    [(1280, 800, "en-GB", "dark"), (1024, 600, "de-DE", "light"), (390, 844, "de-DE", "dark")],
    ids=["desktop", "7 inch panel", "phone"],
)
async def test_the_camera_fits_and_axe_finds_nothing(
    visit: Visits, width: int, height: int, locale: str, scheme: str
) -> None:
    async with opened(visit, "camera", width, height, locale=locale, color_scheme=scheme) as run:
        await frame_newer(run.page, "")
        assert await run.page.evaluate(SIDEWAYS) == []
        if AXE.exists():
            assert await run.axe() == []
