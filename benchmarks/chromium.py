"""A Chromium for the bars of the console, and what is measured inside its pages."""

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright

from tests.cable import NotPermitted
from tests.console.conftest import CHROMIUM, FLAGS

LARGE = {"width": 1600, "height": 1200}  # the picture is seen 1280 px wide, so the station sends all of it

FRAMES = """(() => {
    const acquired = new Map();
    window.drawn = [];
    const Native = window.WebSocket;
    window.WebSocket = class extends Native {
        constructor(...given) {
            super(...given);
            if (this.url.includes("/api/v1/live")) this.addEventListener("message", ({ data }) => this.note(data));
        }
        note(data) {
            const size = new DataView(data).getUint32(0);
            const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, size)));
            if (header.kind !== "heartbeat") acquired.set(String(header.frame_id), header.acquired_ms);
        }
    };
    new MutationObserver((changes) => {
        const at = Date.now();
        for (const { target } of changes) {
            if (target.dataset.testid !== "frame") continue;
            const id = target.dataset.frameId;
            window.drawn.push([Number(id), at, at - acquired.get(id), performance.now()]);
            acquired.delete(id);
        }
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-frame-id"] });
})()"""
"""For a page that is still to load: `drawn` gets of each frame, in the turn that draws it, its id, when that was (ms),
how long after it was acquired (ms; station and browser have one clock), and how long after the navigation (ms)."""

Drawn = Sequence[tuple[int, float, float, float]]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    if not shutil.which(CHROMIUM):
        raise NotPermitted("no Chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        await running.close()


@asynccontextmanager
async def tab(browser: Browser, address: str, script: str = FRAMES) -> AsyncIterator[Page]:
    """A page with a process of its own; `script` runs before its own code."""
    context = await browser.new_context(viewport=LARGE, locale="en-GB", color_scheme="dark")  # type: ignore[arg-type]
    page = await context.new_page()
    await page.add_init_script(script)
    await page.goto(address)
    yield page
    await context.close()


async def slower(page: Page, times: float) -> None:
    """Its processor, from now on."""
    session = await page.context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": times})


async def watched(page: Page) -> Drawn:
    """What it has drawn since this was asked last."""
    drawn: Drawn = await page.evaluate("window.drawn.splice(0)")
    return drawn


async def first_frame(page: Page) -> None:
    await page.locator('[data-testid="frame"][data-frame-id]').wait_for()


def share(values: Sequence[float], of: float) -> float:
    """A percentile, rounded."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(of * len(ordered)))], 1)
