"""Several who watch: each gets the newest frame, nobody waits for a slow one, and for nobody nothing is encoded."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise

import aiohttp
import pytest
from playwright.async_api import Page

from .conftest import Visit, Visits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

FRAMES = 12

DRAWN = """(count) => new Promise((done) => {
    const drawn = [];
    const watch = new MutationObserver(() => {
        drawn.push([Number(frame.dataset.frameId), Date.now()]);
        if (drawn.length === count) { watch.disconnect(); done(drawn); }
    });
    const frame = document.querySelector("[data-testid=frame]");
    watch.observe(frame, { attributes: true, attributeFilter: ["data-frame-id"] });
})"""  # id and when, ms; the pixels are drawn in the same turn


async def test_a_slow_tab_gets_the_newest_frame_and_holds_up_nobody(visit: Visits) -> None:
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(visit()) for _ in range(3)]
        slow, *quick = (tab.page for tab in tabs)
        session = await slow.context.new_cdp_session(slow)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": 20})
        watched = asyncio.create_task(slow.evaluate(DRAWN, FRAMES))
        seen: list[list[list[int]]] = [[] for _ in quick]
        while not watched.done():  # who is quick has drawn as many before the slow one has
            for at, drawn in enumerate(await asyncio.gather(*(page.evaluate(DRAWN, FRAMES) for page in quick))):
                seen[at] += drawn
        drawn = await watched
        await session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    for each in (drawn, *seen):
        assert [frame for frame, _ in each] == sorted({frame for frame, _ in each}), "an older frame after a newer one"
    for (_, asked_ms), (frame, _) in pairwise(drawn):
        before = [other for other, at_ms in seen[0] if at_ms < asked_ms]
        assert frame >= max(before, default=0), "it was sent one that had long been drawn elsewhere"
    assert min(len(each) for each in seen) >= FRAMES


async def encoded(http: aiohttp.ClientSession, station_url: str) -> int:
    async with http.get(f"{station_url}/metrics") as answer:
        found = re.search(r"^vision_live_frames_encoded_total (\S+)$", await answer.text(), re.MULTILINE)
    assert found
    return int(float(found[1]))


async def part(http: aiohttp.ClientSession, station_url: str) -> None:
    """Inspected, and told."""
    number = None
    while number is None:  # while it is busy it takes none
        async with http.post(f"{station_url}/api/v1/station/trigger", json={}) as answer:
            number = (await answer.json()).get("number")
    while True:
        async with http.get(f"{station_url}/api/v1/inspections/{number}") as answer:
            if answer.status == 200:
                return
        await asyncio.sleep(0.01)


async def at_rest(http: aiohttp.ClientSession, station_url: str, most: int = 50) -> int:
    """The counter, once a part has not raised it: what was under way has ended."""
    for _ in range(most):
        before = await encoded(http, station_url)
        await part(http, station_url)
        if await encoded(http, station_url) == before:
            return before
    pytest.fail("pictures are encoded for nobody")


@asynccontextmanager
async def hidden(page: Page) -> AsyncIterator[None]:
    """As a tab that another one covers."""
    say = """(hidden) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        const state = hidden ? "hidden" : "visible";
        Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    await page.evaluate(say, True)
    yield
    await page.evaluate(say, False)


async def test_nothing_is_encoded_while_nobody_looks(visit: Visits, station_url: str) -> None:
    async with aiohttp.ClientSession() as http:
        before = await at_rest(http, station_url)
        for _ in range(5):
            await part(http, station_url)
        assert await encoded(http, station_url) == before

        async with visit() as run:
            assert await encoded(http, station_url) > before
            async with hidden(run.page):
                before = await at_rest(http, station_url)
                for _ in range(5):
                    await part(http, station_url)
                assert await encoded(http, station_url) == before
            await drawn_after(run)
            assert await encoded(http, station_url) > before


async def drawn_after(run: Visit) -> None:
    """A frame that was not there yet."""
    assert await run.page.evaluate(DRAWN, 1)
