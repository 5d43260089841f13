"""The console while its station hangs, dies and comes back."""

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


async def test_a_killed_station_is_live_again_without_a_reload(run: Visit, station: Running) -> None:
    frame = run.page.get_by_test_id("frame")
    station.kill_worker()
    await expect(run.page.get_by_test_id("banner")).to_contain_text("No word")
    await expect(frame).to_be_visible()  # what is shown stays
    await expect(run.page.get_by_test_id("banner")).to_have_count(0, timeout=30_000)
    await run.trigger()
    assert await run.page.evaluate("window.sameDocument") is True
