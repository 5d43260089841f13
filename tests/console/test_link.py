"""The console while its station hangs, dies and comes back."""

import asyncio
import os
import signal
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from ..conftest import Running
from .conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.timeout(180)]


@pytest.fixture
def station(make_station: Callable[..., Running]) -> Running:
    """One of its own: it is stopped and killed here."""
    return make_station()


@pytest.fixture
async def run(browser: Browser, station: Running) -> Visit:
    """The page Run, with a mark that a reload would take away."""
    visit = Visit(await (await browser.new_context(locale="en-GB")).new_page())
    await visit.page.goto(station.url + "/")
    await visit.first_frame()
    await visit.page.evaluate("window.sameDocument = true")
    return visit


async def test_a_hanging_station_is_stale_and_good_again(run: Visit, station: Running) -> None:
    await run.trigger()
    word = await run.page.get_by_test_id("verdict").locator(".word").inner_text()
    for worker in station.workers():
        os.kill(worker, signal.SIGSTOP)
    try:
        await expect(run.page.locator(".verdict.stale")).to_be_visible(timeout=6000)
        await expect(run.page.locator(".verdict .word")).to_have_text(word)  # kept: it is evidence
        await expect(run.page.get_by_test_id("banner")).to_contain_text("No word from the station for")
        await expect(run.page.get_by_test_id("trigger")).to_be_disabled()
        await expect(run.page.locator("#trigger-why")).to_contain_text("until the station answers")
    finally:
        for worker in station.workers():
            os.kill(worker, signal.SIGCONT)
    await expect(run.page.get_by_test_id("banner")).to_have_count(0, timeout=15_000)
    await expect(run.page.get_by_test_id("trigger")).to_be_enabled()


async def test_every_page_says_that_the_station_hangs(run: Visit, station: Running) -> None:
    banner = run.page.get_by_test_id("banner")
    for address in ("#/teach/1?part=tools", "#/history", "#/plc", "#/system/users"):
        await run.page.goto(f"{station.url}/{address}")
        await expect(run.page.locator("main .tabs, main search, main aside").first).to_be_visible()
        await expect(banner).to_have_count(0)
        workers = station.workers()
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        try:
            await expect(banner).to_contain_text("No word", timeout=15_000)  # the socket's own end takes 20 s
        finally:
            for worker in workers:
                os.kill(worker, signal.SIGCONT)
        await expect(banner).to_have_count(0)


async def test_a_killed_station_is_live_again_without_a_reload(run: Visit, station: Running) -> None:
    frame = run.page.get_by_test_id("frame")
    station.kill_worker()
    await expect(run.page.get_by_test_id("banner")).to_contain_text("No word")
    await expect(frame).to_be_visible()  # what is shown stays
    await expect(run.page.get_by_test_id("banner")).to_have_count(0, timeout=30_000)
    await run.trigger()
    assert await run.page.evaluate("window.sameDocument") is True


async def test_a_draft_outlives_a_killed_station_and_a_reload_of_the_page(run: Visit, station: Running) -> None:
    page = run.page
    await page.goto(f"{station.url}/#/teach/1?part=tools")
    name = page.get_by_label("Name", exact=True)
    await name.fill("of last week")
    await name.press("Enter")
    await expect(page.get_by_test_id("tool-of last week")).to_be_visible()
    (before,) = station.workers()
    station.kill_worker()
    async with asyncio.timeout(60):
        while station.workers() in ([], [before]):
            await asyncio.sleep(0.02)
    await asyncio.to_thread(station.wait_healthy)
    await expect(page.get_by_test_id("tool-of last week")).to_be_visible()
    assert await page.evaluate("window.sameDocument") is True
    await page.reload()
    await expect(page.get_by_test_id("tool-of last week")).to_be_visible()
    await expect(page.get_by_test_id("restored")).to_be_visible()
    await expect(page.get_by_test_id("draft-state")).to_have_attribute("data-dirty", "true")
